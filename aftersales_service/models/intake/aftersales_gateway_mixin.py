import re

from markupsafe import Markup

from odoo import api, models
from odoo.tools import html2plaintext, parse_contact_from_email

from ..mixin.aftersales_text_mixin import TEXT_LIMIT
from .aftersales_door_mixin import LINE, NOTE

# A word that may be a serial number: letters or digits with at least three digits.
WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9./_-]{3,62}[A-Za-z0-9]")
WORDS = 200


class AftersalesGatewayMixin(models.AbstractModel):
    """E-mail through the one door: who wrote, about which machine.

    The model that inherits this inherits the channel and door mixins as well.
    """

    _name = "aftersales.gateway.mixin"
    _description = "E-mail Gateway"

    @api.private  # it works with sudo: the mail gateway calls it, no client
    @api.model
    @api.private  # it works as the system: for the gateway, not for a client
    def message_new(self, msg_dict, custom_values=None):
        """An e-mail becomes a request; the sender and a serial number in subject
        or text tell customer and machine.

        :param dict msg_dict: the parsed message
        :param dict custom_values: the defaults of the alias
        :return: the request; the first one when the same message comes again
        """
        defaults = self._door_filter_values(custom_values)
        company_id = defaults.pop("company_id", None) or self.env.company.id
        door = self.sudo().with_company(company_id)
        data = door._door_read_mail(msg_dict, company_id)
        company = door.env["res.company"].browse(company_id)
        if known := door._find_external(company, "email", data["external_ref"]):
            return known
        values, note = door._door_prepare(data, "email")
        # The number is taken as always, not from the subject.
        request = super(AftersalesGatewayMixin, door).message_new(
            {**msg_dict, "email_from": data["email"]},
            {**values, **defaults, "name": "/"},
        )
        request._door_keep(None, note)
        return request

    @api.private
    def message_update(self, msg_dict, update_vals=None):
        """The customer writes again: somebody looks at it."""
        result = super().message_update(msg_dict, self._door_filter_values(update_vals))
        summary = self.env._("The customer has written again")
        for request in self.filtered("user_id"):
            known = summary in request.activity_ids.mapped("summary")
            if not known and msg_dict.get("author_id") != request.user_id.partner_id.id:
                request.activity_schedule(
                    "mail.mail_activity_data_todo",
                    user_id=request.user_id.id,
                    summary=summary,
                )
        return result

    @api.model
    def _door_filter_values(self, values):
        """Of the values a mail brings along those that a person may enter too.

        The defaults of an alias are typed by hand: no state, no number, no event
        time and no row of another document comes in with them.
        """
        return {
            fname: value
            for fname, value in (values or {}).items()
            if fname in self._fields
            and not self._fields[fname].type.endswith("2many")
            and not self._form_is_protected(fname)
        }

    @api.model
    def _detect_loop_sender_domain(self, email_from_normalized):
        """Requests this sender has made by mail: too many in short are a loop."""
        return [("channel", "=", "email"), ("email", "=", email_from_normalized)]

    def message_post(self, **kwargs):
        """An e-mail of any length is kept: as a file when nobody could read it."""
        if kwargs.get("message_type") == "email":
            self._door_shorten_mail(kwargs)
        return super().message_post(**kwargs)

    # ------------------------------------------------------------- reading it

    @api.model
    def _door_read_mail(self, msg_dict, company_id):
        """What an e-mail says, in the shape of :meth:`_door_check`.

        Mail is never refused for its form: what is missing or too long is made
        good, and the whole message stays in the chatter.
        """
        subject = (msg_dict.get("subject") or "").replace("\x00", " ").strip()
        body = html2plaintext(msg_dict.get("body") or "", include_references=False)
        body = body.replace("\x00", " ").strip()
        name, email = parse_contact_from_email(msg_dict.get("email_from"))
        text = "\n".join(filter(None, [subject, body]))
        if len(text) > NOTE:
            rest = self.env._("… the whole text is in the messages below.")
            text = f"{text[:NOTE]}\n{rest}"
        words = {
            written
            for word in WORD.findall(f"{subject} {body[:NOTE]}")
            if len(re.findall(r"\d", word)) > 2
            for written in (word, word.upper())
        }
        data = {
            "company_id": company_id,
            "symptom": text or self.env._("An e-mail without text."),
            "contact_name": (name or email or "")[:LINE],
            "email": email,
            "external_ref": (msg_dict.get("message_id") or "")[:500] or False,
            "words": sorted(words)[:WORDS],
        }
        if not email:
            data["partner_id"] = self._door_unknown_sender().id
            data["contact_name"] = False
        return data

    @api.model
    def _door_unknown_sender(self):
        """The contact that stands for everybody whose mail names no sender."""
        xmlid = "aftersales_service.partner_unknown_sender"
        return self.env.ref(xmlid, raise_if_not_found=False) or self.env[
            "res.partner"
        ].create({"name": self.env._("Unknown Sender")})

    def _door_shorten_mail(self, kwargs):
        """Move a body nobody can read into a file beside the message."""
        body = kwargs.get("body") or ""
        if len(body) <= TEXT_LIMIT // 2:
            return
        text = html2plaintext(body, include_references=False)
        kwargs["attachments"] = [
            *(kwargs.get("attachments") or []),
            ("message.txt", text.encode()),
        ]
        note = self.env._("The whole text is in the file message.txt.")
        kwargs["body"] = Markup("<pre>%s…</pre><p>%s</p>") % (text[:NOTE], note)
