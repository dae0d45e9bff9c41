from odoo.tests import HttpCase, new_test_user, tagged

from .billing.common import CollectionCommon


@tagged("post_install", "-at_install")
class TestCashTours(CollectionCommon, HttpCase):
    """Service money in the real browser: settlement, receipt, handover, books."""

    def _tour(self, url, name, user):
        self.env.flush_all()
        self.start_tour(url, f"aftersales_cash_{name}", login=user.login)
        self.env.invalidate_all()

    def test_from_the_settlement_to_the_books(self):
        self.company.aftersales_receipt_book_required = True
        book = self.env["aftersales.receipt.book"].create(
            {
                "prefix": "SJ-",
                "first_number": 101,
                "last_number": 110,
                "engineer_id": self.engineer.id,
            }
        )
        invoice = self._invoice(self.order)
        self._tour(
            f"/odoo/aftersales-settlements/{self.order.id}",
            "collect",
            self.engineer_user,
        )
        collection = self.order.aftersales_collection_ids
        self.assertEqual(collection.state, "collected")
        self.assertEqual(invoice.payment_state, "paid")
        self.assertEqual(book.next_number, "SJ-000102")
        self.assertEqual(self._get_custody(self.engineer), 300)
        accountant = new_test_user(
            self.env,
            login="as_accountant",
            lang="en_US",
            groups="account.group_account_invoice",
        )
        self._tour("/odoo/aftersales-money", "accountant", accountant)
        self._tour("/odoo/aftersales-handovers/new", "hand_over", self.finance)
        self.assertEqual(collection.state, "reconciled")
        sheet = collection.handover_id
        self.assertEqual(sheet.cashier_id, self.finance)
        action = sheet.with_user(self.finance).action_view_entry()
        self.assertEqual(action["res_id"], sheet.move_id.id)
        self.assertEqual(self._get_custody(self.engineer), 0)
        self.assertTies()
