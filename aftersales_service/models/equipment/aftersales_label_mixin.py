import re
import secrets

from odoo import api, fields, models

TOKEN_BYTES = 16
TOKEN = re.compile(r"[\w-]{1,64}", re.ASCII)


class AftersalesLabelMixin(models.AbstractModel):
    """The label on the machine: a QR code whose address nobody can guess.

    Scanned by the department it opens the machine, by anybody else a page on
    which to report a fault.
    """

    _name = "aftersales.label.mixin"
    _description = "Label on the Machine"

    label_token = fields.Char(copy=False, readonly=True, groups="base.group_system")

    _label_token_uniq = models.UniqueIndex(
        "(label_token) WHERE label_token IS NOT NULL",
        "The address on a label must be unique.",
    )

    def _ensure_label_tokens(self):
        """Give an address to those that have none yet; one that is printed stays."""
        for machine in self.sudo().filtered(lambda m: not m.label_token):
            machine.label_token = secrets.token_urlsafe(TOKEN_BYTES)

    def _get_label_url(self):
        """Address for the QR code of the label."""
        self.ensure_one()
        self._ensure_label_tokens()
        return f"{self.get_base_url()}/aftersales/m/{self.sudo().label_token}"

    @api.model
    def _find_by_label(self, token):
        """The machine (with sudo) of a label, archived or not; empty if unknown."""
        if not TOKEN.fullmatch(token or ""):
            return self.sudo().browse()
        return (
            self.sudo()
            .with_context(active_test=False)
            .search([("label_token", "=", token)], limit=1)
        )

    def action_print_labels(self):
        """One label of 60 x 40 mm each, for a label printer."""
        return self.env.ref(
            "aftersales_service.aftersales_equipment_label_report"
        ).report_action(self)

    def action_print_label_sheet(self):
        """Labels 3 x 8 on sheets of A4."""
        return self.env.ref(
            "aftersales_service.aftersales_equipment_label_sheet_report"
        ).report_action(self)
