from odoo.tests import Form, tagged

from .common import CollectionCommon


@tagged("post_install", "-at_install")
class TestHandoverSurplus(CollectionCommon):
    """What stays on the engineer's account makes up for what stayed there the other
    way before: the account shows what he owes, and no pair of open lines."""

    def _confirm(self, amount, counted, receipt, **vals):
        """A sheet of one receipt, with its difference on the engineer's account."""
        self._collect(amount, receipt)
        sheet = self._sheet(counted, difference_reason="Counted twice", **vals)
        sheet.action_confirm()
        sheet.invalidate_recordset()
        self.assertTies()
        return sheet

    def _get_open_lines(self):
        return self.env["account.move.line"].search(
            [
                ("account_id", "=", self.company.aftersales_custody_account_id.id),
                ("partner_id", "=", self.engineer.work_contact_id.id),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
            ]
        )

    def _get_listed(self):
        """What the list of cash with engineers shows."""
        self.env.flush_all()
        rows = self.env["aftersales.cash.open"].search(
            [("engineer_id", "=", self.engineer.id)]
        )
        return sum(rows.mapped("amount"))

    def test_surplus_makes_up_for_a_shortage(self):
        first = self._confirm(100, 105, "R-1")
        self.assertEqual(first.surplus_amount, 5)
        self.assertEqual(first.owed_amount, 0)
        self.assertEqual(self._get_custody(self.engineer), -5)
        self.assertEqual(self._get_listed(), -5)
        second = self._confirm(100, 95, "R-2")
        self.assertEqual(self._get_custody(self.engineer), 0)
        self.assertFalse(self._get_open_lines(), "matched with each other")
        self.assertEqual((second.surplus_amount, second.owed_amount), (0, 0))
        self.assertEqual(self._get_listed(), 0)

    def test_shortage_is_made_up_for_by_a_surplus(self):
        self._confirm(100, 95, "R-1")
        second = self._confirm(100, 105, "R-2")
        self.assertFalse(self._get_open_lines())
        self.assertEqual(second.owed_amount, 0)

    def test_larger_shortage(self):
        """The rest is what he owes, and what the next sheet asks for."""
        self._confirm(100, 105, "R-1")
        second = self._confirm(100, 88, "R-2")
        self.assertEqual((second.surplus_amount, second.owed_amount), (0, 7))
        self.assertEqual(self._get_open_lines().amount_residual, 7)
        third = self._sheet(debt_amount=7, counted=7)
        third.action_confirm()
        self.assertFalse(self._get_open_lines())
        self.assertTies()

    def test_smaller_shortage(self):
        self._confirm(100, 110, "R-1")
        second = self._confirm(100, 97, "R-2")
        self.assertEqual((second.surplus_amount, second.owed_amount), (7, 0))
        self.assertEqual(sum(self._get_open_lines().mapped("amount_residual")), -7)

    def test_several_sheets(self):
        for number, counted in enumerate((53, 52, 46, 49), 1):
            self._confirm(50, counted, f"R-{number}")
        self.assertEqual(self._get_custody(self.engineer), 0)
        self.assertFalse(self._get_open_lines())

    def test_earlier_shortage_paid_and_too_much(self):
        """The debt that is paid is closed first; the rest stays a surplus."""
        self._confirm(100, 95, "R-1")
        second = self._confirm(100, 108, "R-2", debt_amount=5)
        self.assertEqual(second.difference, 3)
        self.assertEqual((second.surplus_amount, second.owed_amount), (3, 0))

    def test_booked_differences_leave_the_account_alone(self):
        """A shortage that the company bears is none of his surplus."""
        journal = self.company.aftersales_cash_journal_id
        account = self.env["account.account"].create(
            {"name": "Cash Loss", "code": "CASHLOSS", "account_type": "expense"}
        )
        journal.loss_account_id = account
        self._confirm(100, 105, "R-1")
        self._collect(100, "R-2")
        sheet = self._sheet(
            95, difference_reason="Forged note", difference_way="account"
        )
        sheet.action_submit()
        self._sign(sheet, *self._get_roles(sheet))
        sheet.action_confirm()
        self.assertEqual(self._get_custody(self.engineer), -5)
        self.assertEqual(self._get_balance(account), 5)

    def _get_roles(self, sheet):
        return sheet.sudo().signature_ids.role_id.mapped("code")

    def test_of_a_colleague(self):
        self._confirm(100, 105, "R-1")
        self._collect(100, "R-2", self.finance, collector_id=self.other_engineer.id)
        sheet = self._sheet(
            95, engineer_id=self.other_engineer.id, difference_reason="Lost"
        )
        self.assertEqual(sheet.surplus_amount, 0)
        sheet.action_confirm()
        self.assertEqual(self._get_custody(self.engineer), -5)
        self.assertEqual(self._get_custody(self.other_engineer), 5)

    def test_shown_on_the_form(self):
        self._confirm(100, 105, "R-1")
        with Form(
            self.env["aftersales.cash.handover"].with_user(self.engineer_user)
        ) as form:
            self.assertEqual(form.surplus_amount, 5)
            self.assertEqual(form.owed_amount, 0)
