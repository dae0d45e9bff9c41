from odoo import fields, models
from odoo.exceptions import UserError

from .aftersales_factory_step_mixin import NOT_HERE_STATES


class AftersalesFactoryBenchMixin(models.AbstractModel):
    """What the workshop does with the machine: receive, diagnose, repair, test."""

    _name = "aftersales.factory.bench.mixin"
    _description = "Workshop Steps of a Factory Repair"

    diagnosis = fields.Text(
        "Technical Diagnosis", help="Found by the technician (Art. 23(3))."
    )
    work_done = fields.Text("Repair and Maintenance Done")
    exterior_result = fields.Text("Exterior after the Repair")
    test_result = fields.Text()
    test_passed = fields.Boolean(readonly=True, copy=False)
    test_fail_reason = fields.Text("Why the Test Failed", readonly=True, copy=False)

    # ----------------------------------------------------------- gate, receipt

    def _admit(self, entry):
        """The machine is through the gate; called with sudo by its gate entry."""
        self._step("entered", "brought_at", entry.entered_at, entry_id=entry.id)

    def action_receive(self, event_time=False):
        """The advisor takes the machine over, outside, with the customer (Art.23(2)).

        Makes the case where there is none, and the pre-repair order to fill in.

        :param event_time: when it happened, UTC; empty means now
        :raises UserError: without customer, model or serial number, or while the
            same machine is in the house on another sheet
        """
        self._check_advisor()
        sheets = self._form_begin("entered")
        sheets._require("partner_id", "product_id", "serial", "symptom")
        sheets._check_not_twice()
        for sheet in sheets:
            sheet.request_id._check_open_for_work()
            sheet._open_request()
        sheets._step("received", "received_at", event_time)
        sheets.filtered(lambda s: not s.advisor_id).write({"advisor_id": self.env.uid})
        sheets._take_in()
        sheets._create_repair_order()
        sheets._create_prerepair("first")
        for sheet in sheets:
            sheet.request_id._plan_factory(sheet.received_at)

    def _check_not_twice(self):
        """:raises UserError: while the machine is in the house on another sheet"""
        for sheet in self:
            same = [
                ("product_id", "=", sheet.product_id.id),
                ("serial", "=ilike", (sheet.serial or "").strip()),
            ]
            if sheet.equipment_id:
                same = ["|", ("equipment_id", "=", sheet.equipment_id.id), "&", *same]
            other = self.search(
                [
                    ("company_id", "=", sheet.company_id.id),
                    ("id", "!=", sheet.id),
                    ("state", "not in", [*NOT_HERE_STATES, "entered"]),
                    *same,
                ],
                limit=1,
            )
            if other:
                raise UserError(
                    self.env._(
                        "%(machine)s is in the house already, on %(sheet)s.",
                        machine=sheet.serial,
                        sheet=other.name,
                    )
                )

    # ------------------------------------------------------- diagnosis, repair

    def action_start_diagnosis(self, event_time=False):
        """The machine is in the inspection workshop, the technician looks."""
        self._check_technician()
        sheets = self._form_begin("received")
        sheets._require("technician_id")
        sheets._check_prerepair_signed()
        sheets._step("diagnosis", "diagnosis_at", event_time)

    def action_start(self, event_time=False):
        """The work begins, if everything it needs is signed.

        :raises UserError: see :meth:`_check_may_start`
        """
        self._check_technician()
        sheets = self._form_begin("agreed")
        sheets._check_may_start()
        sheets._step("repair", "started_at", event_time)
        sheets._start_repair()
        sheets.request_id._advance("in_work")

    def _check_prerepair_signed(self):
        """:raises UserError: while a pre-repair order lacks a valid signature"""
        for sheet in self:
            for order in sheet.prerepair_ids:
                order._check_signed()

    def _check_may_start(self):
        """Whether the work may begin, or go on (Art.23(3)(4)).

        To extend: call super, raise for more reasons.

        :raises UserError: while a pre-repair order or supplement lacks the
            customer's signature, or the customer has not decided on the quotation
        """
        self._check_prerepair_signed()
        for sheet in self:
            if sheet.decision not in ("all", "partly"):
                raise UserError(
                    self.env._(
                        "The customer has not agreed to the quotation of %(sheet)s.",
                        sheet=sheet.name,
                    )
                )

    def action_supplement(self):
        """More parts or work are needed: a supplementary order, at once (Art.23(4)).

        The repair waits until the customer has signed or refused it.

        :return: action that opens the new order
        """
        self.ensure_one()
        self._check_technician()
        sheet = self._form_begin("repair")
        order = sheet._create_prerepair("supplement")
        sheet.write({"state": "supplement"})
        sheet._pause_clock()
        return order.with_env(self.env)._get_records_action()

    def _supplement_decided(self):
        """A supplement was signed or refused; called with sudo."""
        for sheet in self.filtered(lambda s: s.state == "supplement"):
            if not sheet.prerepair_ids.filtered(lambda o: o._is_waiting()):
                sheet.state = "repair"
                sheet._resume_clock()

    def _signature_voided(self):
        """A signed order has changed: the work stops until it is signed anew."""
        for sheet in self.filtered(lambda s: s.state == "repair"):
            sheet.state = "supplement"
            sheet._pause_clock()

    def action_finish(self, event_time=False):
        """The work is done; exterior check and test come next (Art.23(5))."""
        self._check_technician()
        sheets = self._form_begin("repair")
        sheets._require("work_done")
        sheets._check_may_start()
        sheets._step("testing", "finished_at", event_time, test_passed=False)
        sheets._tell_codes()

    def action_test_passed(self, event_time=False):
        """Exterior and function are in order; the customer may look."""
        self._check_technician()
        sheets = self._form_begin("testing")
        sheets._require("exterior_result", "test_result")
        sheets._step("acceptance", "tested_at", event_time, test_passed=True)
        sheets._end_repair()
        sheets.request_id._sla_record(
            [(s.request_id, "repaired", s.tested_at, s) for s in sheets]
        )

    def action_test_failed(self, reason):
        """Back to the bench.

        :param str reason: what does not work
        """
        self._check_technician()
        sheets = self._form_begin("testing")
        sheets._go_back(self._require_reason(reason), "test_fail_reason")

    def _go_back(self, reason, fname):
        """Into repair again; called with sudo."""
        for sheet in self:
            sheet.message_post(body=reason)
        self.write(
            {
                "state": "repair",
                fname: reason,
                "finished_at": False,
                "tested_at": False,
                "test_passed": False,
            }
        )
