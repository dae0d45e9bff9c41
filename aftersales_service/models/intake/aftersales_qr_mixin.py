import hashlib
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

AN_HOUR = timedelta(hours=1)
REPORTS_AN_HOUR = 5
PHOTOS, PHOTO_SIZE = 4, 8 * 1024 * 1024
# How much is taken of each text.
QR_SIZES = {"name": 80, "phone": 40, "symptom": 2000}


class AftersalesQrMixin(models.AbstractModel):
    """A report from the page behind the label of a machine.

    The person is a stranger: nothing he sends is trusted, and nothing he gets
    back tells more than he has sent. The model that inherits this inherits the
    channel mixin as well.
    """

    _name = "aftersales.qr.mixin"
    _description = "Report by Label"

    @api.model
    def _qr_report(self, machine, values, photos=()):
        """The request for what a stranger reports of ``machine``.

        The same text sent twice on a day is one request; a machine is reported at
        most five times an hour.

        :param machine: ``aftersales.equipment`` with sudo
        :param values: ``name``, ``phone`` and ``symptom``, texts
        :param photos: list of ``(name, bytes)``
        :return: the request, with sudo
        :raises UserError: in words the stranger is shown
        """
        self._qr_check(values, photos)
        requests = self.sudo().with_company(machine.company_id)
        today = str(fields.Date.today())
        text = "\n".join((machine.label_token, today, *values.values()))
        reference = hashlib.sha256(text.encode()).hexdigest()
        known = requests._find_external(machine.company_id, "qr", reference)
        if known:
            return known
        recent = requests.search_count(
            [
                ("equipment_id", "=", machine.id),
                ("channel", "=", "qr"),
                ("create_date", ">", fields.Datetime.now() - AN_HOUR),
            ]
        )
        if recent >= REPORTS_AN_HOUR:
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
                "external_ref": reference,
                "attachments": list(photos),
            },
            channel="qr",
        )

    @api.model
    def _qr_check(self, values, photos):
        """:raises UserError: something is missing, or more than may be"""
        labels = {
            "name": self.env._("Your Name"),
            "phone": self.env._("Phone"),
            "symptom": self.env._("What is wrong?"),
        }
        for key, limit in QR_SIZES.items():
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
        if len(photos) > PHOTOS or any(
            len(content) > PHOTO_SIZE for _name, content in photos
        ):
            raise UserError(
                self.env._(
                    "At most %(count)s photos of %(size)s MB each, please.",
                    count=PHOTOS,
                    size=PHOTO_SIZE // 1024 // 1024,
                )
            )
