from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesOldPartMixin(models.AbstractModel):
    """When old parts are due, reminders, and claims on suppliers.

    For ``aftersales.parts.return``.
    """

    _name = "aftersales.old.part.mixin"
    _description = "Old Parts: Due and Claimed"

    due_date = fields.Date(
        compute="_compute_due_date",
        store=True,
        help="Old parts come back with the engineer, or so many days later as the"
        " company allows.",
    )
    is_overdue = fields.Boolean(
        "Overdue", compute="_compute_is_overdue", search="_search_is_overdue"
    )
    reminded_on = fields.Date(readonly=True, copy=False)
    claim_ids = fields.One2many(
        "account.move", "aftersales_return_id", "Supplier Claims"
    )
    claim_count = fields.Integer(compute="_compute_claim_count", compute_sudo=True)

    has_unclaimed = fields.Boolean(compute="_compute_line_facts")
    has_unknown_serial = fields.Boolean(compute="_compute_line_facts")

    _due_idx = models.Index("(engineer_id, due_date) WHERE state = 'draft'")

    @api.depends(
        "dispatch_id.returned_at",
        "dispatch_id.return_expected_at",
        "dispatch_id.finished_at",
    )
    def _compute_due_date(self):
        """From the return, or from the use where nobody says when he is back."""
        for record in self:
            dispatch = record.dispatch_id.sudo()
            days = record.company_id._aftersales_parameter("old_part_return_days")
            start = dispatch.returned_at or dispatch.return_expected_at
            if not start and days:
                start = dispatch.finished_at
            record.due_date = start and record._form_day(start) + timedelta(
                days=int(days or 0)
            )

    @api.depends("state", "due_date")
    def _compute_is_overdue(self):
        today = fields.Date.context_today(self)
        for record in self:
            record.is_overdue = bool(
                record.state == "draft" and record.due_date and record.due_date < today
            )

    @api.model
    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        return [("state", "=", "draft"), ("due_date", "<", today)]

    @api.depends("line_ids.serial_state", "line_ids.claim_line_id", "line_ids.verdict")
    def _compute_line_facts(self):
        for record in self:
            lines = record.line_ids
            record.has_unknown_serial = record.state in (
                "draft",
                "handed_in",
            ) and "unknown" in lines.mapped("serial_state")
            record.has_unclaimed = bool(
                lines.sudo().filtered(
                    lambda line: line.verdict == "supplier" and not line.claim_line_id
                )
            )

    @api.depends("claim_ids")
    def _compute_claim_count(self):
        counts = dict(
            self.env["account.move"]._read_group(
                [("aftersales_return_id", "in", self.ids)],
                ["aftersales_return_id"],
                ["__count"],
            )
        )
        for record in self:
            record.claim_count = counts.get(record._origin, 0)

    # -------------------------------------------------- what did not come back

    def action_leave_rest_due(self):
        """Go on with what arrived; what did not stays due on a form of its own.

        :raises UserError: when nothing, or everything, has arrived
        """
        self._check_group("aftersales_service.group_aftersales_keeper")
        for record in self._form_begin("handed_in"):
            missing = {
                line: quantity
                for line in record.line_ids
                if (quantity := line._get_missing_quantity())
            }
            if not missing or all(
                line.product_uom_id.compare(missing.get(line, 0.0), line.quantity) == 0
                for line in record.line_ids
            ):
                raise UserError(
                    self.env._(
                        "A rest can stay due when a part of %(form)s was received.",
                        form=record.name,
                    )
                )
            rest = record.create(
                {
                    "company_id": record.company_id.id,
                    "dispatch_id": record.dispatch_id.id,
                    "request_id": record.request_id.id,
                    "engineer_id": record.engineer_id.id,
                }
            )
            for line, quantity in missing.items():
                line._move_to(rest, quantity)
            self.env["stock.picking"].sudo().search(
                [
                    ("aftersales_return_id", "=", record.id),
                    ("state", "not in", ("done", "cancel")),
                ]
            ).action_cancel()
            record._mark_received()
            record.received_by_id = self.env.uid
            record.message_post(
                body=self.env._(
                    "What was not received stays due on %(form)s.", form=rest.name
                )
            )

    # -------------------------------------------------------------- reminder

    @api.model
    def _cron_remind(self, limit=200):
        """One activity for each overdue form, for the engineer who has the parts.

        Without a user he is reminded through the head of after-sales.
        """
        domain = [("is_overdue", "=", True), ("reminded_on", "=", False)]
        records = self.search(domain, limit=limit, order="due_date, id")
        progress = self.env["ir.cron"]
        progress._commit_progress(remaining=self.search_count(domain))
        for record in records:
            record = record.try_lock_for_update().filtered_domain(domain)
            record._remind()
            if not progress._commit_progress(1):
                break

    def _remind(self):
        role = self.env.ref(
            "aftersales_service.role_aftersales_head", raise_if_not_found=False
        )
        for record in self:
            users = record.engineer_id.user_id
            if not users and role:
                users = role._get_users(record.company_id)
            for user in users:
                record.activity_schedule(
                    "aftersales_service.mail_activity_type_old_part",
                    user_id=user.id,
                    date_deadline=fields.Date.context_today(record),
                    summary=self.env._("Old parts are overdue"),
                )
            record.reminded_on = fields.Date.context_today(record)

    # ---------------------------------------------------------------- claims

    def _create_claim(self, supplier, bill, currency):
        """An empty draft refund of ``supplier``; called with sudo."""
        self.ensure_one()
        company = self.company_id
        moves = self.env["account.move"].with_company(company)
        return moves.create(
            {
                "move_type": "in_refund",
                "partner_id": (bill.partner_id or supplier).id,
                "company_id": company.id,
                "currency_id": currency.id,
                "invoice_origin": self.name,
                "reversed_entry_id": bill.id,
                "aftersales_return_id": self.id,
            }
        )

    def _claim_or_tell(self):
        """Claims of what just went to suppliers; called with sudo.

        A company without purchase journal claims later, by the button.
        """
        journals = self.env["account.journal"]
        for record in self:
            lines = record.line_ids.filtered(lambda line: line.verdict == "supplier")
            if not lines:
                continue
            if journals.search_count(
                [("type", "=", "purchase"), ("company_id", "=", record.company_id.id)],
                limit=1,
            ):
                lines._create_claims()
            else:
                record.message_post(
                    body=self.env._(
                        "There is no purchase journal: the claim on the supplier"
                        " could not be drafted."
                    )
                )

    def action_create_claims(self):
        """Draft the claims that are missing, such as one that was deleted."""
        self.check_access("read")
        if not self.env.user.has_group("account.group_account_invoice"):
            raise UserError(self.env._("Claims on suppliers belong to accounting."))
        self._form_lock()
        return (
            self.sudo()
            .line_ids._check_to_claim()
            ._create_claims()
            .with_env(self.env)
            ._get_records_action()
        )

    def action_view_claims(self):
        """Open the claims on the suppliers."""
        self.ensure_one()
        return self._form_action_view("claim_ids")
