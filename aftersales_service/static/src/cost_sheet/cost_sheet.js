import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";

import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/**
 * The cost sheet of a case, ``{rows, totals, differences}``: a row per kind of cost
 * or income, what is in the ledger beside what nobody books. A row opens its lines.
 * All amounts are formatted by the server. It is asked for when its page is opened,
 * not with the form: it adds up every journal item of the case.
 */
export class AftersalesCostSheet extends Component {
    static template = "aftersales_service.CostSheet";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ sheet: null });
        onWillStart(() => this.load(this.props.record));
        onWillUpdateProps((nextProps) => this.load(nextProps.record));
    }

    async load({ resModel, resId }) {
        if (!resId) {
            return;
        }
        const [values] = await this.orm.read(resModel, [resId], ["cost_sheet"]);
        this.state.sheet = values.cost_sheet || null;
    }

    async open(kind) {
        const { resModel, resId } = this.props.record;
        const action = await this.orm.call(resModel, "action_view_costs", [[resId]], {
            context: { ...this.props.record.context, cost_kind: kind },
        });
        return this.action.doAction(action);
    }
}

registry.category("view_widgets").add("aftersales_cost_sheet", {
    component: AftersalesCostSheet,
});
