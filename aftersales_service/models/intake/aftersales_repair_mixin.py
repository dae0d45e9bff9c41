from collections import defaultdict

from odoo import fields, models

from ...engine.guarantee import count_waited

# From the first of these states on somebody works at the machine.
REPAIR_STATES = ("to_factory", "dispatched", "in_work", "confirm")
FOLLOWED = {"state", "equipment_id", "request_type"}


class AftersalesRepairMixin(models.AbstractModel):
    """Keeps the repair records of the machine (handbook 9.2).

    The model that inherits this is the service request. A consultation by phone is
    no repair: the record begins when somebody is sent, or the machine comes in.
    """

    _name = "aftersales.repair.mixin"
    _description = "Repair of a Machine"

    repair_record_ids = fields.One2many(
        "aftersales.repair.record", "request_id", "Repairs"
    )

    def write(self, vals):
        result = super().write(vals)
        if "fault_code_id" in vals:
            records = self.sudo().repair_record_ids
            if records:
                records.write({"fault_code_id": vals["fault_code_id"]})
        entered = FOLLOWED & vals.keys()
        if entered - {"state"}:
            self.sudo()._move_repair_records()
        if entered:
            repairs = self.sudo().filtered(
                lambda r: r.equipment_id and r.request_type == "repair"
            )
            for state, requests in repairs.grouped("state").items():
                requests._keep_repair_records(state)
        return result

    def _move_repair_records(self):
        """Machine or type were entered anew: the records belong to that machine."""
        for request in self:
            records = request.repair_record_ids
            if not request.equipment_id or request.request_type != "repair":
                records.unlink()
                continue
            moved = records.filtered(
                lambda r, to=request: r.equipment_id != to.equipment_id
            )
            if moved:
                moved.write({"equipment_id": request.equipment_id.id})

    def _keep_repair_records(self, state):
        """Begin, end or drop the records of these requests; called with sudo."""
        if state in REPAIR_STATES:
            self._begin_repair_records()
        elif state in ("done", "called_back"):
            # The machine may become known when the work is done.
            self.filtered(
                lambda r: (
                    not r.repair_record_ids and r.dispatch_ids.filtered("finished_at")
                )
            )._begin_repair_records()
            self._end_repair_records()
        elif state == "cancelled":
            self._get_lasting_repairs().unlink()

    def _begin_repair_records(self):
        records = self.env["aftersales.repair.record"]
        known = {
            (record.request_id.id, record.attempt)
            for record in records.search([("request_id", "in", self.ids)])
        }
        records.create(
            [
                request._prepare_repair_record()
                for request in self
                if (request.id, request.reopen_count) not in known
            ]
        )

    def _get_lasting_repairs(self):
        return self.env["aftersales.repair.record"].search(
            [("request_id", "in", self.ids), ("finished_on", "=", False)]
        )

    def _end_repair_records(self):
        lasting = self._get_lasting_repairs()
        waits = defaultdict(list)
        if lasting:
            for pause in self.env["aftersales.sla.pause"].search(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "in", lasting.request_id.ids),
                    ("reason", "=", "parts"),
                ]
            ):
                waits[pause.res_id].append((pause.started_at, pause.ended_at or None))
        for record in lasting:
            request = record.request_id
            until = request.done_at or fields.Datetime.now()
            since = fields.Datetime.to_datetime(record.started_on)
            waited = count_waited(waits[request.id], since, until)
            record.write(
                {
                    "finished_on": max(request._form_day(until), record.started_on),
                    # What somebody counted himself stays.
                    "parts_days": record.parts_days or waited,
                }
            )

    def _prepare_repair_record(self):
        """The machine is out of use since the customer said so."""
        self.ensure_one()
        reported = None if self.reopen_count else self.received_at
        return {
            "equipment_id": self.equipment_id.id,
            "request_id": self.id,
            "attempt": self.reopen_count,
            "user_id": self.user_id.id or self.env.uid,
            "fault": self._get_fault_words(),
            "fault_code_id": self.fault_code_id.id,
            "started_on": self._form_day(reported),
        }

    def _get_fault_words(self):
        """What tells the fault from another one."""
        words = (self.symptom or "").strip().splitlines()
        return words[0][:200] if words else self.name
