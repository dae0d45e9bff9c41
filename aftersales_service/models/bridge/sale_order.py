from odoo import api, fields, models
from odoo.exceptions import UserError


class SaleOrder(models.Model):
    """Settlement (设备维修结算单, 001 App.12) of a service request.

    The quotation the customer accepts on the portal, then invoice and payment,
    are Odoo's own; this adds the way from the case to the order.
    """

    _name = "sale.order"
    # The mixins stand before the model whose steps they extend.
    _inherit = [
        "aftersales.factory.choice.mixin",
        "aftersales.factory.sale.mixin",
        "aftersales.settlement.mixin",
        "sale.order",
    ]

    aftersales_request_id = fields.Many2one(
        "aftersales.service.request",
        "Service Request",
        index="btree_not_null",
        check_company=True,
        copy=False,
    )
    aftersales_collection_ids = fields.One2many(
        "aftersales.collection", "sale_order_id", "Collections"
    )
    aftersales_agreed_amount = fields.Monetary(
        "Agreed before the Visit", compute="_compute_aftersales_agreement"
    )

    # ----------------------------------------------------------------- views

    @api.model
    def _aftersales_uses_own_form(self):
        """Engineers and readers may not read what Odoo's form of an order shows."""
        return not self.env["account.move.line"].has_access("read")

    @api.model
    def _get_view_cache_key(self, view_id=None, view_type="form", **options):
        key = super()._get_view_cache_key(view_id, view_type, **options)
        return key + (self._aftersales_uses_own_form(),)

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        if view_type == "form" and self._aftersales_uses_own_form():
            view_id = self.env.ref(
                "aftersales_service.aftersales_sale_order_view_form"
            ).id
        return super()._get_view(view_id, view_type, **options)

    # ------------------------------------------------------------ settlement

    @api.model
    def _aftersales_create_settlement(self, request):
        """One draft order for what the request charges and no order bills yet.

        Parts come from the booked part uses with the quantities of their moves,
        labour from the hours of finished visits, travel once per visit.

        :raises UserError: when there is nothing to charge
        """
        uses = request.sudo().part_use_ids.filtered(lambda use: use._is_to_bill())
        services = self._aftersales_prepare_services(request)
        expenses = request.sudo().expense_ids._aftersales_get_to_bill()
        if not uses and not services and not expenses:
            raise UserError(
                self.env._(
                    "There is nothing to charge on %(request)s: no charged part is"
                    " booked, and no visit out of warranty is finished.",
                    request=request.name,
                )
            )
        visits = (
            self.env["aftersales.dispatch"]
            .sudo()
            .browse([row["aftersales_dispatch_id"] for row in services])
        )
        (visits | uses.dispatch_id).engineer_id._aftersales_check_holds("settlement")
        order = self.sudo().create(
            {
                "partner_id": request.partner_id.id,
                "company_id": request.company_id.id,
                "aftersales_request_id": request.id,
                "origin": request.name,
                "client_order_ref": request.name,
                "user_id": self.env.uid,
                "warehouse_id": request.company_id._aftersales_get_warehouse().id,
                "require_signature": True,
            }
        )
        rows = services + [self._aftersales_prepare_part(use) for use in uses]
        lines = (
            self.env["sale.order.line"]
            .sudo()
            .create([{"order_id": order.id, **row} for row in rows])
        )
        for use, line in zip(uses, lines[len(services) :], strict=True):
            use.sale_line_id = line
            use.move_id.sale_line_id = line
        # What was approved before the repair.
        for relief in request.sudo().relief_ids:
            if relief.state == "approved" and not relief.order_id:
                relief._grant(order)
        expenses._aftersales_bill(order)
        return order.with_env(self.env)

    def _aftersales_enter_settlement(self, sheet):
        """What was approved before the repair is let off the charge of the machine."""
        result = super()._aftersales_enter_settlement(sheet)
        for order in self.filtered(lambda o: o.state != "cancel"):
            for relief in sheet.request_id.relief_ids:
                if relief.state == "approved" and not relief.order_id:
                    relief._grant(order, sheet)
        return result

    @api.model
    def _aftersales_prepare_part(self, use):
        return {
            "product_id": use.product_id.id,
            "product_uom_qty": use.quantity,
            "aftersales_quantity": use.quantity,
            "aftersales_price_date": use.dispatch_id.finished_at,
        }

    @api.model
    def _aftersales_prepare_services(self, request):
        """Labour and travel lines of finished visits that are not billed yet, as far
        as the warranty verdict does not give them free."""
        labour = request.verdict_labour != "free"
        travel = request.verdict_travel != "free"
        if not (labour or travel):
            return []
        company = request.company_id
        dispatches = request.sudo().dispatch_ids.filtered("finished_at")
        billed = (
            request.sudo()
            .sale_order_ids.filtered(lambda order: order.state != "cancel")
            .order_line.aftersales_dispatch_id
        )
        rows = []
        for dispatch in dispatches - billed:
            people = 1 + len(dispatch.assistant_ids)
            hours = max(round(dispatch.visit_hours * people, 2), 0.01)
            for kind, quantity, is_charged in (
                ("labour", hours, labour),
                ("travel", 1.0, travel),
            ):
                if is_charged:
                    rows.append(
                        {
                            "product_id": company._aftersales_get(f"{kind}_product").id,
                            "product_uom_qty": quantity,
                            "aftersales_quantity": quantity,
                            "aftersales_dispatch_id": dispatch.id,
                            "aftersales_price_date": dispatch.finished_at,
                        }
                    )
        return rows

    # ---------------------------------------------------------------- prices

    @api.depends("aftersales_request_id")
    def _compute_pricelist_id(self):
        """Of a settlement: the customer's own, else the after-sales pricelist."""
        settlements = self.filtered("aftersales_request_id")
        result = super(SaleOrder, self - settlements)._compute_pricelist_id()
        for order in settlements.filtered(lambda o: o.state == "draft"):
            order.pricelist_id = self._aftersales_find_pricelist(
                order.aftersales_request_id
            )
        return result

    def _get_update_prices_lines(self):
        """A relief has no price by the list."""
        lines = super()._get_update_prices_lines()
        return lines.filtered(lambda line: not line.aftersales_relief_id)

    @api.model_create_multi
    def create(self, vals_list):
        orders = super().create(vals_list)
        orders._aftersales_check_pricelist()
        return orders

    def write(self, vals):
        if "aftersales_request_id" in vals and not self.env.su:
            raise UserError(
                self.env._("A settlement is made by the button of its service request.")
            )
        if vals.get("state") == "draft":
            self._aftersales_check_stays_cancelled()
        self._aftersales_check_totals(vals)
        result = super().write(vals)
        if {"pricelist_id", "currency_id"} & vals.keys():
            self._aftersales_check_pricelist()
        return result

    def action_confirm(self):
        return super(SaleOrder, self._aftersales_elevate()).action_confirm()

    def action_cancel(self):
        return super(SaleOrder, self._aftersales_elevate()).action_cancel()

    def action_draft(self):
        self._aftersales_check_stays_cancelled()
        return super().action_draft()

    def _aftersales_elevate(self):
        """Settlements with sudo, for those who may write them.

        A dispatcher has neither sales nor stock rights, which Odoo's own steps of
        an order ask for.
        """
        if self.env.su or not all(order.aftersales_request_id for order in self):
            return self
        self.check_access("write")
        return self.sudo()

    def action_aftersales_collect(self):
        """Open a new collection for cash received on this settlement.

        :raises UserError: when nothing is left to collect
        """
        self.ensure_one()
        self.check_access("read")
        collection = self.env["aftersales.collection"].new({"sale_order_id": self.id})
        if self.currency_id.is_zero(collection._get_due_amount()):
            raise UserError(
                self.env._(
                    "%(order)s is paid: nothing is left to collect.", order=self.name
                )
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Collect Cash"),
            "res_model": "aftersales.collection",
            "views": [(False, "form")],
            "context": {"default_sale_order_id": self.id},
        }

    def _get_debts(self):
        """Settlements that are neither paid nor cancelled keep the file open."""
        debts = []
        invoiced = self.sudo().filtered(
            lambda order: order.state == "sale" and order.invoice_status != "to invoice"
        )
        shares = invoiced._aftersales_get_shares()
        for order in self:
            if order.state == "cancel":
                continue
            if order.state != "sale" or order.invoice_status == "to invoice":
                text = self.env._(
                    "Settlement %(name)s is not invoiced", name=order.name
                )
            elif any(row["residual"] for row in shares[order._origin.id]):
                text = self.env._("Settlement %(name)s is not paid", name=order.name)
            else:
                continue
            debts.append(text)
        return debts

    def _story_entries(self):
        entries = []
        for order in self.filtered(lambda o: o.state != "cancel"):
            entries.append(
                {
                    "date": order.date_order,
                    "title": f"{order.name}: {self.env._('Settlement')}",
                    "amount": order.amount_total,
                    "currency": order.currency_id,
                }
            )
            entries += [
                {
                    "date": fields.Datetime.to_datetime(invoice.invoice_date),
                    "title": f"{invoice.name}: {self.env._('Invoice')}",
                    "amount": invoice.amount_total,
                    "currency": invoice.currency_id,
                }
                for invoice in order.invoice_ids
                if invoice.state == "posted"
            ]
        return entries
