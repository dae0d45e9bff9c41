import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";

import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/**
 * The fault cases that may help on a request, best first, a list of
 * ``{id, name, title, cause, solution, score, why, times_used, verdict}``. They are
 * searched for when the page is opened, not with the form. One click notes whether a
 * case solved the fault.
 */
export class AftersalesCaseProposals extends Component {
    static template = "aftersales_service.CaseProposals";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ cases: [] });
        onWillStart(() => this.load(this.props.record));
        onWillUpdateProps((nextProps) => this.load(nextProps.record));
    }

    async load({ resModel, resId }) {
        if (!resId) {
            return;
        }
        const [values] = await this.orm.read(resModel, [resId], ["case_proposals"]);
        this.state.cases = values.case_proposals || [];
    }

    open(fault) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "aftersales.fault.case",
            res_id: fault.id,
            views: [[false, "form"]],
        });
    }

    async judge(fault, solved) {
        const { record } = this.props;
        if (!(await record.save())) {
            return;
        }
        const { resModel, resId } = record;
        await this.orm.call(resModel, "action_judge_case", [[resId], fault.id, solved]);
        await record.load();
    }
}

registry.category("view_widgets").add("aftersales_case_proposals", {
    component: AftersalesCaseProposals,
});
