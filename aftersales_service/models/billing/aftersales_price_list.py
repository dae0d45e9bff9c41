from datetime import time, timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain


class AftersalesPriceList(models.Model):
    """Price list (收费标准), handbook 10.1: carried, shown and charged by.

    When it is signed its lines become dated rules of the company's after-sales
    pricelist, and the list before it ends the day before: Odoo's pricelist finds
    the price of a settlement on any day.
    """

    _name = "aftersales.price.list"
    _description = "Price List"
    _inherit = ["aftersales.approval.mixin", "aftersales.form.mixin"]
    _order = "valid_from desc, id desc"

    _form_sequence = ("aftersales.price.list", "SF")
    _form_protected = frozenset(
        {"name", "state", "approval_state", "submitted_by_id", "pricelist_id"}
    )
    _approval_content = frozenset({"valid_from", "valid_to", "note"})

    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("signing", "Signing"),
            ("approved", "Approved"),
            ("refused", "Refused"),
            ("withdrawn", "Withdrawn"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        tracking=True,
    )
    valid_from = fields.Date(
        required=True,
        copy=False,
        index=True,
        default=lambda self: fields.Date.context_today(self) + timedelta(days=1),
    )
    valid_to = fields.Date(
        copy=False, help="Empty: until the next price list begins. Included."
    )
    is_current = fields.Boolean(
        "In Force", compute="_compute_is_current", search="_search_is_current"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    pricelist_id = fields.Many2one(
        "product.pricelist", readonly=True, copy=False, check_company=True
    )
    line_ids = fields.One2many(
        "aftersales.price.list.line", "list_id", "Prices", copy=True
    )
    note = fields.Text(
        "Charging Terms",
        help="What is free and what is charged, printed below the prices.",
    )

    _validity_check = models.Constraint(
        "CHECK (valid_to IS NULL OR valid_to >= valid_from)",
        "A price list cannot end before it begins.",
    )

    # -------------------------------------------------------------- computes

    @api.depends("state", "valid_from", "valid_to")
    def _compute_is_current(self):
        today = fields.Date.context_today(self)
        for record in self:
            record.is_current = (
                record.state == "approved"
                and record.valid_from <= today
                and (not record.valid_to or record.valid_to >= today)
            )

    @api.model
    def _search_is_current(self, operator, value):
        if operator != "in":
            return NotImplemented
        return (
            Domain("state", "=", "approved")
            & Domain("valid_from", "<=", "today")
            & (Domain("valid_to", "=", False) | Domain("valid_to", ">=", "today"))
        )

    # --------------------------------------------------------------- buttons

    def action_submit(self):
        """Put the price list before its signers.

        :raises UserError: without lines, for days that have passed, or before a
            list that is approved already
        """
        lists = self._form_begin("draft", "refused")
        for record in lists:
            if not record.line_ids:
                raise UserError(self.env._("Enter at least one price."))
            record._check_may_begin()
        lists.write({"state": "signing"})
        lists._approval_submit()

    def action_withdraw(self):
        """Take a price list back that is not in force."""
        lists = self._form_begin("draft", "signing", "refused")
        lists.signature_ids.filtered(lambda s: s.state != "approved")._cancel()
        lists.write({"state": "withdrawn"})

    def action_new_version(self):
        """Open a draft with the same prices, to be changed and signed."""
        self.ensure_one()
        self.check_access("read")
        return self.copy()._get_records_action()

    # -------------------------------------------------------------- approval

    def _approval_done(self):
        for record in self:
            # Signatures take days: no price begins before it was approved.
            today = record._form_day(False)
            if record.valid_from < today:
                record.valid_from = today
            record._check_may_begin()
            record._put_in_force()

    def _approval_refused(self):
        self.write({"state": "refused"})

    def _approval_reset(self):
        self.write({"state": "draft"})

    def _approval_changed(self, vals):
        """The day a list begins or ends is also written by its approval."""
        return self.browse() if self.env.su else super()._approval_changed(vals)

    def _approval_content_changed(self):
        for record in self:
            if record.state == "approved":
                raise UserError(
                    self.env._(
                        "%(list)s is approved: its prices do not change. Make a new"
                        " version of it.",
                        list=record.name,
                    )
                )
        return super()._approval_content_changed()

    def _check_may_begin(self):
        """:raises UserError: when the days of this list are taken or past"""
        self.ensure_one()
        if self.valid_from < self._form_day(False):
            raise UserError(
                self.env._(
                    "%(list)s begins on %(day)s, which has passed. Prices are not"
                    " changed backwards.",
                    list=self.name,
                    day=self._form_date(self.valid_from),
                )
            )
        later = self.search(
            [
                ("company_id", "=", self.company_id.id),
                ("state", "=", "approved"),
                ("valid_from", ">=", self.valid_from),
                ("id", "!=", self.id),
            ],
            limit=1,
        )
        if later:
            raise UserError(
                self.env._(
                    "%(later)s begins on %(day)s: %(list)s must begin after it.",
                    later=later.name,
                    day=self._form_date(later.valid_from),
                    list=self.name,
                )
            )

    # -------------------------------------------------------------- in force

    def _put_in_force(self):
        """Write the rules of the pricelist, end the list before (with sudo)."""
        self.ensure_one()
        before = self.search(
            [
                ("company_id", "=", self.company_id.id),
                ("state", "=", "approved"),
                "|",
                ("valid_to", "=", False),
                ("valid_to", ">=", self.valid_from),
            ]
        )
        before._end(self.valid_from - timedelta(days=1))
        self.write(
            {
                "state": "approved",
                "pricelist_id": self.company_id._aftersales_get_pricelist().id,
            }
        )
        # The rule made last is asked first: the general price stands behind the
        # price for a region or a model.
        lines = self.line_ids.sorted(lambda line: (line._get_rank(), -line.id))
        self.env["product.pricelist.item"].create(
            [line._prepare_rule_vals() for line in lines]
        )

    def _end(self, day):
        """Valid up to ``day`` and no longer, with the rules of the pricelist."""
        for record in self:
            record.valid_to = day
            record.line_ids.rule_ids.write({"date_end": record._get_last_moment()})

    def _get_first_moment(self):
        return self.company_id._aftersales_get_moment(self.valid_from, time.min)

    def _get_last_moment(self):
        if not self.valid_to:
            return False
        return self.company_id._aftersales_get_moment(self.valid_to, time(23, 59, 59))

    # ------------------------------------------------------------------ CRUD

    @api.constrains("valid_from", "valid_to")
    def _check_dates(self):
        for record in self:
            if record.valid_from.year < 1970:
                raise ValidationError(
                    self.env._("A price list cannot begin before 1970.")
                )
