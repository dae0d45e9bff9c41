from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

RATINGS = [
    ("5", "Very Satisfied"),
    ("4", "Satisfied"),
    ("3", "Fair"),
    ("2", "Dissatisfied"),
    ("1", "Very Dissatisfied"),
]
RATING_FIELDS = (
    "rating_attitude",
    "rating_efficiency",
    "rating_skill",
    "rating_integrity",
    "rating_quality",
    "rating_overall",
)
# States of the dispatch order in which a card is issued or voided.
BEFORE_DEPARTURE = ("draft", "signing", "issued", "contacted", "refused")
# What the customer puts his name to.
SEALED_FIELDS = {
    *RATING_FIELDS,
    "dispatch_id",
    "equipment_id",
    "work_start",
    "work_end",
    "work_done",
    "charge_amount",
    "opinion",
    "customer_signer",
    "customer_signature",
}


class AftersalesServiceCard(models.Model):
    """Service card (产品售后服务卡), 001 Art.26: the customer's sealed proof.

    Issued and numbered before departure, one per machine; filled, signed and
    sealed by the customer; handed in on the day of return; opened and checked.
    """

    _name = "aftersales.service.card"
    _description = "Service Card"
    _inherit = ["aftersales.form.mixin"]
    _rec_names_search = ["name", "partner_id"]

    _form_sequence = ("aftersales.service.card", "FW")
    _form_files = frozenset({"scan_ids"})
    _form_company_field = "dispatch_id"
    _form_protected = frozenset(
        {
            "name",
            "state",
            "issued_by_id",
            "issued_at",
            "signed_at",
            "handed_in_at",
            "hand_in_due",
            "received_by_id",
            "checked_at",
        }
    )

    state = fields.Selection(
        [
            ("issued", "Issued"),
            ("filled", "Filled by Customer"),
            ("signed", "Signed and Sealed"),
            ("handed_in", "Handed In"),
            ("checked", "Opened and Checked"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="issued",
        tracking=True,
    )
    dispatch_id = fields.Many2one(
        "aftersales.dispatch",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
    )
    request_id = fields.Many2one(
        related="dispatch_id.request_id", store=True, precompute=True, index=True
    )
    partner_id = fields.Many2one(
        related="dispatch_id.partner_id", store=True, precompute=True
    )
    engineer_id = fields.Many2one(
        related="dispatch_id.engineer_id", store=True, precompute=True
    )
    contact_name = fields.Char(related="dispatch_id.contact_name")
    phone = fields.Char(related="dispatch_id.phone")
    address = fields.Char(related="dispatch_id.address")
    task_type = fields.Selection(related="dispatch_id.task_type")
    equipment_id = fields.Many2one(
        "aftersales.equipment", "Machine", index="btree_not_null", check_company=True
    )
    product_id = fields.Many2one(
        "product.product", "Model", compute="_compute_machine", store=True
    )
    serial = fields.Char("Serial Number", compute="_compute_machine", store=True)
    purchase_date = fields.Date(compute="_compute_machine", store=True)
    issued_by_id = fields.Many2one(
        "res.users", readonly=True, default=lambda self: self.env.user
    )
    issued_at = fields.Datetime(readonly=True, default=fields.Datetime.now, copy=False)
    work_start = fields.Datetime("Start", help="To the hour.")
    work_end = fields.Datetime("End", help="To the hour.")
    work_done = fields.Text("Service Content")
    charge_amount = fields.Monetary("Charge")
    currency_id = fields.Many2one(related="company_id.currency_id")
    rating_attitude = fields.Selection(RATINGS, "Attitude")
    rating_efficiency = fields.Selection(RATINGS, "Efficiency")
    rating_skill = fields.Selection(RATINGS, "Skill")
    rating_integrity = fields.Selection(RATINGS, "Integrity")
    rating_quality = fields.Selection(RATINGS, "Repair Quality")
    rating_overall = fields.Selection(RATINGS, "Overall")
    opinion = fields.Text("Customer's Opinion")
    customer_signer = fields.Char("Signed By (Customer)")
    customer_signature = fields.Image(
        "Customer's Signature", max_width=1024, max_height=1024, copy=False
    )
    signed_at = fields.Datetime(readonly=True, copy=False)
    scan_ids = fields.Many2many(
        "ir.attachment", string="Scan of the Paper Card", copy=False
    )
    is_stamped = fields.Boolean("Stamped")
    is_sealed = fields.Boolean("Sealed by the Customer")
    hand_in_way = fields.Selection(
        [("carried", "Brought Back"), ("mailed", "Mailed by the Customer")],
        default="carried",
        required=True,
    )
    handed_in_at = fields.Datetime(readonly=True, copy=False)
    hand_in_due = fields.Date(compute="_compute_hand_in_due", store=True)
    is_late = fields.Boolean("Late", compute="_compute_is_late")
    received_by_id = fields.Many2one(
        "res.users", "Card Received By", readonly=True, copy=False
    )
    envelope_intact = fields.Boolean(default=True)
    checked_at = fields.Datetime(readonly=True, copy=False)
    remark = fields.Text("Remarks")

    _dispatch_machine_uniq = models.UniqueIndex(
        "(dispatch_id, COALESCE(equipment_id, 0)) WHERE state != 'cancelled'",
        "There is already a service card for this machine on this dispatch.",
    )

    # -------------------------------------------------------------- computes

    @api.depends("equipment_id", "dispatch_id.request_id")
    def _compute_machine(self):
        for card in self:
            machine, request = card.equipment_id, card.dispatch_id.request_id
            card.product_id = machine.product_id or request.product_id
            card.serial = machine.serial or request.serial
            card.purchase_date = machine.purchase_date or request.purchase_date

    @api.depends("dispatch_id.returned_at", "company_id")
    def _compute_hand_in_due(self):
        for card in self:
            returned = card.dispatch_id.returned_at
            card.hand_in_due = card._form_day(returned) if returned else False

    @api.depends("hand_in_due", "handed_in_at", "company_id")
    def _compute_is_late(self):
        """Late: not handed in on the day of return (Art.26(3))."""
        now = fields.Datetime.now()
        for card in self:
            day = card._form_day(card.handed_in_at or now)
            card.is_late = bool(card.hand_in_due and day > card.hand_in_due)

    @api.constrains("work_start", "work_end")
    def _check_work_times(self):
        limit = fields.Datetime.now() + timedelta(hours=1)
        for card in self:
            if card.work_start and card.work_end and card.work_end < card.work_start:
                raise ValidationError(
                    self.env._("The end of the work must not be before its start.")
                )
            if card.work_end and card.work_end > limit:
                raise ValidationError(
                    self.env._("The end of the work must not lie in the future.")
                )

    @api.constrains("charge_amount")
    def _check_charge_amount(self):
        for card in self:
            if card.charge_amount < 0:
                raise ValidationError(self.env._("The charge must not be negative."))

    @api.constrains("dispatch_id")
    def _check_before_departure(self):
        for card in self:
            if card.dispatch_id.state not in BEFORE_DEPARTURE:
                raise UserError(
                    self.env._(
                        "A service card is issued before departure; %(dispatch)s has"
                        " already left.",
                        dispatch=card.dispatch_id.name,
                    )
                )

    @api.constrains("equipment_id")
    def _check_equipment(self):
        for card in self:
            card.equipment_id._check_owner(card.partner_id)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._round_to_hour(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._round_to_hour(vals)
        if not self.env.su and SEALED_FIELDS & vals.keys():
            for card in self:
                if card.state in ("signed", "handed_in", "checked", "cancelled"):
                    raise UserError(
                        self.env._(
                            "Card %(card)s is sealed: what the customer signed can"
                            " no longer change.",
                            card=card.name,
                        )
                    )
        return super().write(vals)

    @api.model
    def _round_to_hour(self, vals):
        """Start and end are asked for to the hour (Art.26(2))."""
        for fname in ("work_start", "work_end"):
            if value := fields.Datetime.to_datetime(vals.get(fname)):
                vals[fname] = value.replace(minute=0, second=0, microsecond=0)

    # --------------------------------------------------------------- buttons

    def action_fill(self):
        """The customer has rated and commented."""
        cards = self._form_begin("issued")
        for card in cards:
            if card.dispatch_id.state not in ("arrived", "finished", "returned"):
                raise UserError(
                    self.env._("The customer fills the card after the arrival.")
                )
            if not card.rating_overall:
                raise UserError(
                    self.env._(
                        "Ask the customer at least for the overall rating. If he does"
                        " not want to rate, never force him: leave the card issued"
                        " and hand it in as it is."
                    )
                )
            dispatch = card.dispatch_id
            card.write(
                {
                    "state": "filled",
                    "work_start": card.work_start or dispatch.arrived_at,
                    "work_end": card.work_end
                    or dispatch.finished_at
                    or fields.Datetime.now(),
                    "work_done": card.work_done or dispatch.work_done,
                }
            )

    def action_sign_customer(self):
        """The customer has signed, here or on paper, and sealed the card."""
        cards = self._form_begin("issued", "filled")
        for card in cards:
            if card.state == "issued":
                card.with_env(self.env).action_fill()
            if not card.customer_signature and not card.scan_ids:
                raise UserError(
                    self.env._(
                        "Let the customer sign on the screen, or attach the scan of"
                        " the signed paper card."
                    )
                )
            card.write({"state": "signed", "signed_at": fields.Datetime.now()})
        cards.request_id._sla_record(
            [(c.request_id, "signed", c.signed_at, c.dispatch_id) for c in cards]
        )

    def action_hand_in(self):
        """The card reaches the department, on the day of return (Art.26(3))."""
        cards = self._form_begin("issued", "filled", "signed")
        for card in cards:
            if card.dispatch_id.state not in ("finished", "returned"):
                raise UserError(
                    self.env._("The card is handed in when the visit is finished.")
                )
        for card in cards:
            own = self.env.user in card.dispatch_id._get_engineer_users()
            card.write(
                {
                    "state": "handed_in",
                    "handed_in_at": fields.Datetime.now(),
                    # The engineer lays it on the desk; who opens it received it.
                    "received_by_id": False if own else self.env.uid,
                }
            )
        cards._report_hand_in()

    def _report_hand_in(self):
        """The cards of a visit count as handed in with the last of them."""
        visits = self.dispatch_id.filtered(
            lambda visit: not visit.card_ids.filtered(
                lambda card: card.state in ("issued", "filled", "signed")
            )
        )
        visits.request_id._sla_record(
            [
                (
                    visit.request_id,
                    "handed_in",
                    max(visit.card_ids.filtered("handed_in_at").mapped("handed_in_at")),
                    visit,
                )
                for visit in visits
            ]
        )

    def action_check(self):
        """Open the envelope and check the card; the work counts as proved."""
        cards = self._form_begin("handed_in")
        for card in cards:
            if self.env.user in card.dispatch_id._get_engineer_users():
                raise UserError(
                    self.env._(
                        "%(card)s speaks about your own work: somebody else must"
                        " open and check it.",
                        card=card.name,
                    )
                )
        cards.filtered(lambda card: not card.received_by_id).write(
            {"received_by_id": self.env.uid}
        )
        cards.write({"state": "checked", "checked_at": fields.Datetime.now()})
        for request in cards.request_id:
            open_cards = request.card_ids.filtered(
                lambda c: c.state not in ("checked", "cancelled")
            )
            open_orders = request.dispatch_ids.filtered(
                lambda d: d.state
                not in ("finished", "returned", "refused", "cancelled")
            )
            if not open_cards and not open_orders:
                request._advance("done")

    def action_cancel(self):
        """Void a card that was issued by mistake; its number stays used."""
        cards = self._form_begin("issued")
        for card in cards:
            if card.dispatch_id.state not in BEFORE_DEPARTURE:
                raise UserError(
                    self.env._(
                        "%(card)s has left with the engineer. Hand it in as it is.",
                        card=card.name,
                    )
                )
        cards.write({"state": "cancelled"})

    # ------------------------------------------------------------- the file

    def _get_debts(self):
        """Cards that are not handed in and checked keep the file open."""
        return [
            self.env._("Service card %(name)s is not handed in", name=card.name)
            for card in self
            if card.state in ("issued", "filled", "signed")
        ]

    def _story_entries(self):
        overall = self._fields["rating_overall"]
        titles = {
            "issued_at": self.env._("Service card issued"),
            "signed_at": self.env._("Service card signed by the customer"),
            "handed_in_at": self.env._("Service card handed in"),
        }
        return [
            {
                "date": card[fname],
                "title": f"{card.name}: {title}",
                "text": overall.convert_to_export(card.rating_overall, card)
                if fname == "signed_at"
                else "",
            }
            for card in self
            for fname, title in titles.items()
            if card[fname] and card.state != "cancelled"
        ]
