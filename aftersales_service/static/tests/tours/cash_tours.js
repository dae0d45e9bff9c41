import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const tours = registry.category("web_tour.tours");

const current = (state) =>
    `.o_field_statusbar[name=state] button[data-value=${state}].o_arrow_button_current`;

/** The engineer writes what the customer paid him. */
tours.add("aftersales_cash_collect", {
    steps: () => [
        {
            content: "Collect cash on the settlement",
            trigger:
                ".o_statusbar_buttons button[name=action_aftersales_collect]:enabled",
            run: "click",
        },
        {
            content: "The next receipt of the book is proposed",
            trigger: ".o_field_widget[name=receipt_no] input:value(SJ-000101)",
        },
        {
            trigger: ".o_field_widget[name=amount] input",
            run: "edit 300",
        },
        ...stepUtils.saveForm(),
        { trigger: current("collected") },
    ],
});

/** The accountant, who has no rights in after-sales, sees with whom the money is. */
tours.add("aftersales_cash_accountant", {
    steps: () => [
        {
            content: "The settlement, its cash with the engineer",
            trigger:
                ".o_data_row:contains(Qingshan) td[name=engineer_id]:contains(Engineer)",
            run: "click",
        },
        {
            trigger: ".o_form_view .o_field_widget[name=with_engineer]:contains(300)",
        },
        {
            content: "Open the receipts",
            trigger: "button[name=action_view_receipts]",
            run: "click",
        },
        {
            trigger:
                ".o_form_view .o_field_widget[name=receipt_no]:contains(SJ-000101)",
        },
        {
            trigger: ".breadcrumb-item a:last, .o_back_button a",
            run: "click",
        },
        {
            content: "The invoice is paid: the customer owes nothing",
            trigger: "button[name=action_view_invoices]",
            run: "click",
        },
        {
            trigger:
                ".o_form_view .o_field_widget[name=payment_state], .ribbon:contains(Paid)",
        },
    ],
});

/** The cashier counts what the engineer brings and takes it over. */
tours.add("aftersales_cash_hand_over", {
    steps: () => [
        {
            trigger: ".o_field_widget[name=engineer_id] input",
            run: "edit Engineer",
        },
        {
            trigger: ".o-autocomplete--dropdown-item:contains(Engineer):first",
            run: "click",
        },
        {
            content: "All his receipts are on the sheet",
            trigger:
                ".o_field_widget[name=collection_ids] .o_data_row:contains(SJ-000101)",
        },
        {
            trigger: ".o_field_widget[name=counted_amount] input",
            run: "edit 300",
        },
        ...stepUtils.saveForm(),
        {
            trigger: ".o_statusbar_buttons button[name=action_confirm]:enabled",
            run: "click",
        },
        {
            content: "The cash is counted",
            trigger: ".modal .modal-footer .btn-primary",
            run: "click",
        },
        { trigger: current("done") },
        {
            content: "The entry is one click away",
            trigger: "button[name=action_view_entry]",
            run: "click",
        },
        { trigger: ".o_form_view .o_field_widget[name=line_ids]" },
    ],
});
