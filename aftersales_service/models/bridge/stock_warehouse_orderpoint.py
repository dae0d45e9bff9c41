from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class StockWarehouseOrderpoint(models.Model):
    """A reordering rule on an engineer's location writes a requisition.

    Nothing leaves the warehouse without three signatures (Art.24): such a rule
    fills the engineer's one draft travel-stock requisition, whoever runs it.
    """

    _inherit = "stock.warehouse.orderpoint"

    aftersales_is_van = fields.Boolean(
        "Of an Engineer",
        compute="_compute_aftersales_is_van",
        search="_search_aftersales_is_van",
    )

    @api.depends("location_id")
    def _compute_aftersales_is_van(self):
        vans = self._aftersales_get_engineers()
        for rule in self:
            rule.aftersales_is_van = rule in vans

    @api.model
    def _search_aftersales_is_van(self, operator, value):
        if operator != "in":
            return NotImplemented
        companies = self.env["res.company"].sudo()
        roots = companies.search(
            [("aftersales_engineer_root_id", "!=", False)]
        ).aftersales_engineer_root_id
        return Domain("location_id", "child_of", roots.ids)

    def _aftersales_get_engineers(self):
        """Who holds the location of each rule.

        :return: dict ``{rule: hr.employee}``; the employee is empty for a location
            that is nobody's any more. Rules of warehouses are not in it.
        """
        roots = self.company_id.sudo().aftersales_engineer_root_id
        if not roots:
            return {}
        paths = {
            rule: [int(part) for part in rule.location_id.parent_path.split("/")[:-1]]
            for rule in self.sudo()
            if rule.location_id.parent_path
        }
        employees = (
            self.env["hr.employee"]
            .sudo()
            .search(
                [
                    (
                        "aftersales_location_id",
                        "in",
                        list({place for path in paths.values() for place in path}),
                    )
                ]
            )
        )
        holders = {person.aftersales_location_id.id: person for person in employees}
        found = {}
        for rule, path in paths.items():
            holder = next((holders[p] for p in reversed(path) if p in holders), None)
            if holder or set(path) & set(roots.ids):
                found[rule.with_env(self.env)] = holder or employees.browse()
        return found

    def _compute_show_supply_warning(self):
        """A van needs no route: its supply is the requisition."""
        result = super()._compute_show_supply_warning()
        for rule in self._aftersales_get_engineers():
            rule.show_supply_warning = False
        return result

    def _quantity_in_progress(self):
        """What an engineer has asked for already is on its way."""
        quantities = super()._quantity_in_progress()
        engineers = self._aftersales_get_engineers()
        people = self.env["hr.employee"].union(*engineers.values())
        if people:
            asked = self.env["aftersales.parts.requisition"]._get_travel_in_progress(
                people, self.product_id
            )
            for rule, engineer in engineers.items():
                quantities[rule.id] += asked.get(
                    (engineer.sudo(), rule.product_id.sudo()), 0.0
                )
        return quantities

    def _procure_orderpoint_confirm(
        self, use_new_cursor=False, company_id=None, raise_user_error=True
    ):
        engineers = self._aftersales_get_engineers()
        vans = self.browse().union(*engineers)
        others = super(StockWarehouseOrderpoint, self - vans)
        result = others._procure_orderpoint_confirm(
            use_new_cursor=use_new_cursor,
            company_id=company_id,
            raise_user_error=raise_user_error,
        )
        if vans:
            vans._aftersales_request_parts(engineers, raise_user_error)
        return result

    def _aftersales_request_parts(self, engineers, raise_user_error):
        """Fill the requisitions of ``engineers`` by these rules.

        Running it again adds nothing: what is asked for counts as coming.

        :param dict engineers: ``{rule: hr.employee}``
        """
        by_engineer = defaultdict(self.browse)
        for rule in self:
            by_engineer[engineers[rule]] |= rule
        requisitions = self.env["aftersales.parts.requisition"].sudo()
        for engineer, rules in by_engineer.items():
            if not engineer:
                if raise_user_error:
                    raise UserError(
                        self.env._(
                            "%(place)s belongs to no engineer at work; archive its"
                            " reordering rules.",
                            place=rules[0].location_id.sudo().display_name,
                        )
                    )
                continue
            try:
                engineer._aftersales_lock_location()
            except UserError:
                if raise_user_error:
                    raise
                continue  # the next run finds it again
            rules = rules.sudo()
            rules.invalidate_recordset(["qty_on_hand", "qty_forecast"])
            rules._compute_qty_to_order_computed()
            wanted = defaultdict(float)
            for rule in rules:
                if rule.product_uom.compare(rule.qty_to_order, 0) > 0:
                    wanted[rule.product_id] += rule.qty_to_order
            if wanted:
                requisitions._fill_travel(engineer.sudo(), wanted)
                rules.write({"qty_to_order_manual": 0})
                rules.invalidate_recordset(["qty_on_hand", "qty_forecast"])
                rules._compute_qty_to_order_computed()

    def _get_replenishment_order_notification(self):
        """Say where the parts were asked for."""
        engineer = self._aftersales_get_engineers().get(self)
        requisition = engineer and self.env["aftersales.parts.requisition"].search(
            [
                ("drawer_id", "=", engineer.id),
                ("state", "in", ("draft", "signing")),
                ("line_ids.product_id", "=", self.product_id.id),
            ],
            limit=1,
        )
        if not requisition:
            return super()._get_replenishment_order_notification()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.env._("Asked for on a parts requisition"),
                "message": "%s",
                "links": [
                    {
                        "label": requisition.name,
                        "url": f"/odoo/{requisition._name}/{requisition.id}",
                    }
                ],
                "sticky": False,
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
