from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesReceiptMixin(models.AbstractModel):
    """The number of the paper receipt, taken from the collector's receipt book.

    A company that does not use receipt books writes any number; where an engineer
    has a book nevertheless, its register is kept.
    """

    _name = "aftersales.receipt.mixin"
    _description = "Receipt of a Collection"

    receipt_no = fields.Char(
        "Receipt Number",
        required=True,
        compute="_compute_receipt_no",
        store=True,
        readonly=False,
        precompute=True,
        help="Number of the paper receipt (收据).",
    )
    receipt_number_id = fields.Many2one(
        "aftersales.receipt.number",
        "Page of the Receipt Book",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    skip_reason = fields.Char(
        "Reason for Skipped Receipts",
        copy=False,
        help="Blank receipts before this one are voided with this reason.",
    )
    skipped_numbers = fields.Char("Skipped Receipts", compute="_compute_skipped")

    @api.depends("collector_id")
    def _compute_receipt_no(self):
        """Propose the next receipt; what was saved stays."""
        for collection in self:
            if collection._origin.id and collection.receipt_no:
                continue
            following = self._receipt_get_next(collection.collector_id)
            collection.receipt_no = following.name or collection.receipt_no

    @api.depends("receipt_no", "collector_id")
    def _compute_skipped(self):
        for collection in self:
            skipped = self.env["aftersales.receipt.number"]
            if collection.receipt_number_id.name != collection.receipt_no:
                page = collection._receipt_find()
                skipped = page._get_skipped() if page.state == "blank" else skipped
            collection.skipped_numbers = ", ".join(skipped.mapped("name"))

    @api.model
    def _receipt_get_next(self, engineer):
        """The first blank page of the oldest open book of ``engineer``."""
        if not engineer:
            return self.env["aftersales.receipt.number"]
        return (
            self.env["aftersales.receipt.number"]
            .sudo()
            .search(
                [
                    ("book_id.engineer_id", "in", engineer._origin.ids or engineer.ids),
                    ("book_id.state", "=", "in_use"),
                    ("state", "=", "blank"),
                ],
                order="book_id.id, number",
                limit=1,
            )
        )

    def _receipt_find(self):
        """The page with the number of this receipt, empty when no book has it."""
        self.ensure_one()
        return (
            self.env["aftersales.receipt.number"]
            .sudo()
            .search(
                [
                    ("company_id", "=", self.company_id.id),
                    ("name", "=", self.receipt_no),
                ],
                limit=1,
            )
        )

    def _receipt_take(self):
        """Enter the receipts into the register of their book; called with sudo.

        :raises UserError: when the number is not the next one of an open book of
            the collector, where the company uses receipt books
        """
        for collection in self:
            page = collection._receipt_find()
            required = collection.company_id.aftersales_receipt_book_required
            if page == collection.receipt_number_id and page:
                continue
            collection._receipt_release()
            if required or (page and page.engineer_id == collection.collector_id):
                collection._receipt_check(page)
                skipped = page._get_skipped()
                if skipped:
                    collection._receipt_void_skipped(skipped)
                page.write({"state": "used", "collection_id": collection.id})
                collection.receipt_number_id = page
                page.book_id._update_full()

    def _receipt_check(self, page):
        self.ensure_one()
        engineer = self.collector_id
        values = {"number": self.receipt_no, "engineer": engineer.name}
        following = self._receipt_get_next(engineer)
        if not following and not (page and page.engineer_id == engineer):
            raise UserError(
                self.env._("%(engineer)s has no open receipt book.", **values)
            )
        if not page or page.engineer_id != engineer:
            raise UserError(
                self.env._(
                    "Receipt %(number)s is not in the receipt book of %(engineer)s;"
                    " the next one is %(next)s.",
                    next=following.name,
                    **values,
                )
            )
        if page.state != "blank" or page.book_id.state != "in_use":
            label = page._fields["state"].convert_to_export(page.state, page)
            raise UserError(
                self.env._(
                    "Receipt %(number)s cannot be used any more: %(state)s.",
                    state=label,
                    **values,
                )
            )

    def _receipt_void_skipped(self, skipped):
        self.ensure_one()
        if not self.skip_reason:
            raise UserError(
                self.env._(
                    "Receipts %(numbers)s are skipped. Void them with a reason first,"
                    " or enter the reason here.",
                    numbers=", ".join(skipped.mapped("name")),
                )
            )
        skipped._void(self.skip_reason)

    def _receipt_release(self):
        """The number was mistyped: its page is blank again; called with sudo."""
        page = self.receipt_number_id
        if page:
            page.write({"state": "blank", "collection_id": False})
            self.receipt_number_id = False
            page.book_id._update_full()

    def _receipt_void(self, reason):
        """The receipt was cancelled: its page is void; called with sudo."""
        self.receipt_number_id._void(reason)
