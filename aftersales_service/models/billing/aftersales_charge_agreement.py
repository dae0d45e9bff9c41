from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesChargeAgreement(models.Model):
    """Charging agreement (收费约定) before the visit, 001 Art.18(2) and App.8 #3, #10.

    What the customer was told by the price list and said yes to, how and when. It
    settles the condition “charge agreed” of the request, is printed on the dispatch
    order, and the settlement is measured by it.
    """

    _name = "aftersales.charge.agreement"
    _description = "Charging Agreement"
    _inherit = ["portal.mixin", "aftersales.form.mixin"]
    _rec_names_search = ["name", "partner_id", "request_id"]

    _form_sequence = ("aftersales.charge.agreement", "YD")
    _form_company_field = "request_id"
    _form_protected = frozenset({"name", "state", "agreed_at", "recorded_by_id"})

    state = fields.Selection(
        [
            ("draft", "To Agree"),
            ("agreed", "Agreed"),
            ("declined", "Not Agreed To"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        tracking=True,
    )
    request_id = fields.Many2one(
        "aftersales.service.request",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
    )
    partner_id = fields.Many2one(
        related="request_id.partner_id", store=True, precompute=True, index=True
    )
    date = fields.Date(
        required=True,
        default=fields.Date.context_today,
        help="The prices are those of this day.",
    )
    currency_id = fields.Many2one(
        "res.currency", compute="_compute_currency_id", store=True, precompute=True
    )
    line_ids = fields.One2many(
        "aftersales.charge.agreement.line", "agreement_id", "Estimate", copy=True
    )
    amount = fields.Monetary(
        "Estimated Amount", compute="_compute_amount", store=True, help="Without tax."
    )
    agreed_how = fields.Selection(
        [
            ("phone", "By Phone"),
            ("portal", "On the Portal"),
            ("signature", "By Signature"),
        ],
        "How Agreed",
        copy=False,
    )
    agreed_by = fields.Char(
        copy=False, help="Who said yes for the customer: name and position."
    )
    agreed_at = fields.Datetime(readonly=True, copy=False)
    recorded_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    text = fields.Text("What Was Agreed", help="Scope, exceptions, way of payment.")

    # -------------------------------------------------------------- computes

    @api.depends("request_id", "date")
    def _compute_currency_id(self):
        orders = self.env["sale.order"]
        for agreement in self:
            request = agreement.request_id
            pricelist = orders._aftersales_find_pricelist(request) if request else None
            agreement.currency_id = (
                pricelist and pricelist.currency_id or request.company_id.currency_id
            )

    @api.depends("line_ids.amount")
    def _compute_amount(self):
        for agreement in self:
            agreement.amount = sum(agreement.line_ids.mapped("amount"))

    def _compute_access_url(self):
        result = super()._compute_access_url()
        for agreement in self:
            agreement.access_url = f"/my/agreements/{agreement.id}"
        return result

    # --------------------------------------------------------------- buttons

    def action_open_page(self):
        """The page where the customer agrees himself: its address is sent to him."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_url",
            "target": "new",
            "url": self.sudo().get_portal_url(),
        }

    def action_fill(self):
        """Put the services that usually are charged for a visit on the estimate."""
        agreements = self._form_begin("draft")
        templates = self.env["product.template"]
        for agreement in agreements:
            there = agreement.line_ids.product_id
            for fee in ("labour", "visit"):
                product = templates._aftersales_get_fee_product(
                    agreement.company_id, fee
                )
                if product and product not in there:
                    agreement.line_ids.create(
                        {"agreement_id": agreement.id, "product_id": product.id}
                    )

    def action_agree(self, event_time=False):
        """The customer said yes: who, how and when are on record.

        :param event_time: when; now if empty
        :raises UserError: without lines, name or way, or at a time in the future
        """
        agreements = self._form_begin("draft")
        for agreement in agreements:
            agreement.request_id._check_open_for_work()
            if not agreement.line_ids:
                raise UserError(self.env._("Enter what will be charged first."))
            if not agreement.agreed_how or not (agreement.agreed_by or "").strip():
                raise UserError(
                    self.env._("Enter who agreed for the customer, and how.")
                )
            when = agreement._form_check_event_time(event_time)
            agreement.write(
                {
                    "state": "agreed",
                    "agreed_at": when,
                    "recorded_by_id": self.env.uid,
                }
            )
        agreements._settle_charge()

    def _agree_on_portal(self, name, amount):
        """The customer agrees on the page; called with sudo by its controller.

        :param str name: who agrees
        :param str amount: what he read, with two digits
        :raises UserError: without name, for another amount, or when it is settled
        """
        self.ensure_one()
        agreement = self._form_begin("draft")
        name = (name or "").strip()[:100]
        if not name or amount != f"{agreement.amount:.2f}":
            raise UserError(self.env._("The estimate has changed. Read it again."))
        agreement.write({"agreed_how": "portal", "agreed_by": name})
        agreement.action_agree()

    def action_decline(self):
        """The customer does not want the work at this price."""
        self._form_begin("draft").write({"state": "declined"})

    def action_cancel(self):
        """Void an agreement that does not count any more."""
        agreements = self._form_begin("draft", "agreed", "declined")
        agreements.write({"state": "cancelled"})
        agreements._settle_charge()

    def _settle_charge(self):
        """Tell the request whether its charge is agreed (Art.18(2)); with sudo."""
        for request in self.request_id:
            agreed = "agreed" in request.agreement_ids.mapped("state")
            if request.charge_agreed != agreed:
                request.charge_agreed = agreed

    # ------------------------------------------------------------------ CRUD

    def write(self, vals):
        if not self.env.su and vals.keys() & {
            "request_id",
            "date",
            "line_ids",
            "agreed_by",
            "agreed_how",
            "text",
        }:
            self._form_check_state("draft")
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_agreed(self):
        self._form_check_state("draft", "cancelled")

    # ------------------------------------------------------------- the file

    def _story_entries(self):
        return [
            {
                "date": agreement.agreed_at,
                "title": f"{agreement.name}: {self.env._('Charge agreed')}",
                "text": agreement.agreed_by,
                "amount": agreement.amount,
                "currency": agreement.currency_id,
            }
            for agreement in self
            if agreement.agreed_at and agreement.state == "agreed"
        ]
