"""What Odoo 19's web client asks for when it opens an action's list or kanban.

Follows ``web/static/src/model/relational_model`` and the list's and kanban's
controllers. Hidden optional columns are asked for as well, as the client does.
"""

import ast
import json

from lxml import etree

from odoo.fields import Date, Domain
from odoo.tools.safe_eval import datetime, dateutil, safe_eval

COUNT_LIMIT = 10001
ACTIVITY = (
    "activity_exception_decoration",
    "activity_exception_icon",
    "activity_state",
    "activity_summary",
    "activity_type_icon",
    "activity_type_id",
)
# Fields that a widget reads beside its own (``fieldDependencies``).
WIDGET_FIELDS = {
    "activity_exception": ("activity_exception_icon",),
    "badge_rotting": ("is_rotting", "rotting_days"),
    "kanban_activity": ACTIVITY,
    "list_activity": ACTIVITY,
    "rotting": ("is_rotting",),
}


class Screen:
    """One action's list or kanban, opened with its default filters."""

    def __init__(self, env, action_xmlid, view_type):
        action = env["ir.actions.act_window"]._for_xml_id(action_xmlid)
        self.model = action["res_model"]
        self.kind = view_type
        names = {
            "uid": env.uid,
            "context_today": Date.today,
            "datetime": datetime,
            "relativedelta": dateutil.relativedelta.relativedelta,
        }
        context = safe_eval(action["context"] or "{}", dict(names))
        ids = dict((kind, view_id) for view_id, kind in action["views"])
        search_id = action["search_view_id"] and action["search_view_id"][0]
        views = env[self.model].get_views(
            [(ids.get(view_type), view_type), (search_id, "search")],
            {"action_id": action["id"], "load_filters": True, "toolbar": True},
        )
        self.fields = views["models"][self.model]["fields"]
        self.arch = etree.fromstring(views["views"][view_type]["arch"])
        search = etree.fromstring(views["views"]["search"]["arch"])
        self.base_domain = safe_eval(action["domain"] or "[]", dict(names))
        chosen = [
            name.removeprefix("search_default_")
            for name, value in context.items()
            if name.startswith("search_default_") and value
        ]
        self.domain = list(
            Domain(self.base_domain) & _filter_domain(search, chosen, names)
        )
        self.context = {
            name: value
            for name, value in context.items()
            if not name.startswith("search_default_")
        }
        self.group_by = self.arch.get("default_group_by")
        self.specification = self._specification()

    def _specification(self):
        attributes = {}
        for node in self.arch.iter("field"):
            if next(node.iterancestors("field", "groupby"), None) is not None:
                continue
            name = node.get("name")
            invisible = any(
                node.get(key) in ("1", "True")
                for key in ("invisible", "column_invisible")
            )
            known = attributes.setdefault(name, {"nodes": [], "invisible": True})
            known["nodes"].append(node)
            known["invisible"] &= invisible
            for other in WIDGET_FIELDS.get(node.get("widget"), ()):
                if other in self.fields:
                    attributes.setdefault(other, {"nodes": [], "invisible": False})
        for other in (self.arch.get("highlight_color"), *self._sum_fields()):
            if other in self.fields:
                attributes.setdefault(other, {"nodes": [], "invisible": False})
        return {
            name: self._field_specification(name, **known)
            for name, known in attributes.items()
        }

    def _field_specification(self, name, nodes, invisible):
        kind = self.fields[name]["type"]
        if kind == "many2one":
            return {"fields": {} if invisible else {"display_name": {}}}
        if kind in ("one2many", "many2many") and not invisible:
            related = {}
            for node in nodes:
                widget = node.get("widget") or f"{kind}_tags"
                if widget.startswith("many2many_tags"):
                    options = ast.literal_eval(node.get("options") or "{}")
                    related["display_name"] = {}
                    if options.get("color_field"):
                        related[options["color_field"]] = {}
            return {"fields": related}
        return {}

    def _sum_fields(self):
        """The fields that the bar above a kanban column adds up."""
        return [
            value
            for bar in self.arch.iter("progressbar")
            for key, value in bar.items()
            if key.endswith("sum_field") and value in self.fields
        ]

    def _aggregates(self):
        sums = [self.fields[name] for name in self._sum_fields()]
        money = [field for field in sums if field.get("currency_field")]
        currencies = dict.fromkeys(field["currency_field"] for field in money)
        return [
            *(f"{field['name']}:sum" for field in sums),
            *(f"{name}:array_agg_distinct" for name in currencies),
            *(f"{field['name']}:sum_currency" for field in money),
        ]

    def open(self, env, *, filtered=True):
        """Ask what the client asks; the records come first-page only."""
        model = env[self.model].with_context(**self.context)
        domain = self.domain if filtered else self.base_domain
        limit = int(self.arch.get("limit") or 80)
        if self.kind == "kanban" and self.group_by:
            return self._open_groups(model, domain, limit)
        return model.with_context(bin_size=True).web_search_read(
            domain,
            self.specification,
            offset=0,
            order=self._order(),
            limit=limit,
            count_limit=COUNT_LIMIT,
        )

    def _order(self):
        """What the view asks for, or the column by which rows are dragged."""
        order = self.arch.get("default_order")
        handle = self.arch.find("field[@widget='handle']")
        if not order and self.kind == "list" and handle is not None:
            order = f"{handle.get('name')}, id"
        return order or ""

    def _open_groups(self, model, domain, limit):
        bar = self.arch.find("progressbar")
        if bar is not None:
            model.read_progress_bar(
                domain,
                self.group_by,
                {"field": bar.get("field"), "colors": json.loads(bar.get("colors"))},
            )
        return model.with_context(read_group_expand=True).web_read_group(
            domain,
            [self.group_by],
            self._aggregates(),
            offset=0,
            order=self._order(),
            auto_unfold=True,
            opening_info=[],
            unfold_read_specification=self.specification,
            unfold_read_default_limit=limit,
            groupby_read_specification={},
        )


def _filter_domain(search, chosen, names):
    """Filters between two separators are alternatives, the groups all apply."""
    result, group = Domain.TRUE, []
    for node in search:
        if node.tag == "filter" and node.get("name") in chosen and node.get("domain"):
            group.append(Domain(safe_eval(node.get("domain"), dict(names))))
        elif node.tag in ("separator", "group") and group:
            result, group = result & Domain.OR(group), []
    return result & Domain.OR(group) if group else result
