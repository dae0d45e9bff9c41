from psycopg2.errors import UniqueViolation

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import ConcurrencyError, ValidationError

CHANNELS = [
    ("phone", "Hotline"),
    ("web", "Web Form"),
    ("email", "E-mail"),
    ("wechat", "WeChat"),
    ("portal", "Portal"),
    ("qr", "QR Code on the Machine"),
    ("api", "Other System"),
    ("chat", "Live Chat"),
    ("social", "Social Media"),
    ("sms", "Text Message"),
    ("letter", "Letter or Fax"),
    ("visit", "Customer Came"),
    ("marketing", "Passed on by Marketing"),
    ("callback", "Found at a Call-back"),
    ("inspection", "Found at an Inspection"),
    ("other", "Other"),
]


class AftersalesChannelMixin(models.AbstractModel):
    """One door for every request that people do not type themselves.

    Web form, mail, portal, QR code and other systems call :meth:`_intake`; its
    checks are in ``aftersales.door.mixin``. The model that inherits this inherits
    the intake, door and form mixins as well.
    """

    _name = "aftersales.channel.mixin"
    _description = "Intake Channel"

    channel = fields.Selection(CHANNELS, required=True, default="phone")
    email = fields.Char(
        "E-mail", copy=False, index="btree_not_null", help="Of the person who wrote."
    )
    external_ref = fields.Char(
        "External Reference",
        readonly=True,
        copy=False,
        help="Message number of the e-mail, or the number the other system gave it.",
    )
    call_ids = fields.One2many("aftersales.call.record", "request_id", "Calls")
    call_count = fields.Integer(compute="_compute_counts")

    _external_ref_uniq = models.UniqueIndex(
        "(company_id, channel, external_ref) WHERE external_ref IS NOT NULL",
        "This message has become a request already.",
    )

    # -------------------------------------------------------------- the door

    @api.model
    def _intake(self, vals, channel):
        """Take in a request from outside; nothing in ``vals`` is trusted.

        :param dict vals: see ``DOOR_FIELDS`` of the door mixin; ``partner_id``,
            ``equipment_id`` and ``company_id`` only from a caller who knows them
        :param str channel: one of :data:`CHANNELS`
        :return: the request with sudo; the existing one when the same message
            came before
        :raises ValidationError: saying what is wrong with the data
        """
        door = self.sudo()
        data = door._door_check(vals, channel)
        company = door.env["res.company"].browse(data["company_id"])
        door = door.with_company(company)
        if known := door._find_external(company, channel, data.get("external_ref")):
            return known
        values, note = door._door_prepare(data, channel)
        try:
            with self.env.cr.savepoint():
                request = door.create(values)
                request.flush_recordset()
        except UniqueViolation as error:
            # Somebody else took the same message in at this moment.
            raise ConcurrencyError(str(error)) from error
        request._door_keep(data.get("attachments"), note)
        return request

    @api.model
    def _find_external(self, company, channel, external_ref):
        """The request that this message has become already, if any."""
        if not external_ref:
            return self.browse()
        return self.search(
            [
                ("company_id", "=", company.id),
                ("channel", "=", channel),
                ("external_ref", "=", external_ref),
            ],
            limit=1,
        )

    def _door_keep(self, attachments, note):
        """Keep the files on the request, and what only the staff may read."""
        if note:
            self._message_log(body=note)
        if attachments:
            self.env["ir.attachment"].create(
                [
                    {
                        "name": name,
                        "raw": content,
                        "res_model": self._name,
                        "res_id": self.id,
                    }
                    for name, content in attachments
                ]
            )

    @api.model
    def _door_user(self):
        """Who received it: the person working, or the system for a stranger."""
        user = self.env.user
        return user.id if user._is_internal() else SUPERUSER_ID

    # ---------------------------------------------------------------- e-mail

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """An e-mail becomes a request; the sender and a serial number in subject
        or text tell customer and machine.

        :param dict msg_dict: the parsed message
        :param dict custom_values: the defaults of the alias
        :return: the request; the first one when the same message comes again
        """
        defaults = dict(custom_values or {})
        company_id = defaults.pop("company_id", None) or self.env.company.id
        door = self.sudo().with_company(company_id)
        data = door._door_read_mail(msg_dict, company_id)
        company = door.env["res.company"].browse(company_id)
        if known := door._find_external(company, "email", data["external_ref"]):
            return known
        values, note = door._door_prepare(data, "email")
        # The number is taken as always, not from the subject.
        request = super(AftersalesChannelMixin, door).message_new(
            msg_dict, {**values, **defaults, "name": "/"}
        )
        request._door_keep(None, note)
        return request

    def message_update(self, msg_dict, update_vals=None):
        """The customer writes again: somebody looks at it."""
        result = super().message_update(msg_dict, update_vals)
        for request in self.filtered("user_id"):
            if msg_dict.get("author_id") != request.user_id.partner_id.id:
                request.activity_schedule(
                    "mail.mail_activity_data_todo",
                    user_id=request.user_id.id,
                    summary=self.env._("The customer has written again"),
                )
        return result

    @api.model
    def _detect_loop_sender_domain(self, email_from_normalized):
        """Requests this sender has made by mail: too many in short are a loop."""
        return [("channel", "=", "email"), ("email", "=", email_from_normalized)]

    def message_post(self, **kwargs):
        """An e-mail of any length is kept: as a file when nobody could read it."""
        if kwargs.get("message_type") == "email":
            self._door_shorten_mail(kwargs)
        return super().message_post(**kwargs)

    @api.constrains("external_ref")
    def _check_external_ref(self):
        for request in self:
            if request.external_ref and len(request.external_ref) > 500:
                raise ValidationError(
                    self.env._("The external reference is longer than 500 characters.")
                )
