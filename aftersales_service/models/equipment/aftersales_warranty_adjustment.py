from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from .aftersales_warranty_policy_line import MOST_MONTHS

# What the records of the machine do to its warranty; nobody types it.
LOGGED_KINDS = {"transfer", "contract", "event"}
GROUP_QUALITY = "aftersales_service.group_aftersales_quality"


class AftersalesWarrantyAdjustment(models.Model):
    """A change of a frozen warranty, with its reason: never a silent one.

    Proposed by an agent or by the work itself (days in repair), applied by quality
    or a manager. What follows from a date of the machine is logged here as well.
    """

    _name = "aftersales.warranty.adjustment"
    _description = "Warranty Adjustment"
    _inherit = ["aftersales.form.mixin"]

    _form_sequence = ("aftersales.warranty.adjustment", "WA")
    _form_company_field = "warranty_id"
    _form_protected = frozenset(
        {
            "name",
            "state",
            "old_start",
            "old_end",
            "end",
            "applied_by_id",
            "applied_at",
            "days_added",
            "source",
        }
    )

    warranty_id = fields.Many2one(
        "aftersales.warranty",
        "Warranty Row",
        required=True,
        index=True,
        check_company=True,
        ondelete="cascade",
    )
    equipment_id = fields.Many2one(
        related="warranty_id.equipment_id", store=True, index=True
    )
    kind = fields.Selection(
        [
            ("extension", "Extension"),
            ("prolongation", "Prolonged by Repair"),
            ("correction", "Correction"),
            ("transfer", "New Owner"),
            ("contract", "Contract"),
            ("event", "Date Learnt"),
        ],
        required=True,
        default="extension",
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    user_id = fields.Many2one(
        "res.users", "Proposed By", readonly=True, default=lambda self: self.env.user
    )
    months = fields.Integer()
    days = fields.Integer(help="Added to the last day, after the months.")
    new_end = fields.Date("Corrected Last Day")
    reason = fields.Text(required=True)
    source = fields.Char("Follows From", readonly=True, copy=False)
    state = fields.Selection(
        [("proposed", "Proposed"), ("applied", "Applied"), ("rejected", "Rejected")],
        required=True,
        readonly=True,
        copy=False,
        default="proposed",
    )
    old_start = fields.Date("First Day Before", readonly=True, copy=False)
    old_end = fields.Date("Last Day Before", readonly=True, copy=False)
    end = fields.Date("Last Day After", readonly=True, copy=False)
    days_added = fields.Integer(readonly=True, copy=False)
    applied_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    applied_at = fields.Datetime(readonly=True, copy=False)

    _source_uniq = models.UniqueIndex(
        "(warranty_id, source) WHERE source IS NOT NULL",
        "This has been proposed already.",
    )

    @api.constrains("kind", "months", "days", "new_end", "reason", "state")
    def _check_amount(self):
        for adjustment in self:
            if not (adjustment.reason or "").strip():
                raise ValidationError(
                    self.env._("Write down why the warranty changes.")
                )
            if adjustment.kind in ("extension", "prolongation") and (
                adjustment.months < 0
                or adjustment.days < 0
                or not adjustment.months + adjustment.days
            ):
                raise ValidationError(
                    self.env._("An extension adds at least one day, and takes none.")
                )
            if max(adjustment.months, adjustment.days / 31) > MOST_MONTHS:
                raise ValidationError(
                    self.env._(
                        "A warranty lasts at most %(most)s months.", most=MOST_MONTHS
                    )
                )

    @api.constrains("kind", "new_end", "state")
    def _check_correction(self):
        for adjustment in self:
            start, end = adjustment.warranty_id.date_start, adjustment.new_end
            if adjustment.kind == "correction" and (not end or (start and end < start)):
                raise ValidationError(
                    self.env._(
                        "A correction says the right last day, which is not before the"
                        " first one."
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        self._check_kinds(vals_list)
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su and vals.keys() - {"message_follower_ids", "activity_ids"}:
            self._form_check_state("proposed")
        self._check_kinds([vals])
        return super().write(vals)

    @api.model
    def _check_kinds(self, vals_list):
        """:raises ValidationError: for a kind that only the records themselves log"""
        kinds = {vals.get("kind") for vals in vals_list}
        if not self.env.su and kinds & LOGGED_KINDS:
            raise ValidationError(
                self.env._(
                    "This is logged by itself. Propose an extension or a correction."
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_applied(self):
        for adjustment in self:
            if adjustment.state == "applied":
                raise UserError(
                    self.env._(
                        "%(adjustment)s has changed a warranty and stays on record.",
                        adjustment=adjustment.name,
                    )
                )

    # --------------------------------------------------------------- buttons

    def action_apply(self):
        """Change the warranty; quality and managers only.

        :raises AccessError: for anybody else
        """
        self._check_may_apply()
        for adjustment in self._form_begin("proposed"):
            adjustment._apply()

    def action_reject(self):
        """Leave the warranty as it is; quality and managers only."""
        self._check_may_apply()
        self._form_begin("proposed").write({"state": "rejected"})

    def _check_may_apply(self):
        if not (self.env.su or self.env.user.has_group(GROUP_QUALITY)):
            raise AccessError(
                self.env._("A warranty is changed by quality or a manager only.")
            )

    # ----------------------------------------------------------------- doing

    def _apply(self):
        """Change the row and remember how it was; called with sudo."""
        self.ensure_one()
        row = self.warranty_id
        before = (row.date_start, row.date_end)
        if self.kind == "correction":
            row.write({"is_fixed": True, "date_end": self.new_end})
        elif self.kind in ("extension", "prolongation"):
            self._extend(row)
        self._mark_applied(before)
        row.equipment_id.message_post(body=self._get_message())
        row.equipment_id._warranty_changed()

    def _extend(self, row):
        if not row.date_end:
            raise UserError(
                self.env._(
                    "The last day of this warranty is not known yet: enter the dates of"
                    " the machine first."
                )
            )
        end = row.date_end + relativedelta(months=self.months, days=self.days)
        row.write(
            {
                "days_adjusted": row.days_adjusted + (end - row.date_end).days,
                "date_end": end,
            }
        )

    def _mark_applied(self, before):
        """Close the record; ``before`` is first and last day as they were."""
        self.ensure_one()
        old_start, old_end = before
        end = self.warranty_id.date_end
        vals = {
            "state": "applied",
            "applied_by_id": self.env.uid,
            "applied_at": fields.Datetime.now(),
            "old_start": old_start,
            "old_end": old_end,
            "end": end,
        }
        if old_end and end:
            vals["days_added"] = (end - old_end).days
        self.write(vals)

    def _get_message(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        return self.env._(
            "Warranty: %(kind)s, last day %(before)s → %(after)s. %(reason)s",
            kind=labels[self.kind],
            before=self._form_date(self.old_end) or "–",
            after=self._form_date(self.end) or "–",
            reason=self.reason,
        )

    def _story_entries(self):
        """What changed a warranty, but the days that the machine tells itself."""
        entries = super()._story_entries()
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for adjustment in self:
            if adjustment.state != "applied" or adjustment.kind == "event":
                continue
            title = self.env._("Warranty: %(kind)s", kind=labels[adjustment.kind])
            days = [
                fields.Date.to_string(day) or "–"
                for day in (adjustment.old_end, adjustment.end)
            ]
            entries.append(
                {
                    "date": adjustment.applied_at,
                    "title": title,
                    "text": f"{' → '.join(days)}. {adjustment.reason}",
                }
            )
        return entries

    @api.model
    def _log(self, kind, changed, reason):
        """Log what follows from the terms themselves; called with sudo.

        :param changed: list of ``(row, (start, end) before)``
        """
        adjustments = self.create(
            [
                {
                    "warranty_id": row.id,
                    "kind": kind,
                    "reason": reason,
                    "user_id": self.env.uid,
                }
                for row, _before in changed
            ]
        )
        for adjustment, (_row, before) in zip(adjustments, changed, strict=True):
            adjustment._mark_applied(before)
        return adjustments
