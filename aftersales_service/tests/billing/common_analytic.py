from datetime import timedelta

from ..bridge.common import SettlementCommon


class AnalyticCommon(SettlementCommon):
    """A case whose money is looked at by analytic account and in the ledger."""

    def _get_plan_column(self, key):
        plan = self.env.ref(f"aftersales_service.analytic_plan_{key}")
        return plan._column_name()

    def _get_analytic_lines(self, request):
        """What is counted on the case."""
        account = request.sudo().analytic_account_id
        self.assertTrue(account)
        column = self._get_plan_column("case")
        return self.env["account.analytic.line"].search([(column, "=", account.id)])

    def _get_ledger_lines(self, request):
        """The posted journal items that carry the account of the case."""
        account = request.sudo().analytic_account_id
        return self.env["account.move.line"].search(
            [
                ("analytic_distribution", "in", account.ids),
                ("parent_state", "=", "posted"),
            ]
        )

    def _play_case(self, free=2, charged=3, hours=2, request=None, part=None):
        """A whole case: parts free and charged, labour and travel, invoiced.

        :return: the request, its order and its invoice
        """
        part = part or self.seal
        request = request or self._create_request(warranty_state="out")
        dispatch = self._issue_dispatch(request)
        self._issue_parts(dispatch, [(part, free + charged)])
        mine = self._go_to_customer(dispatch)
        if free:
            self._use(dispatch, part, free, charge="free", charge_reason="Goodwill")
        if charged:
            self._use(
                dispatch, part, charged, charge="charged", charge_reason="As agreed"
            )
        self._stay(dispatch, hours)
        mine.action_finished()
        order = self._settle(request).with_env(self.env)
        order.action_confirm()
        return request.sudo(), order, self._invoice(order)

    def _stay(self, dispatch, hours):
        dispatch.sudo().arrived_at -= timedelta(hours=hours)
        dispatch.sudo().departed_at = dispatch.arrived_at
