from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...engine.clock import ALWAYS, budget
from .aftersales_sla_mixin import SLA_FIELDS


class AftersalesCallRecord(models.Model):
    """Call of a customer (客户咨询/投诉电话记录表), 001 App.18, Art.16 and 30.

    Every call is written down: answered at once, or with a promised time that
    runs as a clock. The caller may be nobody we know until the call is turned
    into a request or a lead.
    """

    _name = "aftersales.call.record"
    _description = "Call Record"
    _inherit = [
        "aftersales.caller.mixin",
        "aftersales.turn.mixin",
        "aftersales.sla.mixin",
        "aftersales.intake.mixin",
        "aftersales.form.mixin",
    ]
    _rec_names_search = ["name", "phone", "serial", "partner_id"]

    _form_sequence = ("aftersales.call.record", "TEL")
    _form_appendix = "18"
    _form_files = frozenset({"proof_ids", "recording_ids"})
    _form_protected = frozenset({"name", "state", "request_id", *SLA_FIELDS})

    state = fields.Selection(
        [
            ("open", "To Answer"),
            ("answered", "Answered"),
            ("done", "Filed"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="open",
        tracking=True,
        group_expand="_group_expand_state",
    )
    call_type = fields.Selection(
        [
            ("consultation", "Consultation"),
            ("repair", "Fault Report"),
            ("complaint", "Complaint"),
            ("other", "Other"),
        ],
        "Type of Call",
        required=True,
        default="repair",
    )
    # --- the intake mixin in the words of this form
    received_at = fields.Datetime("Time of Call")
    received_by_id = fields.Many2one(string="Answered By")
    user_id = fields.Many2one(related="received_by_id", string="Responsible")
    partner_id = fields.Many2one(
        required=False, help="May stay empty until the call becomes a request."
    )
    unit_name = fields.Char(
        "Customer Unit",
        compute="_compute_unit_name",
        store=True,
        readonly=False,
        precompute=True,
        help="Name of the caller's company as he says it.",
    )
    symptom = fields.Text("Content", help="Question, fault or matter of complaint.")
    requested_service = fields.Text("Customer's Demand")
    # --- the call itself
    call_minutes = fields.Integer("Length (Minutes)", copy=False)
    department_id = fields.Many2one(
        "hr.department", "Department Concerned", index="btree_not_null"
    )
    employee_id = fields.Many2one(
        "hr.employee",
        "Person Concerned",
        index="btree_not_null",
        check_company=True,
    )
    recording_ids = fields.Many2many(
        "ir.attachment",
        "aftersales_call_recording_rel",
        "call_id",
        "attachment_id",
        copy=False,
    )
    # --- the answer, 001 Art.16(2) and (4)
    is_immediate = fields.Boolean("Answered at Once", copy=False)
    answer = fields.Text("Points of the Answer", copy=False)
    promised_at = fields.Datetime(
        "Promised Answer Time",
        copy=False,
        help="Empty on a new call that is not answered at once: the end of the day.",
    )
    answered_at = fields.Datetime("Actual Answer Time", copy=False)
    # --- what became of it
    arrangement = fields.Selection(
        [
            ("phone", "Guidance by Phone"),
            ("dispatch", "Dispatch"),
            ("factory", "Factory Repair"),
            ("department", "Passed to Department"),
            ("complaint", "Complaint Procedure"),
        ],
        copy=False,
    )
    result = fields.Text("Result of Handling", copy=False)
    satisfaction = fields.Selection(
        [
            ("5", "Very Satisfied"),
            ("4", "Satisfied"),
            ("3", "Fair"),
            ("2", "Dissatisfied"),
            ("1", "Very Dissatisfied"),
        ],
        copy=False,
    )
    callback_at = fields.Datetime("Call-back Time", copy=False)
    note = fields.Text("Remark", copy=False)

    _minutes_positive = models.Constraint(
        "CHECK(call_minutes >= 0)", "The length of a call must not be negative."
    )
    _due_idx = models.Index("(company_id, promised_at) WHERE state = 'open'")
    _received_idx = models.Index("(company_id, received_at DESC)")

    # -------------------------------------------------------------- computes

    @api.model
    def _group_expand_state(self, states, domain):
        """Columns of the board: those with calls, in the order of the work."""
        keys = [key for key, _label in self._fields["state"].selection]
        return [key for key in keys if key in states]

    @api.depends("partner_id")
    def _compute_contact(self):
        """What an unknown caller said of himself stays."""
        known = self.filtered("partner_id")
        result = super(AftersalesCallRecord, known)._compute_contact()
        for call in self - known:
            call.contact_name = call.contact_name
            call.phone = call.phone
        return result

    @api.depends("partner_id", "equipment_id")
    def _compute_address(self):
        known = self.filtered(lambda call: call.partner_id or call.equipment_id)
        result = super(AftersalesCallRecord, known)._compute_address()
        for call in self - known:
            call.address = call.address
        return result

    @api.depends("partner_id")
    def _compute_unit_name(self):
        for call in self:
            unit = call.partner_id.commercial_partner_id
            call.unit_name = unit.name if unit else call.unit_name

    @api.onchange("phone")
    def _onchange_phone(self):
        """The number on the display tells who is calling."""
        if not self.phone or self.partner_id:
            return
        caller = self.env["res.partner"]._aftersales_find_by_phone(self.phone)
        if len(caller.commercial_partner_id) != 1:
            return
        said = {"phone": self.phone}
        person = caller.filtered(lambda partner: not partner.is_company)[:1]
        self.partner_id = caller.commercial_partner_id
        if self.contact_name != person.name and person:
            said["contact_name"] = person.name
        # Only now: what was just read has filled in what the file says.
        self.update(said)

    @api.onchange("serial")
    def _onchange_serial(self):
        """The caller reads out the plate before his own name."""
        if self.serial and not self.equipment_id:
            machines = self.env["aftersales.equipment"].search(
                [
                    ("serial", "=ilike", self.serial.strip()),
                    ("company_id", "=", self.company_id.id),
                ],
                limit=2,
            )
            owner = self.partner_id.commercial_partner_id
            if owner:
                machines = machines.filtered(
                    lambda m: m.partner_id.commercial_partner_id == owner
                )
            if len(machines) == 1:
                self.equipment_id = machines
                if not self.partner_id:
                    self.partner_id = machines.partner_id

    # ----------------------------------------------------------- constraints

    @api.constrains("equipment_id", "partner_id")
    def _check_equipment(self):
        return super(
            AftersalesCallRecord, self.filtered("partner_id")
        )._check_equipment()

    @api.constrains("received_at", "promised_at", "answered_at")
    def _check_answer_times(self):
        now = fields.Datetime.now()
        for call in self:
            for fname in ("promised_at", "answered_at"):
                if call[fname] and call[fname] < call.received_at:
                    raise ValidationError(
                        self.env._(
                            "%(field)s lies before the call.",
                            field=self._fields[fname]._description_string(self.env),
                        )
                    )
            if call.answered_at and call.answered_at > now:
                raise ValidationError(
                    self.env._("The actual answer time lies in the future.")
                )

    # ------------------------------------------------------------------ CRUD

    @api.model_create_multi
    def create(self, vals_list):
        machines = self.env["aftersales.equipment"]
        for vals in vals_list:
            if vals.get("equipment_id") and not vals.get("partner_id"):
                machine = machines.browse(vals["equipment_id"])
                vals["partner_id"] = machine.partner_id.id
        calls = super().create(vals_list)
        promised = calls.filtered("promised_at")
        promised.sudo()._run_promise()
        (calls - promised).sudo()._promise_same_day()
        return calls

    def write(self, vals):
        if not self.env.su and vals.keys() - {"message_follower_ids", "activity_ids"}:
            self._check_not_filed(vals)
        promised = {call: call.promised_at for call in self}
        result = super().write(vals)
        if "promised_at" in vals:
            changed = self.filtered(lambda call: call.promised_at != promised[call])
            kept = changed.filtered("promised_at")
            kept.sudo()._run_promise()
            (changed - kept).sudo()._cancel_promise()
        elif "is_immediate" in vals:
            self.filtered(lambda call: not call.promised_at).sudo()._promise_same_day()
        return result

    def _check_not_filed(self, vals):
        """:raises UserError: on a filed call, or on the answer once it is given"""
        for call in self:
            if call.state in ("done", "cancelled"):
                raise UserError(
                    self.env._(
                        "%(call)s is filed and cannot be changed. Reopen it first.",
                        call=call.name,
                    )
                )
            if call.state == "answered" and vals.keys() & {
                "promised_at",
                "answered_at",
                "received_at",
            }:
                raise UserError(
                    self.env._(
                        "%(call)s is answered: its times stay as they are.",
                        call=call.name,
                    )
                )

    def _run_promise(self):
        """A promised answer time is a clock from the call on (001 Art.16(2))."""
        for (promised, received), calls in (
            self.filtered(lambda call: call.state == "open")
            .grouped(lambda call: (call.promised_at, call.received_at))
            .items()
        ):
            calls._sla_promise("answer", promised, started_at=received)

    def _cancel_promise(self):
        """The promised time was taken back; called with sudo."""
        clocks = self._sla_get_clocks()
        clocks.filtered(lambda clock: clock.kind == "answer")._cancel()
        self._sla_refresh()

    def _promise_same_day(self):
        """What is not answered at once is answered the same day (001 Art.12).

        The company may allow more days: parameter ``answer_open_question``. Called
        with sudo.
        """
        calls = self.filtered(lambda c: c.state == "open" and not c.is_immediate)
        for company, group in calls.grouped("company_id").items():
            zone = company.resource_calendar_id.tz or "UTC"
            days = company._aftersales_parameter("answer_open_question") or 0
            due = {}
            for call in group:
                start = call.received_at.replace(microsecond=0) + timedelta(days=days)
                due[call] = start + timedelta(
                    seconds=budget(ALWAYS, zone, start, 0, "same_day")
                )
            for promised, same in group.grouped(due.get).items():
                same.write({"promised_at": promised})

    # --------------------------------------------------------------- buttons

    def action_answer(self):
        """The caller has his answer: now, at the time entered, or in the call."""
        for call in self._form_begin("open"):
            if not (call.answer or "").strip():
                raise UserError(self.env._("Write down the points of the answer."))
            when = call.answered_at
            if not when and call.is_immediate:
                when = call.received_at
            when = call._form_check_event_time(
                when, call.received_at, self.env._("Time of Call")
            )
            call.write({"state": "answered", "answered_at": when})
            call._sla_event("answered", when)

    def action_done(self):
        """File the call (001 Art.30): its result stands on the form."""
        for call in self._form_begin("answered"):
            if not (call.result or "").strip() and not call._is_turned():
                raise UserError(
                    self.env._("Write down the result, or make a request of the call.")
                )
            call.state = "done"

    def action_cancel(self):
        """Not a call for us: wrong number, or written down twice."""
        for call in self._form_begin("open", "answered"):
            if call._is_turned():
                raise UserError(
                    self.env._(
                        "%(call)s has become a request or a lead already.",
                        call=call.name,
                    )
                )
            call.state = "cancelled"
            call._cancel_promise()

    def action_reopen(self):
        """Take a filed or cancelled call up again; a promise runs on."""
        for call in self._form_begin("done", "cancelled"):
            call.state = "answered" if call.answered_at else "open"
            if call.promised_at:
                call._run_promise()

    # -------------------------------------------------------------- the file

    def _story_entries(self):
        """See the form mixin; the call as part of the case it became."""
        kind = self._fields["call_type"]
        title = self.env._("Call of the customer")
        return [
            {
                "date": call.received_at,
                "title": f"{call.name}: {title}",
                "text": f"{kind.convert_to_export(call.call_type, call)}."
                f" {call.answer or call.symptom or ''}",
            }
            for call in self
        ]
