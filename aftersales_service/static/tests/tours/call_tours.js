import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const tours = registry.category("web_tour.tours");

/** The phone rings: the number is typed, the rest is there. */
tours.add("aftersales_call_phone_rings", {
    steps: () => [
        {
            content: "The number on the display finds the customer",
            trigger: ".o_field_widget[name=partner_id] input",
            run: "edit 139-0000-0000",
        },
        {
            trigger: ".o-autocomplete--dropdown-item:contains(Ms Luo)",
            run: "click",
        },
        {
            content: "His company is filled in",
            trigger: ".o_field_widget[name=contact_name] input:value(Ms Luo)",
        },
        {
            content: "Look at what is known of him",
            trigger: ".o_notebook .nav-link[name=caller]",
            run: "click",
        },
        {
            trigger:
                ".o_field_widget[name=caller_equipment_ids] .o_data_row:contains(MK-0001):contains(In Warranty)",
        },
        {
            trigger:
                ".o_field_widget[name=caller_request_ids] .o_data_row:contains(Leaks oil)",
        },
        {
            trigger:
                ".o_field_widget[name=caller_call_ids] .o_data_row:contains(Asked for oil)",
        },
        {
            content: "He reads the plate of the machine",
            trigger: ".o_field_widget[name=equipment_id] input",
            run: "edit MK-0001",
        },
        {
            trigger: ".o-autocomplete--dropdown-item:contains(MK-0001)",
            run: "click",
        },
        {
            content: "Somebody has called about this machine before",
            trigger: ".alert-warning .o_field_widget[name=duplicate_request_id]",
        },
        {
            trigger: ".o_field_widget[name=symptom] textarea",
            run: "edit The pump does not turn",
        },
        ...stepUtils.saveForm(),
        {
            content: "It is another fault: a request of its own",
            trigger: ".o_statusbar_buttons button[name=action_create_request]:enabled",
            run: "click",
        },
        {
            content: "The request with what the caller said",
            trigger:
                ".o_field_statusbar[name=state] button[data-value=new].o_arrow_button_current",
        },
        {
            trigger: ".alert-warning button[name=action_merge]",
            run: "click",
        },
        {
            content: "On second thought it is the same matter",
            trigger: ".modal button[name=action_merge]",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal)) .oe_stat_button:contains(Merged)",
        },
    ],
});
