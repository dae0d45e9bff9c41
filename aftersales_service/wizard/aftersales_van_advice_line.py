from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesVanAdviceLine(models.TransientModel):
    """Min and max of one part for one engineer, beside the rule he has."""

    _name = "aftersales.van.advice.line"
    _description = "Van Stock Advice Line"
    _order = "engineer_id, monthly_use DESC, id"

    wizard_id = fields.Many2one(
        "aftersales.van.advice", required=True, ondelete="cascade"
    )
    engineer_id = fields.Many2one("hr.employee", required=True, readonly=True)
    product_id = fields.Many2one(
        "product.product", "Part", required=True, readonly=True
    )
    product_uom_id = fields.Many2one(related="product_id.uom_id")
    monthly_use = fields.Float("Use a Month", readonly=True, digits="Product Unit")
    min_quantity = fields.Float("Min", digits="Product Unit")
    max_quantity = fields.Float("Max", digits="Product Unit")
    current_min = fields.Float(compute="_compute_current", digits="Product Unit")
    current_max = fields.Float(compute="_compute_current", digits="Product Unit")
    held_quantity = fields.Float(
        "Held", compute="_compute_current", digits="Product Unit"
    )
    is_applied = fields.Boolean(
        "As Advised",
        compute="_compute_current",
        help="The engineer's reordering rule says the same already.",
    )
    chosen = fields.Boolean("Apply", default=True)

    @api.depends("engineer_id", "product_id", "min_quantity", "max_quantity")
    def _compute_current(self):
        rules = {
            (rule.location_id.id, rule.product_id.id): rule
            for rule in self.env["stock.warehouse.orderpoint"].search(
                [
                    (
                        "location_id",
                        "in",
                        self.engineer_id.sudo().aftersales_location_id.ids,
                    ),
                    ("product_id", "in", self.product_id.ids),
                ]
            )
        }
        held = {
            (engineer, product): quantity
            for engineer, product, quantity in self.env[
                "aftersales.van.stock"
            ]._read_group(
                [
                    ("engineer_id", "in", self.engineer_id.ids),
                    ("product_id", "in", self.product_id.ids),
                ],
                ["engineer_id", "product_id"],
                ["quantity:sum"],
            )
        }
        for row in self:
            place = row.engineer_id.sudo().aftersales_location_id.id
            rule = rules.get((place, row.product_id.id))
            row.current_min = rule.product_min_qty if rule else 0.0
            row.current_max = rule.product_max_qty if rule else 0.0
            row.held_quantity = held.get((row.engineer_id, row.product_id), 0.0)
            row.is_applied = bool(rule) and (
                (row.current_min, row.current_max)
                == (row.min_quantity, row.max_quantity)
            )

    def _apply(self):
        """Write the rules: one per engineer and part, made or changed.

        :raises UserError: where the maximum is below the minimum
        """
        # sudo: a parts keeper decides what engineers carry, without being a manager
        # of the whole stock
        self.wizard_id._check_own_company(self.engineer_id.sudo().company_id)
        rules = self.env["stock.warehouse.orderpoint"].sudo()
        rules = rules.with_context(active_test=False)
        for row in self:
            if not 0 <= row.min_quantity <= row.max_quantity:
                raise UserError(
                    self.env._(
                        "%(part)s for %(engineer)s: the maximum must not be below the"
                        " minimum, and neither below zero.",
                        part=row.product_id.display_name,
                        engineer=row.engineer_id.name,
                    )
                )
            place = row.engineer_id._aftersales_get_location()
            company = row.engineer_id.sudo().company_id
            values = {
                "product_min_qty": row.min_quantity,
                "product_max_qty": row.max_quantity,
                "active": True,
            }
            rule = rules.search(
                [
                    ("location_id", "=", place.id),
                    ("product_id", "=", row.product_id.id),
                    ("company_id", "=", company.id),
                ]
            )
            if rule:
                rule.write(values)
            else:
                rules.create(
                    {
                        **values,
                        "product_id": row.product_id.id,
                        "location_id": place.id,
                        "warehouse_id": company._aftersales_get_warehouse().id,
                        "company_id": company.id,
                        "trigger": "auto",
                    }
                )
        self.invalidate_recordset()
