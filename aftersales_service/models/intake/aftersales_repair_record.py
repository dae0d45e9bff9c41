from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...engine.guarantee import Repair, count_days


class AftersalesRepairRecord(models.Model):
    """One repair of a machine, for the three-guarantees clock (handbook 9.2).

    Made by the service request when somebody is sent to the machine or it comes to
    the factory, one for each time the case is taken up; by hand for repairs of the
    time before.
    """

    _name = "aftersales.repair.record"
    _description = "Repair Record"
    _inherit = ["aftersales.text.mixin"]
    _order = "started_on desc, id desc"
    _rec_name = "fault"
    _check_company_auto = True

    equipment_id = fields.Many2one(
        "aftersales.equipment",
        "Machine",
        required=True,
        index=True,
        check_company=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="equipment_id.company_id", store=True, precompute=True
    )
    partner_id = fields.Many2one(
        related="equipment_id.partner_id", store=True, precompute=True
    )
    request_id = fields.Many2one(
        "aftersales.service.request",
        "Service Request",
        index="btree_not_null",
        check_company=True,
        ondelete="cascade",
    )
    attempt = fields.Integer(
        "Time Taken Up",
        default=0,  # the index below knows no two empty ones
        help="A case that is reopened is another repair.",
    )
    user_id = fields.Many2one(
        "res.users", "Responsible", default=lambda self: self.env.user
    )
    fault = fields.Char(
        required=True, help="Repairs of the same fault carry the same words."
    )
    fault_code_id = fields.Many2one(
        "aftersales.fault.code",
        check_company=True,
        index="btree_not_null",
        domain=[("kind", "=", "symptom")],
        help="Repairs of the same code are repairs of the same fault.",
    )
    started_on = fields.Date(
        "First Day", required=True, default=fields.Date.context_today
    )
    finished_on = fields.Date("Last Day", index="btree_not_null")
    parts_days = fields.Integer(
        "Days without Parts",
        help="Taken from the time the request waited for parts, when the repair ends;"
        " may be corrected.",
    )
    days = fields.Integer("Days in Repair", compute="_compute_days")

    _request_uniq = models.UniqueIndex(
        "(request_id, attempt) WHERE request_id IS NOT NULL",
        "This repair of the request is on record already.",
    )
    _days_check = models.Constraint(
        "CHECK (parts_days >= 0"
        " AND (finished_on IS NULL OR finished_on >= started_on))",
        "A repair ends on the day it began, or later.",
    )

    @api.depends("started_on", "finished_on")
    def _compute_days(self):
        today = fields.Date.context_today(self)
        for record in self:
            record.days = (
                count_days([record._prepare_repair()], today)
                if record.started_on
                else 0
            )

    @api.constrains("started_on", "finished_on")
    def _check_not_in_future(self):
        # Somewhere in the world it is tomorrow already.
        latest = fields.Date.add(fields.Date.today(), days=1)
        for record in self:
            if max(record.started_on, record.finished_on or record.started_on) > latest:
                raise ValidationError(
                    self.env._("A repair must not lie in the future.")
                )

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._tell_machines(records.equipment_id)
        return records

    def write(self, vals):
        machines = self.equipment_id
        if "equipment_id" in vals:
            self.filtered(
                lambda r: r.equipment_id.id != vals["equipment_id"]
            )._withdraw_prolongation()
        result = super().write(vals)
        self._tell_machines(machines | self.equipment_id)
        return result

    def unlink(self):
        machines = self.equipment_id
        self._withdraw_prolongation()
        result = super().unlink()
        self._tell_machines(machines)
        return result

    def _tell_machines(self, machines):
        """Let the clock of the machines count anew, and ask for the time lost."""
        machines.sudo()._guarantee_update()
        if self.exists():
            self.sudo()._propose_prolongation()

    def _get_fault_key(self):
        if self.fault_code_id:
            return f"code {self.fault_code_id.id}"
        return " ".join((self.fault or "").split()).casefold()

    def _prepare_repair(self):
        """The record as the engine takes it."""
        self.ensure_one()
        return Repair(
            fault=self._get_fault_key(),
            started=self.started_on,
            finished=self.finished_on or None,
            parts_days=self.parts_days,
        )

    def _get_source(self):
        """By what an adjustment names the repair it follows from."""
        self.ensure_one()
        return f"{self._name},{self.id}"

    def _get_prolongations(self):
        """The adjustments that follow from these repairs, decided or not."""
        return self.env["aftersales.warranty.adjustment"].search(
            [("source", "in", [record._get_source() for record in self])]
        )

    def _withdraw_prolongation(self):
        """Nothing is proposed for a machine that was not in repair."""
        self.sudo()._get_prolongations().filtered(
            lambda adjustment: adjustment.state == "proposed"
        ).unlink()

    def _propose_prolongation(self):
        """An adjustment for each cover that was in force; called with sudo.

        What nobody has decided yet follows a record that is corrected.
        """
        wanted = {}
        for record in self.filtered("finished_on"):
            machine = record.equipment_id
            if not machine._get_guarantee_rule().prolongs_warranty:
                continue
            for row in machine._get_rows():
                if row.date_end and row.date_end >= record.started_on:
                    vals = record._prepare_prolongation(row)
                    wanted[row.id, vals["source"]] = vals
        for adjustment in self._get_prolongations():
            vals = wanted.pop((adjustment.warranty_id.id, adjustment.source), None)
            if adjustment.state != "proposed":
                continue
            if not vals:
                adjustment.unlink()
            elif vals["days"] != adjustment.days:
                adjustment.write({"days": vals["days"], "reason": vals["reason"]})
        self.env["aftersales.warranty.adjustment"].create(list(wanted.values()))

    def _prepare_prolongation(self, row):
        self.ensure_one()
        return {
            "warranty_id": row.id,
            "kind": "prolongation",
            "days": self.days,
            "source": self._get_source(),
            "user_id": self.env.uid,
            "reason": self.env._(
                "In repair from %(start)s to %(end)s: %(fault)s",
                start=fields.Date.to_string(self.started_on),
                end=fields.Date.to_string(self.finished_on),
                fault=self.fault,
            ),
        }
