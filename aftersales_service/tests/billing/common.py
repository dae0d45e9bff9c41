from ..bridge.common import SettlementCommon


class CollectionCommon(SettlementCommon):
    """A confirmed settlement of 300 that the customer pays in cash."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        self = cls()
        # In warranty, so the three charged seals are all there is to pay.
        visit = self._finish_visit(
            [(cls.seal, 3, None)], request=self._create_request()
        )
        cls.request = visit.request_id
        cls.order = self._settle(cls.request).with_env(cls.env)
        cls.order.action_confirm()

    def _collect(self, amount=300.0, receipt="R-1", user=None, **vals):
        """Cash of the settlement; without ``receipt`` the next one of the book."""
        if receipt:
            vals["receipt_no"] = receipt
        return (
            self.env["aftersales.collection"]
            .with_user(user or self.engineer_user)
            .create(
                {
                    "sale_order_id": self.order.id,
                    "amount": amount,
                    **vals,
                }
            )
        )

    def _hand_over(self, collection):
        collection.with_user(self.finance).action_hand_over()
        collection.invalidate_recordset()

    def _cancel(self, collection, reason="Written twice"):
        """The receipt is cancelled in the dialog, by whoever sees ``collection``."""
        action = collection.action_cancel()
        self.env[action["res_model"]].with_user(collection.env.user).with_context(
            **action["context"]
        ).create({"reason": reason}).action_void()
        collection.invalidate_recordset()

    def _sheet(self, counted=None, user=None, **vals):
        """A handover sheet with all that the engineer holds."""
        sheet = (
            self.env["aftersales.cash.handover"]
            .with_user(user or self.finance)
            .create({"engineer_id": self.engineer.id, **vals})
        )
        sheet.counted_amount = sheet.expected_amount if counted is None else counted
        return sheet

    def _pay_by_transfer(self, invoice, amount):
        bank = self.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", self.company.id)], limit=1
        )
        return (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"amount": amount, "journal_id": bank.id})
            ._create_payments()
        )

    def _get_custody(self, engineer=None):
        """Balance of the cash with engineers, or with one of them."""
        domain = [
            ("account_id", "=", self.company.aftersales_custody_account_id.id),
            ("parent_state", "=", "posted"),
        ]
        if engineer:
            domain.append(("partner_id", "=", engineer.work_contact_id.id))
        lines = self.env["account.move.line"].search(domain)
        return round(sum(lines.mapped("balance")), 2)

    def _get_cash(self):
        """What the till holds."""
        journal = self.company.aftersales_cash_journal_id
        return self._get_balance(journal.default_account_id)

    def _get_receivable_balance(self):
        return self._get_balance(self.customer.property_account_receivable_id)

    def assertTies(self, engineer=None):
        """The identity: books = receipts - handovers + shortages on the account."""
        engineer = engineer or self.engineer
        self.env.flush_all()
        rows = self.env["aftersales.cash.balance"].search(
            [("partner_id", "=", engineer.work_contact_id.id)]
        )
        for row in rows:
            self.assertEqual(row.difference, 0, row.read())
        receipts = self.env["aftersales.collection"].search(
            [("collector_id", "=", engineer.id), ("state", "=", "collected")]
        )
        sheets = self.env["aftersales.cash.handover"].search(
            [("engineer_id", "=", engineer.id), ("state", "=", "done")]
        )
        kept = sheets.filtered(lambda s: s.difference_way == "engineer")
        expected = (
            sum(receipts.mapped("amount"))
            - sum(kept.mapped("difference"))
            - sum(sheets.mapped("debt_amount"))
        )
        if (receipts.currency_id | sheets.currency_id) <= self.company.currency_id:
            self.assertEqual(self._get_custody(engineer), round(expected, 2))
