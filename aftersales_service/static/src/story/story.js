import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";

import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/**
 * The story of a case, a list of ``{date, title, text, amount}`` in time order,
 * as a timeline. All values are formatted by the server in the reader's language
 * and time zone. It is asked for when its page is opened, not with the form:
 * collecting it reads every document of the case.
 */
export class AftersalesStory extends Component {
    static template = "aftersales_service.Story";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ entries: [] });
        onWillStart(() => this.load(this.props.record));
        onWillUpdateProps((nextProps) => this.load(nextProps.record));
    }

    async load({ resModel, resId }) {
        if (!resId) {
            return;
        }
        const [values] = await this.orm.read(resModel, [resId], ["story"]);
        this.state.entries = values.story || [];
    }
}

registry.category("view_widgets").add("aftersales_story", {
    component: AftersalesStory,
});
