import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

const current = (state) =>
    `.o_field_statusbar[name=state] button[data-value=${state}].o_arrow_button_current`;

function click(trigger) {
    return { trigger, run: "click" };
}

function write(fieldName, text) {
    return {
        content: `Write ${text}`,
        trigger: `.o_field_widget[name=${fieldName}] textarea, .o_field_widget[name=${fieldName}] input`,
        run: `edit ${text}`,
    };
}

function press(button, next) {
    return [
        click(`.o_statusbar_buttons button[name=${button}]:enabled`),
        { trigger: next },
    ];
}

function page(name) {
    return click(`.o_notebook .nav-link[name=${name}]`);
}

tours.add("aftersales_workshop_advisor", {
    steps: () => [
        // The notice, the gate, the machine outside.
        ...press("action_enter", ".o_field_widget[name=entered_at]"),
        ...press("action_call", "body:not(:has(button[name=action_call]))"),
        ...press("action_receive", current("received")),
        // The pre-repair order, filled in with the customer and signed by him.
        click("button[name=action_view_prerepairs]"),
        write("exterior", "Scratch on the left"),
        page("items"),
        click(".o_field_widget[name=no_items] input"),
        ...press("action_submit", current("to_sign")),
        page("signature"),
        write("signed_by", "Mr Wu"),
        click(".o_field_widget[name=signature] .o_signature"),
        click(".modal .modal-footer .btn-primary:enabled:not(.disabled)"),
        {
            trigger: "body:not(:has(.modal)) .o_field_widget[name=signature] img",
        },
        ...press("action_sign", current("signed")),
        click("button[name=action_view_parent]"),
        // Diagnosis, quotation, decision.
        ...press("action_start_diagnosis", current("diagnosis")),
        write("diagnosis", "Shaft seal worn"),
        ...press("action_quote", current("quoted")),
        click(".o_statusbar_buttons button:contains(Customer's Decision)"),
        click(".modal .o_field_widget[name=decision] label:contains(Agrees to All)"),
        click(".modal button[name=action_record]"),
        { trigger: "body:not(:has(.modal)) .o_statusbar_buttons" },
        ...press("action_start", current("repair")),
        // Repair and test.
        page("work"),
        write("work_done", "Seal replaced"),
        ...press(
            "action_finish",
            ".o_statusbar_buttons button[name=action_test_passed]"
        ),
        page("work"),
        write("exterior_result", "Clean"),
        write("test_result", "Tight at 20 bar"),
        ...press("action_test_passed", current("acceptance")),
        // The customer looks, pays, says what he thinks and leaves.
        ...press("action_accept", current("settlement")),
        ...press("action_settle", ".o_statusbar_buttons button[name=action_evaluate]"),
        page("customer"),
        write("collected_by", "Mr Wu"),
        ...press("action_leave", current("left")),
    ],
});
