from odoo import models
from odoo.exceptions import UserError


class AftersalesHoldMixin(models.AbstractModel):
    """Reasons why a person must first put something in order.

    Overdue old parts, cash that was not handed over: each domain adds its own
    reasons, each document asks before it goes on. Inherited by ``hr.employee``.
    """

    _name = "aftersales.hold.mixin"
    _description = "Hold on an Engineer"

    def _aftersales_get_holds(self, step):
        """Why this person may not go on with ``step``.

        :param str step: ``"requisition"``, ``"settlement"``, ``"dispatch"``,
            ``"collection"`` or ``"expense"``
        :return: list of whole sentences in the reader's language, empty when free
        """
        self.ensure_one()
        return []

    def _aftersales_check_holds(self, step):
        """:raises UserError: with all reasons, when somebody in ``self`` is held"""
        for person in self:
            reasons = person.sudo()._aftersales_get_holds(step)
            if reasons:
                raise UserError("\n".join(reasons))
