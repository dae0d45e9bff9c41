from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError

MOST_PAGES = 1000


class AftersalesReceiptBook(models.Model):
    """Receipt book (收据本): numbered blank receipts issued to an engineer.

    Every page is an ``aftersales.receipt.number``; the register of the book tells
    what became of each.
    """

    _name = "aftersales.receipt.book"
    _description = "Receipt Book"
    _inherit = ["aftersales.form.mixin"]
    _rec_names_search = ["name", "engineer_id", "prefix"]

    _form_sequence = ("aftersales.receipt.book", "SB")
    _form_protected = frozenset({"name", "state", "closed_on", "closed_by_id"})

    state = fields.Selection(
        [
            ("in_use", "In Use"),
            ("full", "Full"),
            ("returned", "Returned"),
            ("lost", "Lost"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="in_use",
        tracking=True,
    )
    prefix = fields.Char(help="What is printed before the number, such as SJ-.")
    digits = fields.Integer(
        default=6, required=True, help="Leading zeros fill up to these."
    )
    first_number = fields.Integer("From Number", required=True)
    last_number = fields.Integer("To Number", required=True)
    range_text = fields.Char("Numbers", compute="_compute_range_text")
    engineer_id = fields.Many2one(
        "hr.employee",
        "Issued To",
        required=True,
        index=True,
        check_company=True,
        tracking=True,
    )
    issued_on = fields.Date(required=True, default=fields.Date.context_today)
    issued_by_id = fields.Many2one(
        "res.users", required=True, readonly=True, default=lambda self: self.env.user
    )
    closed_on = fields.Date(readonly=True, copy=False)
    closed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    lost_reason = fields.Text("How It Was Lost", copy=False)
    number_ids = fields.One2many(
        "aftersales.receipt.number", "book_id", "Register", readonly=True
    )
    next_number = fields.Char("Next Receipt", compute="_compute_register")
    used_count = fields.Integer("Used", compute="_compute_register")
    void_count = fields.Integer("Void", compute="_compute_register")
    blank_count = fields.Integer("Blank", compute="_compute_register")
    missing_count = fields.Integer("Missing", compute="_compute_register")
    note = fields.Text("Remarks")

    _range_check = models.Constraint(
        f"CHECK (first_number > 0 AND last_number >= first_number"
        f" AND last_number - first_number < {MOST_PAGES})",
        "The last number of a receipt book must not be before the first one, and a"
        " book has at most 1000 receipts.",
    )
    _digits_check = models.Constraint(
        "CHECK (digits BETWEEN 1 AND 12)",
        "The number of a receipt has from 1 to 12 digits.",
    )

    # -------------------------------------------------------------- computes

    @api.depends("prefix", "digits", "first_number", "last_number")
    def _compute_range_text(self):
        for book in self:
            first = book._get_label(book.first_number)
            book.range_text = f"{first} – {book._get_label(book.last_number)}"

    @api.depends("number_ids.state")
    def _compute_register(self):
        counts = {
            (book.id, state): count
            for book, state, count in self.env["aftersales.receipt.number"]._read_group(
                [("book_id", "in", self.ids)], ["book_id", "state"], ["__count"]
            )
        }
        following = self._get_next_numbers()
        for book in self:
            key = book._origin.id
            book.used_count = counts.get((key, "used"), 0)
            book.void_count = counts.get((key, "void"), 0)
            book.blank_count = counts.get((key, "blank"), 0)
            book.missing_count = counts.get((key, "missing"), 0)
            book.next_number = following.get(key, "")

    def _get_next_numbers(self):
        """``{book id: first blank number}`` of the books that have one."""
        blanks = self.env["aftersales.receipt.number"].search_fetch(
            [("book_id", "in", self.ids), ("state", "=", "blank")],
            ["book_id", "name"],
            order="number desc",
        )
        return {blank.book_id.id: blank.name for blank in blanks}

    def _get_label(self, number):
        """``number`` as it is printed in this book."""
        self.ensure_one()
        return f"{self.prefix or ''}{number or 0:0{max(self.digits, 1)}d}"

    # ----------------------------------------------------------- constraints

    @api.constrains("first_number", "last_number", "prefix", "digits", "company_id")
    def _check_overlap(self):
        for book in self:
            twin = self.sudo().search(
                [
                    ("id", "!=", book.id),
                    ("company_id", "=", book.company_id.id),
                    ("prefix", "=", book.prefix or False),
                    ("first_number", "<=", book.last_number),
                    ("last_number", ">=", book.first_number),
                ],
                limit=1,
            )
            if twin:
                raise ValidationError(
                    self.env._(
                        "Receipts %(numbers)s are in book %(book)s already.",
                        numbers=twin.range_text,
                        book=twin.name,
                    )
                )

    @api.constrains("issued_on")
    def _check_issued_on(self):
        for book in self:
            if book.issued_on > book._form_day(False):
                raise ValidationError(
                    self.env._("A receipt book cannot be issued in the future.")
                )

    # ------------------------------------------------------------------ CRUD

    @api.model_create_multi
    def create(self, vals_list):
        books = super().create(vals_list)
        books.sudo()._make_numbers()
        return books

    def _make_numbers(self):
        for book in self:
            pages = range(book.first_number, book.last_number + 1)
            book.number_ids = [
                Command.create({"number": page, "name": book._get_label(page)})
                for page in pages
            ]

    def write(self, vals):
        if not self.env.su and vals.keys() & {
            "prefix",
            "digits",
            "first_number",
            "last_number",
            "company_id",
        }:
            raise UserError(
                self.env._("The numbers of a receipt book are fixed once it is issued.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        if self.number_ids.filtered(lambda number: number.state != "blank"):
            raise UserError(
                self.env._("A receipt book that was used is kept as a record.")
            )

    # --------------------------------------------------------------- buttons

    def action_return(self):
        """The engineer gives the book back; blank pages came back blank."""
        books = self._form_begin("in_use", "full")
        books._close("returned")
        books.number_ids.filtered(lambda n: n.state == "blank").state = "returned"

    def action_lost(self):
        """The book is lost; its blank pages are missing (作废声明)."""
        books = self._form_begin("in_use", "full")
        for book in books:
            if not book.lost_reason:
                raise UserError(
                    self.env._("Write down how receipt book %s was lost.", book.name)
                )
        books._close("lost")
        books.number_ids.filtered(lambda n: n.state == "blank").state = "missing"

    def _close(self, state):
        for book in self:
            book.write(
                {
                    "state": state,
                    "closed_on": book._form_day(False),
                    "closed_by_id": self.env.uid,
                }
            )

    def _update_full(self):
        """A book without a blank page is full; called with sudo."""
        for book in self:
            if book.state not in ("in_use", "full"):
                continue
            blank = any(number.state == "blank" for number in book.number_ids)
            state = "in_use" if blank else "full"
            if book.state != state:
                book.state = state

    def action_view_numbers(self):
        """Open the register of the book."""
        self.ensure_one()
        return {
            **self._form_action_view("number_ids"),
            "view_mode": "list",
            "views": [(False, "list")],
            "res_id": False,
            "domain": [("book_id", "=", self.id)],
        }
