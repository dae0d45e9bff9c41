import re
from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import email_normalize, html2plaintext, parse_contact_from_email

from ..mixin.aftersales_text_mixin import TEXT_LIMIT

LINE, NOTE = 200, 10_000
# What may come in, and how long it may be.
DOOR_TEXTS = {
    "unit_name": LINE,
    "contact_name": LINE,
    "phone": 40,
    "phone_spare": 40,
    "email": 254,
    "address": 500,
    "serial": 64,
    "model": LINE,
    "symptom": NOTE,
    "description": NOTE,
    "requested_service": NOTE,
    "external_ref": 500,
}
DOOR_TIMES = ("occurred_at", "wish_at")
DOOR_IDS = {
    "company_id": "res.company",
    "partner_id": "res.partner",
    "equipment_id": "aftersales.equipment",
}
DOOR_FIELDS = {*DOOR_TEXTS, *DOOR_TIMES, *DOOR_IDS, "request_type", "attachments"}
FILES, FILE_SIZE = 10, 20 * 1024 * 1024
FILE_NAMES = re.compile(
    r".+\.(jpe?g|png|gif|webp|heic|bmp|mp4|mov|webm|mp3|m4a|wav|amr|pdf|txt|csv|log"
    r"|docx?|xlsx?|pptx?|zip)",
    re.IGNORECASE,
)
YEARS = 30
# A word that may be a serial number: letters or digits with at least three digits.
WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9./_-]{3,62}[A-Za-z0-9]")
WORDS = 200


class AftersalesDoorMixin(models.AbstractModel):
    """The checks of the one door: sizes, kinds, who and what, customer, machine."""

    _name = "aftersales.door.mixin"
    _description = "Checks of Incoming Requests"

    # ---------------------------------------------------------------- checks

    @api.model
    def _door_check(self, vals, channel):
        """Clean data for :meth:`_door_prepare`.

        :return: dict with ``company_id`` and what was given of ``DOOR_FIELDS``
        :raises ValidationError: naming the first fault
        """
        if channel not in dict(self._fields["channel"].selection):
            raise ValidationError(
                self.env._("“%(channel)s” is not a channel.", channel=channel)
            )
        if unknown := sorted(map(str, vals.keys() - DOOR_FIELDS)):
            raise ValidationError(
                self.env._("Unknown field: %(field)s.", field=unknown[0])
            )
        data = {
            **self._door_check_ids(vals),
            **self._door_check_texts(vals),
            **self._door_check_times(vals),
            "attachments": self._door_check_files(vals.get("attachments")),
        }
        kinds = dict(self._fields["request_type"].selection)
        if kind := vals.get("request_type"):
            if kind not in kinds:
                raise ValidationError(
                    self.env._("“%(type)s” is not a type of request.", type=kind)
                )
            data["request_type"] = kind
        self._door_check_complete(data)
        return data

    @api.model
    def _door_check_ids(self, vals):
        data = {"company_id": self.env.company.id}
        for fname, model_name in DOOR_IDS.items():
            value = vals.get(fname)
            if not value:
                continue
            if (
                type(value) is not int
                or not self.env[model_name].browse(value).exists()
            ):
                raise self._door_fault(fname)
            data[fname] = value
        return data

    @api.model
    def _door_check_texts(self, vals):
        data = {}
        for fname, limit in DOOR_TEXTS.items():
            value = vals.get(fname)
            if value in (None, False, ""):
                continue
            if not isinstance(value, str):
                raise self._door_fault(fname)
            # PostgreSQL takes no NUL; other control characters print as boxes.
            value = re.sub(r"[^\S\n]+|[\x00-\x09\x0b-\x1f\x7f]", " ", value).strip()
            if len(value) > limit:
                raise ValidationError(
                    self.env._(
                        "%(field)s is too long: %(size)s characters, at most"
                        " %(limit)s are accepted. Attach a file instead.",
                        field=self._door_label(fname),
                        size=len(value),
                        limit=limit,
                    )
                )
            data[fname] = value
        if data.get("email"):
            data["email"] = email_normalize(data["email"])
            if not data["email"]:
                raise self._door_fault("email")
        for fname in ("phone", "phone_spare"):
            if data.get(fname) and len(re.sub(r"\D", "", data[fname])) < 5:
                raise self._door_fault(fname)
        return data

    @api.model
    def _door_check_times(self, vals):
        now = fields.Datetime.now()
        span = timedelta(days=366 * YEARS)
        data = {}
        for fname in DOOR_TIMES:
            if not vals.get(fname):
                continue
            try:
                when = fields.Datetime.to_datetime(vals[fname]).replace(microsecond=0)
                sensible = now - span < when < now + span
            except (ValueError, TypeError, AttributeError, OverflowError) as error:
                raise self._door_fault(fname) from error
            if not sensible or (fname == "occurred_at" and when > now):
                raise self._door_fault(fname)
            data[fname] = when
        return data

    @api.model
    def _door_check_files(self, files):
        """:return: list of ``(name, bytes)``"""
        files = files or []
        if not isinstance(files, list | tuple) or len(files) > FILES:
            raise ValidationError(
                self.env._("At most %(count)s files are accepted.", count=FILES)
            )
        for file in files:
            if (
                not isinstance(file, list | tuple)
                or len(file) != 2
                or not isinstance(file[0], str)
                or not isinstance(file[1], bytes)
            ):
                raise self._door_fault("attachments")
            name, content = file
            if len(name) > LINE or not FILE_NAMES.fullmatch(name):
                raise ValidationError(
                    self.env._(
                        "“%(name)s” is not a picture, film, recording or document.",
                        name=name[:LINE],
                    )
                )
            if not content or len(content) > FILE_SIZE:
                raise ValidationError(
                    self.env._(
                        "“%(name)s” is empty or larger than %(size)s MB.",
                        name=name,
                        size=FILE_SIZE // 1024 // 1024,
                    )
                )
        return list(files)

    @api.model
    def _door_check_complete(self, data):
        """Who, how to reach him, and what: without these nobody can help."""
        if not any(map(data.get, ("partner_id", "unit_name", "contact_name"))):
            raise ValidationError(self.env._("Tell us your name."))
        if not any(map(data.get, ("partner_id", "phone", "email"))):
            raise ValidationError(self.env._("Tell us a phone number or an e-mail."))
        if not any(map(data.get, ("symptom", "description", "requested_service"))):
            raise ValidationError(self.env._("Tell us what is wrong."))

    @api.model
    def _door_fault(self, fname):
        return ValidationError(
            self.env._("%(field)s is not valid.", field=self._door_label(fname))
        )

    @api.model
    def _door_label(self, fname):
        field = self._fields.get(fname)
        return field._description_string(self.env) if field else fname

    # ------------------------------------------------- customer and machine

    @api.model
    def _door_prepare(self, data, channel):
        """Values of the new request; finds or makes the customer.

        A machine is linked only when it is the customer's own. Somebody else's
        is noted for the staff: a serial number is no secret.

        :param dict data: as :meth:`_door_check` returns it
        :return: the values, and an internal note (may be empty)
        """
        values = {
            fname: data[fname]
            for fname in data
            if fname in self._fields and fname not in ("partner_id", "equipment_id")
        }
        values.pop("attachments", None)
        machines = self._door_find_machines(data)
        partner = self._door_find_partner(data, machines)
        owner = partner.commercial_partner_id
        mine = machines.filtered(
            lambda machine: machine.partner_id.commercial_partner_id == owner
        )
        note = ""
        if len(mine) == 1:
            values["equipment_id"] = mine.id
            values.pop("serial", None)
        elif not mine and machines:
            values.setdefault("serial", machines[0].serial)
            note = self.env._(
                "The serial number %(serial)s belongs to a machine of %(owner)s: ask"
                " before it is linked.",
                serial=machines[0].serial,
                owner=machines[0].partner_id.commercial_partner_id.name,
            )
        if data.get("model"):
            model = self.env._("Model: %(model)s", model=data["model"])
            values["description"] = "\n".join(
                filter(None, [data.get("description"), model])
            )
        values.update(
            partner_id=partner.id,
            channel=channel,
            received_by_id=self._door_user(),
            user_id=False,
        )
        return values, note

    @api.model
    def _door_find_machines(self, data):
        """The machines meant: the one known, or those with the serial given."""
        machines = self.env["aftersales.equipment"]
        if data.get("equipment_id"):
            return machines.browse(data["equipment_id"])
        serials = [data["serial"]] if data.get("serial") else data.get("words")
        if not serials:
            return machines
        return machines.search(
            [("serial", "in", serials), ("company_id", "=", data["company_id"])],
            limit=10,
        )

    @api.model
    def _door_find_partner(self, data, machines):
        """The customer: known, found by e-mail or phone, or made anew."""
        partners = self.env["res.partner"]
        if data.get("partner_id"):
            return partners.browse(data["partner_id"])
        found = partners._aftersales_find_by_email(data.get("email"))
        found = found or partners._aftersales_find_by_phone(data.get("phone"))
        found = found.filtered(
            lambda p: not p.company_id or p.company_id.id == data["company_id"]
        )
        owners = machines.partner_id.commercial_partner_id
        own = found.filtered(lambda p: p.commercial_partner_id in owners)
        return (own or found)[:1] or partners.create(self._door_prepare_partner(data))

    @api.model
    def _door_prepare_partner(self, data):
        person, unit = data.get("contact_name"), data.get("unit_name")
        vals = {
            "phone": data.get("phone"),
            "email": data.get("email"),
            "street": data.get("address"),
        }
        if not unit:
            return {**vals, "name": person}
        contact = {k: v for k, v in vals.items() if k != "street"}
        children = [fields.Command.create({**contact, "name": person})]
        return {
            **vals,
            "name": unit,
            "is_company": True,
            "child_ids": children if person else [],
        }

    # ---------------------------------------------------------------- e-mail

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
            word
            for word in WORD.findall(f"{subject} {body[:NOTE]}")
            if len(re.findall(r"\d", word)) > 2
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
