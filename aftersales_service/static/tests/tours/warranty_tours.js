import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

const openWarranty = {
    content: "Look at the warranty",
    trigger: ".o_notebook_headers a[name=verdict]",
    run: "click",
};

tours.add("aftersales_warranty_decide", {
    steps: () => [
        openWarranty,
        {
            content: "The terms say free, and why",
            trigger: ".o_field_widget[name=verdict_text]:contains(covered from)",
        },
        {
            trigger: "button[name=action_decide_verdict]:enabled",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=verdict_state]:contains(Decided)",
        },
        {
            content: "Now the facts stay as they are",
            trigger: "body:not(:has(button[name=action_decide_verdict]))",
        },
    ],
});

tours.add("aftersales_warranty_override", {
    steps: () => [
        openWarranty,
        {
            trigger: ".o_field_widget[name=verdict_text]:contains(ended on)",
        },
        {
            trigger: "button[name=action_override_verdict]:enabled",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=parts] input[data-value=free]",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=goodwill] input",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=reason] textarea",
            run: "edit Key customer",
        },
        {
            trigger: ".modal button[name=action_decide]",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=verdict_state]:contains(against)",
        },
        {
            trigger: ".o_field_widget[name=verdict_text]:contains(goodwill)",
        },
    ],
});

tours.add("aftersales_warranty_adjust", {
    steps: () => [
        {
            trigger: ".o_notebook_headers a[name=warranty]",
            run: "click",
        },
        {
            trigger: "button[name=action_adjust_warranty]",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=days] input",
            run: "edit 10",
        },
        {
            trigger: ".o_field_widget[name=reason] textarea",
            run: "edit Delivered late",
        },
        {
            trigger: ".o_form_button_save:visible",
            run: "click",
        },
        {
            trigger: ".o_statusbar_buttons button[name=action_apply]:enabled",
            run: "click",
        },
        {
            trigger: ".o_arrow_button_current[data-value=applied]",
        },
    ],
});
