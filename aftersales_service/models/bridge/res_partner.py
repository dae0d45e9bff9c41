import re
import unicodedata

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.phone_validation.models.mail_thread_phone import PHONE_REGEX_PATTERN
from odoo.addons.phone_validation.tools.phone_validation import (
    phone_get_region_data_for_number,
)

PHONE_SHAPE = re.compile(r"[+\d\s()./\\-]+")
SEARCH_DIGITS = 5  # fewer digits are rather part of a name or an address
FIND_DIGITS = 7  # fewer digits do not tell one customer from another
SERIAL_LENGTH = 4


class ResPartner(models.Model):
    _inherit = "res.partner"

    aftersales_tier = fields.Selection(
        [("a", "A: Key"), ("b", "B: Important"), ("c", "C: General")],
        "Customer Tier",
        index="btree_not_null",
        tracking=True,
    )

    # Whoever writes in is looked for by his address.
    _aftersales_email_idx = models.Index(
        "(email_normalized) WHERE email_normalized IS NOT NULL"
    )

    # ------------------------------------------- found by number and by machine

    @api.model
    def _search_display_name(self, operator, value):
        """A customer is also found by his phone number, however it is written,
        and by the serial number of his machine: what he says first on the phone.

        Each adds one query on an index, and only for text of that shape.
        """
        domain = super()._search_display_name(operator, value)
        if operator != "ilike" or not isinstance(value, str):
            return domain
        digits = self._aftersales_phone_digits(value)
        if len(digits) >= SEARCH_DIGITS:
            domain = Domain(domain) | Domain("phone_mobile_search", "like", digits)
        if owners := self._aftersales_search_owners(value):
            domain = Domain(domain) | Domain("id", "in", owners)
        return domain

    @api.model
    def _aftersales_search_owners(self, value):
        """Ids of the owners of machines whose serial contains ``value``."""
        serial = value.strip()
        machines = self.env["aftersales.equipment"]
        if (
            len(serial) < SERIAL_LENGTH
            or not re.search(r"\d", serial)
            or re.search(r"[\s@]", serial)
            or not machines.has_access("read")
        ):
            return []
        found = machines.search_fetch(
            [("serial", "ilike", serial)], ["partner_id"], limit=20
        )
        return found.partner_id.ids

    @api.model
    def _aftersales_phone_digits(self, text):
        """The digits by which a phone number is looked for.

        ``+86 139-0000-0000``, ``0086 139 0000 0000`` and ``13900000000`` give the
        same; so do ``(028) 8888 0000`` and ``+86 28 8888 0000``.

        :return: digits without country code and leading zero; empty when ``text``
            is no phone number
        """
        text = unicodedata.normalize("NFKC", text or "").strip()
        if not PHONE_SHAPE.fullmatch(text):
            return ""
        digits = re.sub(r"\D", "", text)
        if text.startswith(("+", "00")):
            digits = digits.removeprefix("00") if text[0] == "0" else digits
            data = phone_get_region_data_for_number(f"+{digits}")
            if data["national_number"]:
                return data["national_number"]
            code = str(self.env.company.country_id.phone_code or "")
            return digits.removeprefix(code).lstrip("0")
        return digits.lstrip("0")

    @api.model
    def _aftersales_find_by_phone(self, phone):
        """The partners whose number ends like ``phone``; the index serves it.

        :param str phone: a whole number, however it is written
        :return: ``res.partner``, at most ten
        """
        digits = self._aftersales_phone_digits(phone)
        if len(digits) < FIND_DIGITS:
            return self.browse()
        return self.search(self._aftersales_phone_domain(digits), limit=10, order="id")

    @api.model
    def _aftersales_phone_domain(self, digits):
        """Numbers that end with ``digits``; the index of phone_validation serves."""
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "%(phone)s IS NOT NULL"
                " AND REGEXP_REPLACE(%(phone)s, %(pattern)s, '', 'g') LIKE %(end)s",
                phone=model._field_to_sql(alias, "phone", query),
                pattern=PHONE_REGEX_PATTERN,
                end=f"%{digits}",
            )
        )

    @api.model
    def _aftersales_find_by_email(self, email):
        """The partners with this address, at most ten.

        :param str email: normalised address
        """
        if not email:
            return self.browse()
        return self.search([("email_normalized", "=", email)], limit=10, order="id")
