import re
import unicodedata

from odoo import api, fields, models
from odoo.exceptions import AccessError
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
READER = "aftersales_service.group_aftersales_user"
MANAGER = "aftersales_service.group_aftersales_manager"
TIER_FIELDS = ("aftersales_tier", "aftersales_tier_reason", "aftersales_tier_date")


class ResPartner(models.Model):
    """The customer: his tier and what the after-sales file knows of him.

    The tier of the commercial partner counts for its contacts. It is given by a
    confirmed review, or by a manager; nobody else writes it.
    """

    _inherit = "res.partner"

    aftersales_customer_class = fields.Selection(
        [
            ("direct", "Direct Customer"),
            ("agent", "Sales Agent"),
            ("contractor", "Contractor"),
        ],
        "Customer Class",
    )
    aftersales_reference_project = fields.Boolean(
        "Reference Project", help="A customer others are shown (示范工程)."
    )
    aftersales_head_id = fields.Many2one(
        "res.partner",
        "Person in Charge",
        index="btree_not_null",
        domain="[('id', 'child_of', id), ('is_company', '=', False)]",
    )
    aftersales_region_id = fields.Many2one(
        "aftersales.region",
        "After-Sales Region",
        compute="_compute_aftersales_region_id",
        search="_search_aftersales_region_id",
    )
    aftersales_tier = fields.Selection(
        [("a", "A: Key"), ("b", "B: Important"), ("c", "C: General")],
        "Customer Tier",
        index="btree_not_null",
        tracking=True,
        copy=False,
    )
    # What a review says of a customer is the reviewing company's own business.
    aftersales_tier_reason = fields.Char(
        "Reason of the Tier", company_dependent=True, copy=False
    )
    aftersales_tier_date = fields.Date("Tier Given On", copy=False)
    aftersales_tier_review_ids = fields.One2many(
        "aftersales.tier.review", "partner_id", "Tier Reviews", groups=READER
    )
    aftersales_equipment_ids = fields.One2many(
        "aftersales.equipment", "partner_id", "Machines", groups=READER
    )
    aftersales_machine_count = fields.Integer(
        "Installed Machines", compute="_compute_aftersales_counts", groups=READER
    )
    aftersales_open_count = fields.Integer(
        "Open Requests", compute="_compute_aftersales_counts", groups=READER
    )
    aftersales_arrears = fields.Monetary(
        "Arrears",
        compute="_compute_aftersales_arrears",
        currency_field="aftersales_currency_id",
        groups=READER,
    )
    aftersales_currency_id = fields.Many2one(
        "res.currency", compute="_compute_aftersales_arrears", groups=READER
    )

    # Whoever writes in is looked for by his address.
    _aftersales_email_idx = models.Index(
        "(email_normalized) WHERE email_normalized IS NOT NULL"
    )

    # -------------------------------------------------------------- computes

    @api.depends("state_id")
    @api.depends_context("company")
    def _compute_aftersales_region_id(self):
        regions = self.env["aftersales.region"]
        by_state = regions._get_ids_by_state(self.env.company)
        for partner in self:
            partner.aftersales_region_id = by_state.get(partner.state_id.id, False)

    @api.model
    def _search_aftersales_region_id(self, operator, value):
        regions = self.env["aftersales.region"]
        if isinstance(value, str):
            operator, value = "any", Domain("display_name", operator, value)
        if operator == "any":
            operator, value = "in", regions.search(value).ids
        if operator != "in":
            return NotImplemented
        by_state = regions._get_ids_by_state(self.env.company)
        wanted = set(value)
        states = [state for state, region in by_state.items() if region in wanted]
        domain = [("state_id", "in", states)]
        if False in wanted:
            domain = ["|", *domain, ("state_id", "not in", list(by_state))]
        return domain

    def _compute_aftersales_counts(self):
        """Machines and open requests of the partner and of its contacts."""
        requests = self.env["aftersales.service.request"]
        family = self.with_context(active_test=False).search_fetch(
            [("id", "child_of", self.ids)], ["parent_id"]
        )
        for fname, model, domain in (
            ("aftersales_machine_count", self.env["aftersales.equipment"], []),
            ("aftersales_open_count", requests, requests._get_open_domain()),
        ):
            totals = dict.fromkeys(self.ids, 0)
            rows = model._read_group(
                [*domain, ("partner_id", "in", family.ids)],
                ["partner_id"],
                ["__count"],
            )
            for partner, count in rows:
                while partner:
                    if partner.id in totals:
                        totals[partner.id] += count
                    partner = partner.parent_id
            for partner in self:
                partner[fname] = totals.get(partner.id, 0)

    @api.depends_context("company")
    def _compute_aftersales_arrears(self):
        """By the posted entries of this company alone, whoever is looking."""
        company = self.env.company
        owners = self.commercial_partner_id
        arrears = self.env["aftersales.tier.measure"]._get_arrears(owners, company)
        for partner in self:
            partner.aftersales_currency_id = company.currency_id
            partner.aftersales_arrears = arrears.get(partner.commercial_partner_id.id)

    @api.model
    def _commercial_fields(self):
        return [
            *super()._commercial_fields(),
            "aftersales_tier",
            "aftersales_customer_class",
        ]

    # -------------------------------------------------------------- the tier

    @api.model_create_multi
    def create(self, vals_list):
        if any(vals.get(fname) for vals in vals_list for fname in TIER_FIELDS):
            self._aftersales_check_tier()
        return super().create(vals_list)

    def write(self, vals):
        if any(self._aftersales_changes(fname, vals) for fname in TIER_FIELDS):
            self._aftersales_check_tier()
            if not self.env.su and "aftersales_tier" in vals:
                vals = {**self._aftersales_prepare_tier(), **vals}
        return super().write(vals)

    def _aftersales_changes(self, fname, vals):
        field = self._fields[fname]
        return fname in vals and any(
            field.convert_to_cache(vals[fname], partner)
            != field.convert_to_cache(partner[fname], partner)
            for partner in self
        )

    def _aftersales_check_tier(self):
        """:raises AccessError: unless by a manager; a review writes with sudo"""
        if not self.env.su and not self.env.user.has_group(MANAGER):
            raise AccessError(
                self.env._(
                    "The tier of a customer is given by a review, or by a manager."
                )
            )

    def _aftersales_prepare_tier(self):
        """A tier is never without a reason and a date."""
        return {
            "aftersales_tier_reason": self.env._(
                "Set by %(user)s without a review", user=self.env.user.name
            ),
            "aftersales_tier_date": fields.Date.context_today(self),
        }

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
