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
        return (
            self.env["aftersales.collection"]
            .with_user(user or self.engineer_user)
            .create(
                {
                    "sale_order_id": self.order.id,
                    "amount": amount,
                    "receipt_no": receipt,
                    **vals,
                }
            )
        )

    def _hand_over(self, collection):
        collection.with_user(self.finance).action_hand_over()
        collection.invalidate_recordset()

    def _get_cash(self):
        """What the cash journal holds on its own and outstanding accounts."""
        payments = self.env["account.payment"].search(
            [("journal_id", "=", self.company.aftersales_cash_journal_id.id)]
        )
        return sum(payments.move_id.line_ids.filtered("debit").mapped("balance"))
