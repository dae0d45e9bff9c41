from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...engine import warranty_term
from .aftersales_warranty_policy import START_BASES
from .aftersales_warranty_policy_line import COVERS, MOST_MONTHS


class AftersalesWarranty(models.Model):
    """The warranty of one machine, frozen when it was sold (pain 8).

    Nobody writes here: the terms were copied from the policy, the dates follow
    the dates of the machine by these terms, and whatever else changes them is an
    adjustment with its reason.
    """

    _name = "aftersales.warranty"
    _description = "Warranty"
    _order = "equipment_id desc, id"
    _rec_names_search = ["equipment_id"]
    _check_company_auto = True

    equipment_id = fields.Many2one(
        "aftersales.equipment",
        "Machine",
        required=True,
        index=True,
        check_company=True,
        ondelete="cascade",
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        related="equipment_id.company_id", store=True, precompute=True, index=True
    )
    partner_id = fields.Many2one(
        related="equipment_id.partner_id", store=True, precompute=True
    )
    product_id = fields.Many2one(
        related="equipment_id.product_id", store=True, precompute=True
    )
    # --- the terms
    policy_id = fields.Many2one(
        "aftersales.warranty.policy", index="btree_not_null", ondelete="set null"
    )
    policy_name = fields.Char("Promised As")
    cover = fields.Selection(COVERS, required=True)
    parts = fields.Boolean(default=True)
    labour = fields.Boolean(default=True)
    travel = fields.Boolean(default=True)
    is_excluded = fields.Boolean("Not Covered")
    months = fields.Integer()
    hours_limit = fields.Float("Hours on the Meter")
    start_basis = fields.Selection(START_BASES, "Counted From")
    cap_months = fields.Integer("At the Latest Months after Delivery")
    is_transferable = fields.Boolean("Goes with the Machine", default=True)
    contract_ref = fields.Char("Contract")
    # What is archived holds for what was sold with it; it is never deleted.
    exclusion_ids = fields.Many2many(
        "aftersales.warranty.exclusion",
        string="Excluded",
        context={"active_test": False},
        ondelete="restrict",
    )
    note = fields.Text("Conditions")
    # --- the dates
    start_event = fields.Selection(
        [*START_BASES, ("cap", "Latest Start")],
        "Started With",
        help="The date that the term counts from; it may stand in for one that is"
        " not known yet.",
    )
    date_start = fields.Date("First Day")
    date_end = fields.Date("Last Day", index=True)
    is_fixed = fields.Boolean(
        "End Set by Hand", help="Dates learnt later do not move the last day."
    )
    days_adjusted = fields.Integer("Days Added")
    adjustment_ids = fields.One2many(
        "aftersales.warranty.adjustment", "warranty_id", "Adjustments"
    )

    @api.depends("cover", "equipment_id.serial")
    @api.depends_context("lang")
    def _compute_display_name(self):
        covers = dict(self._fields["cover"]._description_selection(self.env))
        for row in self:
            parts = (covers.get(row.cover), row.equipment_id.serial)
            row.display_name = " / ".join(part for part in parts if part)

    def _recalculate(self):
        """Count the dates anew by the frozen terms.

        :return: list of ``(row, (start, end) before)`` of the rows that changed
        """
        changed = []
        for row in self.filtered(lambda row: not row.is_excluded):
            vals = row._prepare_dates()
            before = (row.date_start, row.date_end)
            if before != (vals["date_start"], vals["date_end"]):
                changed.append((row, before))
                row.write(vals)
        return changed

    def _prepare_dates(self):
        """First and last day by the terms and the dates of the machine."""
        self.ensure_one()
        start, event, end = self._count_dates(
            self.equipment_id, self.months, self.start_basis, self.cap_months
        )
        if end:
            end += timedelta(days=self.days_adjusted)
        return {
            "date_start": start,
            "start_event": event,
            "date_end": self.date_end if self.is_fixed else end,
        }

    @api.model
    def _count_dates(self, machine, months, start_basis, cap_months=0):
        """:return: first day, event it counts from, last day; False if unknown
        :raises ValidationError: for more months than anybody lives to see
        """
        if max(months or 0, cap_months or 0) > MOST_MONTHS:
            raise ValidationError(
                self.env._(
                    "A warranty lasts at most %(most)s months.", most=MOST_MONTHS
                )
            )
        names = self.env["aftersales.warranty.policy"]._get_event_fields()
        start, event = warranty_term.start_day(
            start_basis or "acceptance",
            {key: machine[fname] or None for key, fname in names.items()},
            cap_months or 0,
        )
        end = warranty_term.last_day(start, months) if start and months else False
        return start or False, event or False, end

    def _prepare_digest(self):
        """The row as the verdict needs it, ready for a Json field."""
        self.ensure_one()
        return {
            "cover": self.cover,
            "parts": self.parts,
            "labour": self.labour,
            "travel": self.travel,
            "covered": not self.is_excluded,
            "start": fields.Date.to_string(self.date_start),
            "end": fields.Date.to_string(self.date_end),
            "hours_limit": self.hours_limit,
            "policy": self.policy_name or "",
            "event": self.start_event or "",
            "contract": self.contract_ref or "",
            # None: no policy, so what is excluded goes by the common rules.
            "exclusions": self.exclusion_ids.mapped("code")
            if self.policy_name
            else None,
        }
