from odoo import models
from odoo.exceptions import AccessError, UserError

AGENT = "aftersales_service.group_aftersales_agent"
ADVISOR = "aftersales_service.group_aftersales_advisor"
FINANCE = "aftersales_service.group_aftersales_finance"


class AftersalesWorkshopMixin(models.AbstractModel):
    """What the forms of the factory repair share: checks before a step."""

    _name = "aftersales.workshop.mixin"
    _description = "Form of the Workshop"

    def _check_advisor(self, *more):
        """:raises AccessError: unless the user is an advisor, or of a group in
        ``more``
        """
        if self.env.su or any(map(self.env.user.has_group, (ADVISOR, *more))):
            return
        raise AccessError(self.env._("This step is the workshop advisor's."))

    def _require(self, *fnames):
        """:raises UserError: naming the fields that must be filled before the step"""
        for record in self:
            missing = [
                self._fields[fname]._description_string(self.env)
                for fname in fnames
                if not record[fname]
                or (isinstance(record[fname], str) and not record[fname].strip())
            ]
            if missing:
                raise UserError(
                    self.env._(
                        "%(document)s: enter first: %(fields)s.",
                        document=record.name,
                        fields=", ".join(missing),
                    )
                )

    def _require_reason(self, reason):
        """:return: the reason without blanks around it
        :raises UserError: when nothing is said
        """
        if not isinstance(reason, str) or not reason.strip():
            raise UserError(self.env._("Say why."))
        return reason.strip()
