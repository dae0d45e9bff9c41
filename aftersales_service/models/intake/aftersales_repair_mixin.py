from odoo import fields, models

# From the first of these states on somebody works at the machine.
REPAIR_STATES = ("to_factory", "dispatched", "in_work", "confirm")


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
        if "state" in vals:
            repairs = self.sudo().filtered(
                lambda r: r.equipment_id and r.request_type == "repair"
            )
            if repairs:
                repairs._keep_repair_records(vals["state"])
        return result

    def _keep_repair_records(self, state):
        """Begin, end or drop the records of these requests; called with sudo."""
        records = self.env["aftersales.repair.record"]
        if state in REPAIR_STATES:
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
        elif state in ("done", "cancelled"):
            lasting = records.search(
                [("request_id", "in", self.ids), ("finished_on", "=", False)]
            )
            if state == "cancelled":
                lasting.unlink()
                return
            for record in lasting:
                done = record.request_id._form_day(record.request_id.done_at)
                record.finished_on = max(done, record.started_on)

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
