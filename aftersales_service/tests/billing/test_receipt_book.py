from psycopg2.errors import CheckViolation, UniqueViolation

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import CollectionCommon


@tagged("post_install", "-at_install")
class TestReceiptBook(CollectionCommon):
    """Numbers of receipts: next, skipped, void, missing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.aftersales_receipt_book_required = True

    def _book(self, first=101, last=105, engineer=None, **vals):
        return (
            self.env["aftersales.receipt.book"]
            .with_user(self.finance)
            .create(
                {
                    "prefix": "SJ-",
                    "first_number": first,
                    "last_number": last,
                    "engineer_id": (engineer or self.engineer).id,
                    **vals,
                }
            )
        )

    def _states(self, book):
        book.invalidate_recordset()
        return {number.name[-3:]: number.state for number in book.sudo().number_ids}

    # ------------------------------------------------------------------ book

    def test_register_of_a_new_book(self):
        book = self._book()
        self.assertEqual(book.range_text, "SJ-000101 – SJ-000105")
        self.assertEqual(book.next_number, "SJ-000101")
        self.assertEqual(book.blank_count, 5)
        self.assertEqual(book.issued_by_id, self.finance)
        self.assertEqual(set(self._states(book).values()), {"blank"})

    def test_numbers_are_unique(self):
        self._book()
        for first, last in ((105, 110), (90, 101), (102, 103), (1, 900)):
            with self.assertRefused("are in book", ValidationError):
                self._book(first, last)
        self._book(106, 110)
        self._book(101, 105, prefix="B")

    @mute_logger("odoo.sql_db")
    def test_impossible_ranges(self):
        for vals in ({"first": 9, "last": 8}, {"first": 0}, {"first": 1, "last": 2000}):
            with self.assertRaises(CheckViolation):
                self._book(**vals)
        with self.assertRaises(CheckViolation):
            self._book(digits=0)

    def test_numbers_are_fixed(self):
        book = self._book()
        for vals in ({"last_number": 900}, {"prefix": "X"}, {"digits": 2}):
            with self.assertRefused("fixed once it is issued"):
                book.write(vals)
        with self.assertRefused("button", AccessError):
            book.state = "returned"

    def test_not_issued_in_the_future(self):
        with self.assertRefused("in the future", ValidationError):
            self._book(issued_on=fields.Date.add(fields.Date.today(), days=2))

    # ------------------------------------------------------------- collecting

    def test_next_number_is_proposed(self):
        book = self._book()
        with Form(
            self.env["aftersales.collection"].with_user(self.engineer_user)
        ) as form:
            self.assertEqual(form.receipt_no, "SJ-000101")
            form.sale_order_id = self.order
            form.amount = 100
        self.assertEqual(form.record.sudo().receipt_number_id, book.number_ids[0])
        self.assertEqual(self._states(book)["101"], "used")
        self.assertEqual(self._collect(10, None).receipt_no, "SJ-000102")

    def test_oldest_book_first(self):
        self._book(201, 202)
        self._book(101, 105)
        numbers = [self._collect(10, None).receipt_no for _i in range(3)]
        self.assertEqual(numbers, ["SJ-000201", "SJ-000202", "SJ-000101"])

    def test_full(self):
        book = self._book(101, 102)
        first = self._collect(10, None)
        second = self._collect(10, None)
        self.assertEqual(book.state, "full")
        with self.assertRefused("has no open receipt book"):
            self._collect(10, "SJ-000103")
        # The last one was mistyped: its page is blank again.
        self._book(111, 112)
        second.receipt_no = "SJ-000111"
        self.assertEqual(book.state, "in_use")
        self.assertEqual(self._states(book), {"101": "used", "102": "blank"})
        self.assertEqual(first.receipt_no, "SJ-000101")

    def test_no_book(self):
        with self.assertRefused("has no open receipt book"):
            self._collect(10)

    def test_number_outside_the_book(self):
        self._book()
        for number in ("R-1", "SJ-000106", "101", "sj-000101"):
            with self.assertRefused(
                f"{number} is not in the receipt book.*SJ-000101", UserError
            ):
                self._collect(10, number)

    def test_number_of_a_colleague(self):
        self._book(engineer=self.other_engineer)
        self._book(201, 205)
        with self.assertRefused("SJ-000101 is not in the receipt book of"):
            self._collect(10, "SJ-000101")

    def test_skipped_needs_a_reason(self):
        book = self._book()
        with self.assertRefused("SJ-000101, SJ-000102 are skipped"):
            self._collect(10, "SJ-000103")
        self.assertEqual(set(self._states(book).values()), {"blank"})
        collection = self._collect(10, "SJ-000103", skip_reason="Wet pages")
        self.assertEqual(
            self._states(book),
            {
                "101": "void",
                "102": "void",
                "103": "used",
                "104": "blank",
                "105": "blank",
            },
        )
        voided = book.sudo().number_ids[0]
        self.assertEqual(voided.reason, "Wet pages")
        self.assertEqual(voided.voided_by_id, self.engineer_user)
        self.assertEqual(collection.sudo().receipt_number_id.collection_id, collection)
        self.assertEqual((book.used_count, book.void_count), (1, 2))

    def test_skipped_is_shown_while_typing(self):
        self._book()
        with Form(
            self.env["aftersales.collection"].with_user(self.engineer_user)
        ) as form:
            form.sale_order_id = self.order
            form.amount = 10
            form.receipt_no = "SJ-000102"
            self.assertEqual(form.skipped_numbers, "SJ-000101")
            form.skip_reason = "Torn"

    def test_used_and_void_are_gone(self):
        book = self._book()
        first = self._collect(10, None)
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"):
            self._collect(10, "SJ-000101")
        self._cancel(first, "Written twice")
        self.assertEqual(self._states(book)["101"], "void")
        self.assertEqual(book.sudo().number_ids[0].reason, "Written twice")
        self.assertEqual(book.sudo().number_ids[0].collection_id, first)
        with self.assertRefused("cannot be used any more: Void"):
            self._collect(10, "SJ-000101")

    # ------------------------------------------------------------------ void

    def _void(self, numbers, user, reason="Spoiled"):
        action = numbers.with_user(user).action_void()
        self.env[action["res_model"]].with_user(user).with_context(
            **action["context"]
        ).create({"reason": reason}).action_void()

    def test_voided_by_its_holder(self):
        book = self._book()
        numbers = book.number_ids
        self._void(numbers[0], self.engineer_user)
        self._void(numbers[1], self.finance)
        self.assertEqual(book.next_number, "SJ-000103")
        with self.assertRefused("is not blank"):
            self._void(numbers[0], self.finance)
        with self.assertRaises(AccessError):
            self._void(numbers[2], self.other_engineer_user)
        with self.assertRaises(AccessError):
            self._void(numbers[2], self.dispatcher)
        with self.assertRaises(AccessError):
            numbers[2].with_user(self.manager).write({"state": "void"})

    # --------------------------------------------------------------- the end

    def test_returned(self):
        book = self._book()
        self._collect(10, None)
        with self.assertRaises(AccessError):
            book.with_user(self.engineer_user).action_return()
        book.action_return()
        self.assertEqual(book.state, "returned")
        self.assertEqual(book.closed_by_id, self.finance)
        self.assertEqual(self._states(book)["102"], "returned")
        with self.assertRefused("cannot be used any more: Returned Blank"):
            self._collect(10, "SJ-000102")
        with self.assertRefused("Returned.*needs"):
            book.action_return()

    def test_lost(self):
        book = self._book()
        self._collect(10, None)
        with self.assertRefused("how receipt book"):
            book.action_lost()
        book.lost_reason = "Stolen with the bag"
        book.action_lost()
        self.assertEqual((book.missing_count, book.used_count), (4, 1))
        self.assertEqual(self._states(book)["105"], "missing")
        self._void(book.number_ids[1], self.finance, "Found again, torn")
        self.assertEqual(book.missing_count, 3)

    def test_kept_as_a_record(self):
        book = self._book()
        self._collect(10, None)
        with self.assertRefused("kept as a record"):
            book.with_user(self.manager).unlink()
        self._book(201, 202).with_user(self.manager).unlink()

    # ------------------------------------------------------------ switched off

    def test_without_books(self):
        self.company.aftersales_receipt_book_required = False
        self.assertEqual(self._collect(10, "Any number").receipt_no, "Any number")
        book = self._book()
        self.assertEqual(self._collect(10, None).receipt_no, "SJ-000101")
        self.assertEqual(self._states(book)["101"], "used")
        self.assertFalse(self._collect(10, "R-77").sudo().receipt_number_id)

    def test_switched_on_later(self):
        """What was written before stays valid and can be handed over."""
        self.company.aftersales_receipt_book_required = False
        old = self._collect(10, "R-77")
        self.company.aftersales_receipt_book_required = True
        old.note = "From before"
        old.amount = 12
        self._hand_over(old)
        self.assertEqual(old.state, "handed_over")

    def test_another_engineer_sees_nothing(self):
        book = self._book()
        theirs = self.env["aftersales.receipt.number"].with_user(
            self.other_engineer_user
        )
        self.assertFalse(theirs.search([("book_id", "=", book.id)]))
        self.assertTrue(
            theirs.with_user(self.engineer_user).search([("book_id", "=", book.id)])
        )
        with self.assertRaises(AccessError):
            book.with_user(self.engineer_user).engineer_id = self.other_engineer
