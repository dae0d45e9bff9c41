import { Component } from "@odoo/owl";

import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/**
 * Renders the story of a case, a Json list of
 * ``{date, title, text, amount}`` in time order, as a timeline. All values are
 * formatted by the server in the reader's language and time zone.
 */
export class AftersalesStoryField extends Component {
    static template = "aftersales_service.StoryField";
    static props = { ...standardFieldProps };

    get entries() {
        return this.props.record.data[this.props.name] || [];
    }
}

export const aftersalesStoryField = {
    component: AftersalesStoryField,
    displayName: _t("Story of the Case"),
    supportedTypes: ["json"],
    isEmpty: () => false,
};

registry.category("fields").add("aftersales_story", aftersalesStoryField);
