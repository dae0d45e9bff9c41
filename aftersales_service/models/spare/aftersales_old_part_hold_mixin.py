from datetime import timedelta

from odoo import fields, models
from odoo.tools import format_amount

SETTINGS = {
    "requisition": "aftersales_hold_requisition",
    "settlement": "aftersales_hold_settlement",
    "expense": "aftersales_hold_expense",
}


class AftersalesOldPartHoldMixin(models.AbstractModel):
    """Overdue old parts hold an engineer, where the company wants it so.

    For ``hr.employee``.
    """

    _name = "aftersales.old.part.hold.mixin"
    _description = "Hold Because of Old Parts"
    _inherit = ["aftersales.hold.mixin"]

    def _aftersales_get_holds(self, step):
        """See the hold mixin; the days and the value are the company's."""
        holds = super()._aftersales_get_holds(step)
        company = self.company_id.sudo()
        setting = SETTINGS.get(step)
        if not setting or not company[setting]:
            return holds
        count, value = self._aftersales_get_overdue(company.aftersales_hold_days)
        if (
            count
            and company.currency_id.compare_amounts(
                value, company.aftersales_hold_value
            )
            > 0
        ):
            holds.append(
                self.env._(
                    "%(engineer)s has %(count)s verification(s) of old parts worth"
                    " %(value)s overdue. Hand in the old parts first.",
                    engineer=self.name,
                    count=count,
                    value=format_amount(self.env, value, company.currency_id),
                )
            )
        return holds

    def _aftersales_get_overdue(self, days=0):
        """Forms and value of the old parts that are overdue by more than ``days``.

        :return: ``(number of forms, value in the company's currency)``
        """
        self.ensure_one()
        limit = fields.Date.context_today(self) - timedelta(days=days)
        count, value = (
            self.env["aftersales.parts.return"]
            .sudo()
            ._read_group(
                [
                    ("engineer_id", "=", self.id),
                    ("state", "=", "draft"),
                    ("due_date", "<", limit),
                ],
                aggregates=["__count", "total_value:sum"],
            )[0]
        )
        return count, value or 0.0
