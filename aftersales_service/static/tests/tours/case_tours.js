import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const tours = registry.category("web_tour.tours");

function pick(fieldName, text) {
    return [
        {
            content: `Look for ${text}`,
            trigger: `.o_field_widget[name=${fieldName}] input`,
            run: `edit ${text}`,
        },
        {
            trigger: `.o-autocomplete--dropdown-item:contains(${text})`,
            run: "click",
        },
    ];
}

function press(button, next) {
    return [
        {
            content: `Press ${button}`,
            trigger: `.o_statusbar_buttons button[name=${button}]:enabled`,
            run: "click",
        },
        { trigger: next },
    ];
}

/** On a phone only the first button stays beside the menu of the others. */
function reached(label) {
    return `.o_form_view .o_form_statusbar :contains(${label})`;
}

const current = (state) =>
    `.o_field_statusbar[name=state] button[data-value=${state}].o_arrow_button_current`;

tours.add("aftersales_case_agent", {
    steps: () => [
        ...pick("partner_id", "Qingshan Roadworks"),
        ...pick("equipment_id", "MK-0001"),
        {
            trigger: ".o_field_widget[name=symptom] textarea",
            run: "edit Does not spray",
        },
        {
            trigger: ".o_field_widget[name=requested_service] textarea",
            run: "edit Repair on site",
        },
        ...stepUtils.saveForm(),
        ...press("action_accept", current("accepted")),
        ...press("action_plan_visit", current("to_dispatch")),
    ],
});

tours.add("aftersales_case_dispatcher", {
    steps: () => [
        {
            trigger: ".o_data_row:contains(Qingshan) td[name=partner_id]",
            run: "click",
        },
        ...press("action_create_dispatch", ".o_field_widget[name=engineer_id] input"),
        ...pick("engineer_id", "Engineer"),
        ...stepUtils.saveForm(),
        {
            trigger: ".o_statusbar_buttons button[name=action_issue_cards]:enabled",
            run: "click",
        },
        { trigger: ".o_field_widget[name=rating_overall]" },
        {
            trigger: ".o_back_button, .breadcrumb-item.o_back_button a",
            run: "click",
        },
        { trigger: ".o_field_widget[name=engineer_id]" },
        ...press("action_submit", current("signing")),
    ],
});

tours.add("aftersales_case_sign", {
    steps: () => [
        {
            content: "One box waits for me",
            trigger: ".o_data_row button[name=action_open_sign]",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=opinion] textarea",
            run: "edit Agreed",
        },
        {
            trigger: ".modal button[name=action_approve]",
            run: "click",
        },
        {
            content: "The list is empty again",
            trigger: "body:not(:has(.modal)) .o_view_nocontent",
        },
    ],
});

tours.add("aftersales_case_requisition", {
    steps: () => [
        ...pick("dispatch_id", "PG"),
        {
            trigger: ".o_field_widget[name=line_ids] .o_field_x2many_list_row_add a",
            run: "click",
        },
        {
            trigger: ".o_selected_row .o_field_widget[name=product_id] input",
            run: "edit Seal",
        },
        {
            trigger: ".o-autocomplete--dropdown-item:contains(Seal)",
            run: "click",
        },
        {
            trigger: ".o_selected_row .o_field_widget[name=quantity] input",
            run: "edit 3",
        },
        ...stepUtils.saveForm(),
        ...press("action_submit", current("signing")),
    ],
});

tours.add("aftersales_case_keeper", {
    steps: () => [
        {
            trigger: ".o_statusbar_buttons button[name=button_validate]:enabled",
            run: "click",
        },
        { trigger: current("done") },
    ],
});

tours.add("aftersales_case_engineer", {
    steps: () => [
        {
            content: "The visit is on my phone",
            trigger: ".o_kanban_record:contains(Qingshan)",
            run: "click",
        },
        ...["contacted", "departed", "arrived"].flatMap((event) => [
            {
                content: `Report ${event}`,
                trigger: `button[name=action_${event}]:enabled`,
                run: "click",
            },
            { trigger: `body:not(:has(button[name=action_${event}]))` },
        ]),
        { trigger: "button[name=action_finished]" },
    ],
});

tours.add("aftersales_case_card", {
    steps: () => [
        {
            content: "The customer rates",
            trigger: ".o_field_widget[name=rating_overall] .o_selection_badge:first",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=customer_signer] input",
            run: "edit Ms Luo",
        },
        {
            trigger: ".o_field_widget[name=customer_signature] .o_signature",
            run: "click",
        },
        {
            content: "Adopt the name in writing",
            trigger: ".modal .modal-footer .btn-primary:enabled:not(.disabled)",
            run: "click",
        },
        {
            trigger:
                "body:not(:has(.modal)) .o_field_widget[name=customer_signature] img",
        },
        {
            trigger: "button[name=action_sign_customer]:enabled",
            run: "click",
        },
        { trigger: reached("Signed") },
    ],
});

tours.add("aftersales_case_finish", {
    steps: () => [
        {
            trigger: "button[name=action_finished]:enabled",
            run: "click",
        },
        {
            trigger: ".modal .modal-footer .btn-primary",
            run: "click",
        },
        {
            trigger: "button[name=action_returned]:enabled",
            run: "click",
        },
        { trigger: "body:not(:has(button[name=action_returned]))" },
    ],
});

tours.add("aftersales_case_hand_over", {
    steps: () => [
        ...press("action_hand_over", ".modal"),
        {
            content: "The cash is counted",
            trigger: ".modal .modal-footer .btn-primary",
            run: "click",
        },
        { trigger: current("reconciled") },
    ],
});

tours.add("aftersales_case_callback", {
    steps: () => [
        {
            trigger: ".o_field_widget[name=satisfaction] .o_selection_badge:first",
            run: "click",
        },
        ...stepUtils.saveForm(),
        ...press("action_done", current("done")),
    ],
});
