from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from odoo.addons.stock.models.stock_rule import ProcurementException


class AftersalesRequisitionProcureLine(models.TransientModel):
    """One missing part: ordered by Odoo's replenishment, or from another warehouse."""

    _name = "aftersales.requisition.procure.line"
    _description = "Missing Part to Order"

    wizard_id = fields.Many2one(
        "aftersales.requisition.procure", required=True, ondelete="cascade"
    )
    line_id = fields.Many2one(
        "aftersales.parts.requisition.line", required=True, readonly=True
    )
    product_id = fields.Many2one(related="line_id.product_id")
    product_uom_id = fields.Many2one(related="line_id.product_uom_id")
    missing_quantity = fields.Float(related="line_id.missing_quantity")
    expected_date = fields.Date(related="line_id.expected_date")
    company_id = fields.Many2one(related="line_id.company_id")
    own_warehouse_id = fields.Many2one(related="wizard_id.warehouse_id")
    quantity = fields.Float("To Order", digits="Product Unit")
    method = fields.Selection(
        [
            ("route", "By the Route of the Product"),
            ("transfer", "From Another Warehouse"),
            ("list", "Put on the Replenishment List"),
        ],
        required=True,
        compute="_compute_method",
        store=True,
        readonly=False,
        precompute=True,
    )
    source_warehouse_id = fields.Many2one(
        "stock.warehouse",
        "From Warehouse",
        compute="_compute_source_warehouse_id",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('company_id', '=', company_id), ('id', '!=', own_warehouse_id)]",
    )
    proposal = fields.Char(compute="_compute_proposal")

    @api.depends("line_id", "quantity")
    def _compute_source_warehouse_id(self):
        """The warehouse of the company that has most of it, if it has enough."""
        for row in self:
            company = row.line_id.company_id
            others = (
                self.env["stock.warehouse"]
                .sudo()
                .search([("company_id", "=", company.id)])
                - row.line_id.requisition_id.warehouse_id
            )
            free = {house: row._get_free(house) for house in others}
            best = max(free, key=free.get, default=None)
            enough = best and free[best] >= row.quantity > 0
            row.source_warehouse_id = best if enough else False

    def _get_free(self, warehouse):
        product = self.line_id.product_id.sudo()
        return product.with_context(warehouse_id=warehouse.id).free_qty

    @api.depends("source_warehouse_id")
    def _compute_method(self):
        for row in self:
            if row.source_warehouse_id:
                row.method = "transfer"
            else:
                row.method = "route" if row._is_ordered_by_rule() else "list"

    def _is_ordered_by_rule(self):
        """Whether a rule really brings the part. The plain receipt of a warehouse
        only expects it from a vendor, and nobody is told to buy.
        """
        rule = self._get_rule()
        return bool(rule) and rule.location_src_id.usage != "supplier"

    def _get_rule(self):
        """The stock rule that would bring the part into the warehouse."""
        warehouse = self.line_id.requisition_id.sudo().warehouse_id
        return (
            self.env["stock.rule"]
            .sudo()
            ._get_rule(
                self.line_id.product_id.sudo(),
                warehouse.lot_stock_id,
                {"warehouse_id": warehouse},
            )
        )

    @api.depends("method", "source_warehouse_id")
    def _compute_proposal(self):
        for row in self:
            if row.method == "transfer" and row.source_warehouse_id:
                row.proposal = self.env._(
                    "%(warehouse)s has %(quantity)g free.",
                    warehouse=row.source_warehouse_id.sudo().name,
                    quantity=row._get_free(row.source_warehouse_id),
                )
            elif row.method == "route":
                rule = row._get_rule()
                row.proposal = rule.route_id.name or self.env._(
                    "No route brings this part; put it on the list."
                )
            else:
                row.proposal = self.env._("The buyer sees it in the replenishment.")

    # --------------------------------------------------------------- ordering

    def _check_quantity(self):
        """:raises UserError: for more than is missing and not ordered yet"""
        line = self.line_id
        left = line.missing_quantity - line.raised_quantity
        if line.product_uom_id.compare(self.quantity, left) > 0:
            raise UserError(
                self.env._(
                    "Of %(part)s only %(left)g are missing and not ordered yet.",
                    part=line.product_id.display_name,
                    left=max(left, 0.0),
                )
            )

    def _procure(self):
        """Do as chosen.

        :return: a sentence for the chatter of the requisition
        """
        self.ensure_one()
        text = getattr(self.sudo(), f"_procure_by_{self.method}")()
        line = self.line_id.sudo()
        line.raised_quantity += self.quantity
        return f"{line.product_id.display_name} × {self.quantity:g}: {text}"

    def _procure_by_route(self):
        requisition = self.line_id.requisition_id
        warehouse = requisition.warehouse_id
        rules = self.env["stock.rule"]
        procurement = rules.Procurement(
            self.line_id.product_id,
            self.quantity,
            self.line_id.product_uom_id,
            warehouse.lot_stock_id,
            requisition.name,
            requisition.name,
            requisition.company_id,
            {"warehouse_id": warehouse, "date_planned": fields.Datetime.now()},
        )
        try:
            rules.run([procurement])
        except ProcurementException as error:
            texts = [text for _procurement, text in error.procurement_exceptions]
            raise UserError("\n".join(texts)) from error
        return self.env._("ordered by its route")

    def _procure_by_transfer(self):
        requisition = self.line_id.requisition_id
        source = self.source_warehouse_id
        if not source or source.company_id != requisition.company_id:
            raise UserError(
                self.env._(
                    "Choose the warehouse that gives %(part)s.",
                    part=self.line_id.product_id.display_name,
                )
            )
        places = {
            "location_id": source.lot_stock_id.id,
            "location_dest_id": requisition.warehouse_id.lot_stock_id.id,
        }
        picking = self.env["stock.picking"].create(
            {
                **places,
                "picking_type_id": source.int_type_id.id,
                "company_id": requisition.company_id.id,
                "origin": requisition.name,
                "move_ids": [
                    Command.create(
                        {
                            **places,
                            "product_id": self.line_id.product_id.id,
                            "product_uom_qty": self.quantity,
                            "company_id": requisition.company_id.id,
                        }
                    )
                ],
            }
        )
        picking.action_confirm()
        picking.action_assign()
        return self.env._(
            "transfer %(transfer)s from %(warehouse)s",
            transfer=picking.name,
            warehouse=source.name,
        )

    def _procure_by_list(self):
        """A rule of the replenishment list that orders nothing by itself."""
        requisition = self.line_id.requisition_id
        place = requisition.warehouse_id.lot_stock_id
        rules = self.env["stock.warehouse.orderpoint"].with_context(active_test=False)
        rule = rules.search(
            [
                ("product_id", "=", self.line_id.product_id.id),
                ("location_id", "=", place.id),
                ("company_id", "=", requisition.company_id.id),
            ],
            limit=1,
        ) or rules.create(
            {
                "product_id": self.line_id.product_id.id,
                "location_id": place.id,
                "warehouse_id": requisition.warehouse_id.id,
                "company_id": requisition.company_id.id,
                "trigger": "manual",
            }
        )
        rule.active = True
        if rule.trigger == "manual":
            rule.qty_to_order_manual += self.quantity
        else:
            rule._compute_qty_to_order_computed()
        return self.env._("put on the replenishment list")
