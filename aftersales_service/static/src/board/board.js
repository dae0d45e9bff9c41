import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { KanbanHeader } from "@web/views/kanban/kanban_header";
import { KanbanRenderer } from "@web/views/kanban/kanban_renderer";
import { kanbanView } from "@web/views/kanban/kanban_view";

const LATE = "breached";

/**
 * A column of the board says how many of its requests are late. The number comes from
 * what the bar under the title has counted already.
 */
export class AftersalesBoardHeader extends KanbanHeader {
    static template = "aftersales_service.BoardHeader";

    get lateBar() {
        return this.progressBar?.bars.find(({ value }) => value === LATE);
    }

    get lateCount() {
        return this.lateBar?.count || 0;
    }

    get lateTitle() {
        return _t("%(count)s late: click to see them only", { count: this.lateCount });
    }

    onLateClicked() {
        return this.onBarClicked(this.lateBar);
    }
}

export class AftersalesBoardRenderer extends KanbanRenderer {
    static components = {
        ...KanbanRenderer.components,
        KanbanHeader: AftersalesBoardHeader,
    };
}

export const aftersalesBoard = { ...kanbanView, Renderer: AftersalesBoardRenderer };

registry.category("views").add("aftersales_board", aftersalesBoard);
