import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

tours.add("aftersales_custody_issue", {
    steps: () => [
        {
            content: "The transfer of a signed requisition waits in the stock screens",
            trigger: ".o_field_widget[name=name]:contains(ASI)",
        },
        {
            content: "What was signed for is reserved",
            trigger: ".o_statusbar_status .o_arrow_button_current[data-value=assigned]",
        },
        {
            trigger: "button[name=button_validate]:enabled",
            run: "click",
        },
        {
            content: "Issued",
            trigger: ".o_statusbar_status .o_arrow_button_current[data-value=done]",
        },
    ],
});

tours.add("aftersales_custody_return", {
    steps: () => [
        {
            content: "Unused parts come back with the operation type of their own",
            trigger: ".o_field_widget[name=name]:contains(ASR)",
        },
        {
            content: "Only one of them is there: count it",
            trigger:
                ".o_field_widget[name=move_ids] .o_data_row:contains(Seal) td[name=quantity]",
            run: "click",
        },
        {
            trigger:
                ".o_field_widget[name=move_ids] .o_selected_row .o_field_widget[name=quantity] input",
            run: "edit 1",
        },
        {
            trigger: "button[name=button_validate]:enabled",
            run: "click",
        },
        {
            content: "The rest waits",
            trigger: ".modal button[name=process]",
            run: "click",
        },
        {
            trigger: ".o_statusbar_status .o_arrow_button_current[data-value=done]",
        },
    ],
});

tours.add("aftersales_custody_my_parts", {
    steps: () => [
        {
            content: "What he holds, on the phone",
            trigger: ".o_kanban_record:contains(Seal):contains(2)",
        },
        {
            content: "What is announced is on its way back",
            trigger: ".o_kanban_record:contains(On its way back)",
        },
    ],
});
