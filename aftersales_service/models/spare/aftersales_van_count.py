from odoo import SUPERUSER_ID, Command, api, fields, models
from odoo.exceptions import UserError


class AftersalesVanCount(models.Model):
    """Stock count of an engineer's location (盘点单, handbook 7.3).

    The engineer counts what he holds and explains each difference. His superior
    signs where there is one; the differences are then booked as Odoo's own
    inventory adjustments, with his words as their reason.
    """

    _name = "aftersales.van.count"
    _description = "Stock Count of an Engineer"
    _inherit = ["aftersales.approval.mixin", "aftersales.form.mixin"]
    _rec_names_search = ["name", "engineer_id"]

    _form_sequence = ("aftersales.van.count", "PD")
    _form_company_field = "engineer_id"
    _form_protected = frozenset(
        {"name", "state", "approval_state", "submitted_by_id", "loaded_at", "booked_at"}
    )
    _approval_content = frozenset({"engineer_id", "date"})

    state = fields.Selection(
        [
            ("draft", "Counting"),
            ("signing", "Signing"),
            ("done", "Counted"),
            ("refused", "Refused"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        tracking=True,
    )
    date = fields.Date("Counted On", required=True, default=fields.Date.context_today)
    engineer_id = fields.Many2one(
        "hr.employee",
        required=True,
        index=True,
        check_company=True,
        default=lambda self: self.env.user.employee_id,
        domain="[('aftersales_engineer', '=', True), ('company_id', '=', company_id)]",
    )
    location_id = fields.Many2one(
        related="engineer_id.aftersales_location_id", related_sudo=True
    )
    line_ids = fields.One2many(
        "aftersales.van.count.line", "count_id", "Parts", copy=False
    )
    loaded_at = fields.Datetime("Book Stock Of", readonly=True, copy=False)
    booked_at = fields.Datetime(readonly=True, copy=False)
    difference_count = fields.Integer(
        "Differences", compute="_compute_differences", store=True
    )
    difference_value = fields.Monetary(
        "Value of Differences",
        compute="_compute_differences",
        store=True,
        groups="aftersales_service.group_aftersales_user",
        help="At cost: gains less losses.",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    note = fields.Text("Remarks")

    @api.depends("line_ids.difference", "line_ids.value")
    def _compute_differences(self):
        for count in self:
            lines = count.line_ids.filtered("difference")
            count.difference_count = len(lines)
            count.difference_value = sum(lines.sudo().mapped("value"))

    # ------------------------------------------------------------------ CRUD

    @api.model_create_multi
    def create(self, vals_list):
        counts = super().create(vals_list)
        for engineer in counts.engineer_id:
            engineer._aftersales_get_location()
        counts.filtered(lambda count: not count.line_ids)._load_book()
        return counts

    def write(self, vals):
        if not self.env.su and {"engineer_id", "date"} & vals.keys():
            self._form_check_state("draft", "signing", "refused")
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_booked(self):
        self._form_check_state("draft", "signing", "refused", "cancelled")

    # ------------------------------------------------------------ book stock

    def _load_book(self):
        """Fill in what the books say; what was counted and explained stays."""
        for count in self.sudo():
            rows = count._get_book()
            known = {line._get_key(): line for line in count.line_ids}
            for key, line in known.items():
                line.book_quantity = rows.pop(key, 0.0)
            count.write(
                {
                    "loaded_at": fields.Datetime.now(),
                    "line_ids": [
                        Command.create(
                            {
                                "location_id": location.id,
                                "product_id": product.id,
                                "lot_id": lot.id,
                                "book_quantity": quantity,
                                "counted_quantity": quantity,
                            }
                        )
                        for (location, product, lot), quantity in rows.items()
                    ],
                }
            )

    def _get_book(self):
        """``{(location, product, lot): quantity}`` the engineer holds by the books."""
        self.ensure_one()
        rows = {}
        for quant in self.engineer_id._aftersales_get_stock():
            key = (quant.location_id, quant.product_id, quant.lot_id)
            rows[key] = rows.get(key, 0.0) + quant.quantity
        return rows

    def _check_counting(self):
        """:raises UserError: for lines of a count that was handed in"""
        if not self.env.su:
            self._form_check_state("draft", "refused")

    def _check_not_moved(self):
        """:raises UserError: naming the parts that moved since the books were read"""
        for count in self:
            rows = count._get_book()
            moved = []
            for line in count.line_ids:
                now = rows.pop(line._get_key(), 0.0)
                if line.product_uom_id.compare(now, line.book_quantity):
                    moved.append(line._get_label())
            moved += [
                product.display_name
                for (_place, product, _lot), quantity in rows.items()
                if quantity
            ]
            if moved:
                raise UserError(
                    self.env._(
                        "Parts of %(engineer)s have moved since the count: %(parts)s."
                        " Read the book stock again and count them once more.",
                        engineer=count.engineer_id.name,
                        parts=", ".join(dict.fromkeys(moved)),
                    )
                )

    # -------------------------------------------------------------- approval

    def _approval_amount(self):
        self.ensure_one()
        return sum(abs(line.value) for line in self.sudo().line_ids)

    def _approval_author_users(self):
        return super()._approval_author_users() | self.engineer_id.user_id

    def _approval_done(self):
        self._book()

    def _approval_refused(self):
        self.write({"state": "refused"})

    def _approval_reset(self):
        self.write({"state": "draft"})

    # --------------------------------------------------------------- buttons

    def action_load(self):
        """Read the book stock again; counted quantities and reasons stay."""
        self._form_begin("draft", "refused")._load_book()

    def action_submit(self):
        """Hand the count in: booked at once without a difference, else to be signed.

        :raises UserError: a difference without a reason, or parts that moved
        """
        counts = self._form_begin("draft", "refused")
        for count in counts:
            count.engineer_id._aftersales_lock_location()
            count._check_not_moved()
            count.line_ids._check_explained()
        different = counts.filtered("difference_count")
        (counts - different)._book()
        if different:
            different.write({"state": "signing"})
            different._approval_submit()

    def action_cancel(self):
        """Give the count up; nothing was booked."""
        counts = self._form_begin("draft", "signing", "refused")
        counts.signature_ids.filtered(lambda s: s.state != "approved")._cancel()
        counts.write({"state": "cancelled"})

    def action_view_moves(self):
        """Open the stock moves of the differences."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Differences Booked"),
            "res_model": "stock.move.line",
            "view_mode": "list,form",
            "domain": [
                ("move_id.is_inventory", "=", True),
                ("move_id.inventory_name", "=like", self.name + ": %"),
                ("company_id", "=", self.company_id.id),
            ],
            "context": {"create": False},
        }

    # --------------------------------------------------------------- booking

    def _book(self):
        """Adjust the stock by the differences; called with sudo.

        Done as the system user, like all transfers a document answers for: who
        signs needs no stock rights.
        """
        different = self.filtered("difference_count")
        different.company_id._aftersales_check_books_open()
        for count in self:
            count.engineer_id._aftersales_lock_location()
            count._check_not_moved()
            count.line_ids.filtered("difference")._adjust()
        self.write({"state": "done", "booked_at": fields.Datetime.now()})

    def _get_system(self):
        """The count as the system user sees it, in its company."""
        self.ensure_one()
        return self.with_user(SUPERUSER_ID).with_company(self.company_id)
