from odoo import models
from odoo.tools import clean_context

from .aftersales_factory_step_mixin import EVENT_FIELDS, GONE_STATES


class AftersalesFactoryFileMixin(models.AbstractModel):
    """The register sheet in the file of its case: request, story, debts."""

    _name = "aftersales.factory.file.mixin"
    _description = "Register Sheet in the File"

    # ------------------------------------------------------------- documents

    def _take_request(self):
        """The request the notice is for, if it is about this machine."""
        self.ensure_one()
        request = self.notice_id.request_id
        machine = request.equipment_id
        if (
            request
            and not self.request_id
            and (not machine or machine == self.equipment_id)
            and not (self.notice_id.repair_ids - self).filtered("request_id")
        ):
            self.request_id = request

    def _open_request(self):
        """The case of the stay, made through its one door; called with sudo."""
        self.ensure_one()
        if self.request_id:
            return
        vals = {
            "company_id": self.company_id.id,
            "partner_id": self.partner_id.id,
            "contact_name": self.contact_name,
            "phone": self.phone,
            "symptom": self.symptom,
            "request_type": "repair",
        }
        if self.equipment_id:
            vals["equipment_id"] = self.equipment_id.id
        else:
            vals["serial"] = self.serial
        requests = self.env["aftersales.service.request"].with_context(
            clean_context(self.env.context)
        )
        request = requests._intake(vals, "visit")
        if not request.equipment_id:
            request.write(
                {"product_id": self.product_id.id, "purchase_date": self.purchase_date}
            )
        # The case begins at the gate, also where the entry is written up later.
        request.write(
            {
                "user_id": self.env.uid,
                "received_by_id": self.env.uid,
                "received_at": self.brought_at,
            }
        )
        self.write(
            {
                "request_id": request.id,
                "equipment_id": (self.equipment_id or request.equipment_id).id,
            }
        )

    def _pause_clock(self):
        """The promises of the case wait for the customer; called with sudo."""
        for sheet in self:
            request = sheet.request_id
            if not request.pause_ids.filtered(lambda pause: not pause.ended_at):
                request._sla_wait("customer", sheet._get_pause_time(), sheet.name)

    def _get_pause_time(self):
        """Since when the customer is waited for; empty means now."""
        self.ensure_one()
        quoted = self.state == "quoted" and self.quoted_at
        return quoted and max(quoted, self.request_id.received_at)

    def _resume_clock(self):
        """The customer has decided; called with sudo."""
        for sheet in self:
            request = sheet.request_id
            if request.pause_ids.filtered(
                lambda pause, note=sheet.name: (
                    not pause.ended_at and pause.note == note
                )
            ):
                decided = sheet.state in ("agreed", "declined") and sheet.decided_at
                request._sla_resume(decided, "customer")

    def _tell_codes(self):
        """What the workshop found, in codes, where the case does not know it yet."""
        for sheet in self:
            request = sheet.request_id
            vals = {
                fname: sheet[fname].id
                for fname in sheet._get_code_fields()
                if sheet[fname] and not request[fname]
            }
            if vals:
                request.write(vals)

    def _create_prerepair(self, kind):
        """One pre-repair order per sheet, to be filled in; called with sudo.

        :param str kind: ``first`` or ``supplement``
        :return: the orders; a first one that is there already is not made again
        """
        orders = self.env["aftersales.prerepair.order"].with_context(
            clean_context(self.env.context)
        )
        sheets = self
        if kind == "first":
            sheets = self.filtered(lambda sheet: not sheet.prerepair_ids)
        return orders.create(
            [
                {
                    "factory_repair_id": sheet.id,
                    "company_id": sheet.company_id.id,
                    "kind": kind,
                    "advisor_id": sheet.advisor_id.id or self.env.uid,
                }
                for sheet in sheets
            ]
        )

    def action_view_prerepairs(self):
        """Open the pre-repair orders of the machine."""
        return self._form_action_view("prerepair_ids")

    # ------------------------------------------------------------- the file

    def _get_debts(self):
        """Machines in the house keep the file open."""
        return [
            self.env._(
                "Machine %(serial)s is still in the factory on %(sheet)s (%(step)s)",
                serial=sheet.serial or "",
                sheet=sheet.name,
                step=sheet.next_step,
            )
            for sheet in self
            if sheet.state not in GONE_STATES
        ]

    def _story_entries(self):
        labels = self.fields_get(EVENT_FIELDS, ["string"])
        return [
            {
                "date": sheet[fname],
                "title": f"{sheet.name}: {labels[fname]['string']}",
                "text": sheet._get_story_text(fname),
            }
            for sheet in self
            for fname in EVENT_FIELDS
            if sheet[fname]
        ]

    def _get_story_text(self, fname):
        self.ensure_one()
        texts = {
            "brought_at": self.bringer,
            "received_at": self.advisor_id.name,
            "diagnosis_at": self.technician_id.name,
            "quoted_at": self.diagnosis,
            "decided_at": self.decision
            and self._fields["decision"].convert_to_export(self.decision, self),
            "finished_at": self.work_done,
            "tested_at": self.test_result,
            "accepted_at": self.accepted_by,
            "left_at": self.collected_by,
        }
        return texts.get(fname) or ""
