from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

AN_HOUR = timedelta(hours=1)
REPORTS_AN_HOUR = 5


class AftersalesQrMixin(models.AbstractModel):
    """A report from the page behind the label of a machine.

    The person is a stranger: nothing he sends is trusted, and nothing he gets
    back tells more than he has sent.
    """

    _name = "aftersales.qr.mixin"
    _description = "Report by Label"

    @api.model
    def _qr_report(self, machine, values, sizes):
        """The request for what a stranger reports of ``machine``.

        Sent twice it is one request; a machine is reported at most five times an
        hour.

        :param machine: ``aftersales.equipment`` with sudo
        :param values: ``name``, ``phone`` and ``symptom``, texts
        :param sizes: greatest length of each
        :return: the request, with sudo
        :raises UserError: in words the stranger is shown
        """
        self._qr_check(values, sizes)
        requests = self.sudo().with_company(machine.company_id)
        recent = requests.search(
            [
                ("equipment_id", "=", machine.id),
                ("channel", "=", "qr"),
                ("create_date", ">", fields.Datetime.now() - AN_HOUR),
            ]
        )
        for request in recent:
            if (request.symptom, request.phone) == (values["symptom"], values["phone"]):
                return request
        if len(recent) >= REPORTS_AN_HOUR:
            raise UserError(
                self.env._(
                    "This machine was reported several times already. Please call"
                    " the hotline."
                )
            )
        return requests._intake(
            {
                "company_id": machine.company_id.id,
                "partner_id": machine.partner_id.id,
                "equipment_id": machine.id,
                "contact_name": values["name"],
                "phone": values["phone"],
                "symptom": values["symptom"],
            },
            channel="qr",
        )

    @api.model
    def _qr_check(self, values, sizes):
        """:raises UserError: something is missing, or longer than it may be"""
        labels = {
            "name": self.env._("Your Name"),
            "phone": self.env._("Phone"),
            "symptom": self.env._("What is wrong?"),
        }
        for key, limit in sizes.items():
            if not values[key]:
                raise UserError(
                    self.env._("Please fill in “%(field)s”.", field=labels[key])
                )
            if len(values[key]) > limit:
                raise UserError(
                    self.env._(
                        "“%(field)s” is too long: at most %(limit)s characters.",
                        field=labels[key],
                        limit=limit,
                    )
                )
        if sum(char.isdigit() for char in values["phone"]) < 5:
            raise UserError(self.env._("Please enter a phone number we can call."))
