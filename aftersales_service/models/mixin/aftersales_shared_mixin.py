from odoo import models
from odoo.exceptions import AccessError


class AftersalesSharedMixin(models.AbstractModel):
    """A record without company is shared by all companies: for reading.

    The record rules of the model keep the managers of one company from it; here they
    are told what to do instead. The model that inherits this has ``company_id``.
    """

    _name = "aftersales.shared.mixin"
    _description = "Shared by Companies"

    def _check_access(self, operation):
        result = super()._check_access(operation)
        if operation == "read" or not result:
            return result
        allowed = self.env["ir.model.access"].check(
            self._name, operation, raise_exception=False
        )
        shared = result[0].sudo().filtered(lambda record: not record.company_id)
        if not (allowed and shared):
            return result
        message = self.env._(
            "“%(name)s” is shared by all companies and only an administrator of the"
            " system changes it. Make a copy for your company instead.",
            name=shared[0].display_name,
        )
        return result[0], lambda: AccessError(message)
