from odoo import fields, models
from odoo.exceptions import UserError

from .aftersales_workshop_mixin import AGENT, FINANCE

DECISIONS = [
    ("all", "Agrees to All"),
    ("partly", "Agrees Partly"),
    ("none", "No Repair"),
]


class AftersalesFactoryCustomerMixin(models.AbstractModel):
    """What is settled with the customer: quotation, acceptance, payment, farewell."""

    _name = "aftersales.factory.customer.mixin"
    _description = "Customer's Steps of a Factory Repair"

    decision = fields.Selection(
        DECISIONS, "Customer's Decision", readonly=True, copy=False, tracking=True
    )
    decided_by = fields.Char("Decision Made By", readonly=True, copy=False)
    decision_note = fields.Text("Agreed So Far", readonly=True, copy=False)
    acceptance = fields.Selection(
        [("accepted", "Found in Order"), ("rejected", "Not in Order")],
        "Customer's Acceptance",
        readonly=True,
        copy=False,
    )
    accepted_by = fields.Char(readonly=True, copy=False)
    reject_reason = fields.Text("Why Rejected", readonly=True, copy=False)
    collected_by = fields.Char(
        "Machine Collected By", help="Who takes the machine away."
    )
    old_parts_handling = fields.Selection(
        [
            ("taken", "Taken Along by the Customer"),
            ("given_up", "Given Up by the Customer"),
            ("handed_in", "Handed In to the Store"),
            ("none", "No Old Parts"),
        ],
        "Old Parts",
    )

    # ---------------------------------------------------------------- quotation

    def action_quote(self, event_time=False):
        """Diagnosis is written, the quotation goes to the customer (Art.23(3))."""
        self._check_advisor()
        sheets = self._form_begin("diagnosis")
        sheets._require("diagnosis")
        sheets._check_prerepair_signed()
        sheets._step("quoted", "quoted_at", event_time)
        sheets._create_quotation()
        sheets._pause_clock()

    def action_decide(self, decision, decided_by=False, note=False, event_time=False):
        """The customer decides on the quotation.

        :param str decision: ``all``, ``partly`` or ``none``
        :param str decided_by: who of the customer's; empty means the bringer
        :param str note: what he agrees to; needed for ``partly``
        """
        self._check_advisor()
        sheets = self._form_begin("quoted")
        if decision not in dict(DECISIONS):
            raise UserError(self.env._("Choose what the customer has decided."))
        if decision == "partly":
            note = self._require_reason(note)
        for sheet in sheets:
            sheet._step(
                "declined" if decision == "none" else "agreed",
                "decided_at",
                event_time,
                decision=decision,
                decided_by=decided_by or sheet.bringer or sheet.contact_name,
                decision_note=note,
            )
        sheets._resume_clock()
        sheets._apply_decision()

    def action_charge_diagnosis(self):
        """The customer declines and pays the diagnosis before he leaves."""
        self._check_advisor()
        sheets = self._form_begin("declined")
        sheets._require("diagnosis_fee")
        sheets.write({"state": "settlement"})
        sheets._create_diagnosis_fee()

    # --------------------------------------------------------------- acceptance

    def action_accept(self, accepted_by=False, event_time=False):
        """The customer has looked, use and maintenance are explained (Art.23(6))."""
        self._check_advisor()
        sheets = self._form_begin("acceptance")
        for sheet in sheets:
            sheet._step(
                "settlement",
                "accepted_at",
                event_time,
                acceptance="accepted",
                accepted_by=accepted_by or sheet.bringer or sheet.contact_name,
            )
        sheets._enter_settlement()
        sheets.request_id._advance("confirm")

    def action_reject(self, reason):
        """The customer is not content: back to the bench.

        :param str reason: what he says
        """
        self._check_advisor()
        sheets = self._form_begin("acceptance")
        reason = self._require_reason(reason)
        sheets.write({"acceptance": "rejected"})
        sheets._go_back(reason, "reject_reason")

    # ------------------------------------------------ settlement and what follows

    def action_settle(self, event_time=False):
        """The customer has paid by the settlement, or there is nothing to pay."""
        self._check_advisor(FINANCE)
        sheets = self._form_begin("settlement")
        sheets._check_settled()
        sheets._step("settled", "settled_at", event_time)

    def action_leave(self, event_time=False):
        """See the customer off with his machine.

        :raises UserError: while something he left here is not given back
        """
        self._check_advisor()
        sheets = self._form_begin("declined", "settled", "evaluated")
        sheets._require("collected_by")
        sheets.prerepair_ids._check_items_returned()
        sheets._step("left", "left_at", event_time)
        sheets._ship_back()
        sheets.prerepair_ids._close()
        for request in sheets.request_id:
            if not request.factory_repair_ids.filtered(lambda s: s._is_here()):
                request._advance("done")

    def action_archive_sheet(self, event_time=False):
        """The sheet is complete and goes to the customer's file."""
        self._check_advisor()
        sheets = self._form_begin("left")
        sheets._step("archived", "archived_at", event_time)

    def action_cancel(self):
        """The machine did not come, or left from the gate; what is only announced
        an agent takes back as well.
        """
        announced = all(sheet.state == "announced" for sheet in self.sudo())
        self._check_advisor(*([AGENT] if announced else []))
        self._form_begin("announced", "entered").write({"state": "cancelled"})
