from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.workshop.aftersales_factory_customer_mixin import DECISIONS

# state of the sheet -> the step that comes next, and its button.
NEXT_STEPS = {
    "entered": ("receive", "action_receive"),
    "received": ("diagnosis", "action_start_diagnosis"),
    "diagnosis": ("quote", "action_quote"),
    "quoted": ("decide", "action_decide"),
    "agreed": ("start", "action_start"),
    "declined": ("leave", "action_leave"),
    "repair": ("finish", "action_finish"),
    "testing": ("test", "action_test_passed"),
    "acceptance": ("accept", "action_accept"),
    "settlement": ("settle", "action_settle"),
    "settled": ("leave", "action_leave"),
    "evaluated": ("leave", "action_leave"),
    "left": ("archive", "action_archive_sheet"),
}
# Steps that go back, or leave something out: with their reason.
REASONED = {
    "test_failed": "action_test_failed",
    "reject": "action_reject",
    "refuse": "action_refuse",
    "withdraw": "action_withdraw",
    "credit": "action_agree_credit",
}


class AftersalesFactoryEvent(models.TransientModel):
    """A step of a machine's stay with what has to be said about it."""

    _name = "aftersales.factory.event"
    _description = "Record a Step of the Factory Repair"

    repair_id = fields.Many2one("aftersales.factory.repair", required=True)
    prerepair_id = fields.Many2one("aftersales.prerepair.order")
    step = fields.Selection(
        [
            ("receive", "Machine Received"),
            ("diagnosis", "Diagnosis Begun"),
            ("quote", "Quoted"),
            ("decide", "Customer Decides"),
            ("start", "Work Started"),
            ("finish", "Work Finished"),
            ("test", "Test Passed"),
            ("test_failed", "Test Failed"),
            ("accept", "Customer Accepts"),
            ("reject", "Customer Rejects"),
            ("settle", "Settled"),
            ("leave", "Left"),
            ("archive", "Archived"),
            ("refuse", "Customer Refuses the Supplement"),
            ("withdraw", "Customer Breaks the Repair Off"),
            ("credit", "Customer Pays Later"),
        ],
        compute="_compute_step",
        store=True,
        readonly=False,
    )
    event_time = fields.Datetime("Happened At", default=fields.Datetime.now)
    decision = fields.Selection(DECISIONS, "Customer's Decision")
    person = fields.Char(
        "Person of the Customer", help="Who of the customer's; empty means the bringer."
    )
    note = fields.Text("What He Says")

    @api.depends("repair_id.state")
    def _compute_step(self):
        for wizard in self:
            step, _button = NEXT_STEPS.get(wizard.repair_id.state, (False, False))
            wizard.step = wizard.step or step

    def action_record(self):
        """Press the button of the step with what was entered."""
        self.ensure_one()
        if self.step in REASONED:
            record = self.prerepair_id if self.step == "refuse" else self.repair_id
            getattr(record, REASONED[self.step])(self.note)
        else:
            self._record_next()
        return {"type": "ir.actions.act_window_close"}

    def _record_next(self):
        step, button = NEXT_STEPS.get(self.repair_id.state, (False, False))
        if not step or step != self.step:
            raise UserError(self.env._("This step is not due now."))
        values = {"event_time": self.event_time}
        if step == "decide":
            values.update(
                decision=self.decision, decided_by=self.person, note=self.note
            )
        elif step == "accept":
            values["accepted_by"] = self.person
        getattr(self.repair_id, button)(**values)
