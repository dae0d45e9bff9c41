from odoo.exceptions import UserError

from .billing.common_posting import PostingCommon
from .workshop.common_repair import RepairCommon

METHODS = ("fifo", "average", "standard")


class WalkCommon(PostingCommon, RepairCommon):
    """A small world in which parts and money may go any way, and the steps they take.

    Two engineers, a part of each costing method with accounts of its own, visits with
    parts in the bag and more waiting in the warehouse, a settlement to invoice, an
    invoice to pay, a machine in factory repair. A step takes two numbers, of which it
    chooses what to act on; it tells whether there was something to do.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The chatter is looked at elsewhere.
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True))
        self = cls()
        cls.parts = cls.env["product.product"]
        cls.stock_accounts, cls.cost_accounts = {}, {}
        for method in METHODS:
            cls.parts |= self._stock_part(method)
        cls.visits = self._start_visit(cls.engineer, cls.engineer_user)
        cls.visits |= self._start_visit(cls.other_engineer, cls.other_engineer_user)
        cls.sheet = self._start_repair()
        ended = [self._end_visit() for _time in range(3)]
        cls.visits = cls.visits.union(*ended)
        to_bill, billed = (self._order(visit) for visit in ended[:2])
        self._invoice(billed)
        cls.env.flush_all()
        cls.start = {
            account: self._get_balance(account)
            for account in (
                cls.company.aftersales_custody_account_id,
                cls.company.aftersales_cash_journal_id.default_account_id,
                self.expense_account,
            )
        }
        for order in (to_bill, billed):
            self._collect(order, 50)

    # ----------------------------------------------------------------- the world

    def _stock_part(self, method):
        """24 pieces, half of them dearer, on the account of the part."""
        self.stock_account = self._create_account(
            f"Stock {method}", "118000", "asset_current"
        )
        cost = self._create_account(f"Cost {method}", "508000", "expense_direct_cost")
        self.purchase_account = self._create_account("Bought", "607000")
        category = self.env["product.category"].create(
            {
                "name": method,
                "property_valuation": "real_time",
                "property_cost_method": method,
                "property_stock_valuation_account_id": self.stock_account.id,
                "property_account_expense_categ_id": cost.id,
            }
        )
        part = self._new_part(f"Part {method}", categ_id=category.id)
        self._receive(part, 12)
        dearer = self._receive(part, 12).move_ids
        if method != "standard":
            dearer.value_manual = 720.0
        self._book_purchase(part.total_value)
        self.stock_accounts[part] = self.stock_account
        self.cost_accounts[part] = cost
        return part

    def _start_visit(self, engineer, user, quantity=2):
        """At the customer's, parts in the bag, as many waiting in the warehouse."""
        dispatch = self._issue_dispatch(engineer_id=engineer.id)
        for issued in (True, False):
            requisition = self._create_requisition(
                dispatch, [(part, quantity) for part in self.parts], user
            )
            requisition.action_submit()
            self._sign(requisition, *self.REQUISITION_ROLES)
            if issued:
                self._validate(requisition.sudo().picking_ids)
        mine = dispatch.with_user(user)
        mine.action_contacted()
        mine.action_departed()
        mine.action_arrived()
        return dispatch.with_env(self.env)

    def _end_visit(self):
        """Finished: a charged piece of each part, one more still in the bag."""
        dispatch = self._start_visit(self.engineer, self.engineer_user)
        for part in self.parts:
            self._use(dispatch, part, charge="charged", charge_reason="Misuse")
        dispatch.with_user(self.engineer_user).action_finished()
        return dispatch

    def _order(self, visit):
        order = self._settle(visit.request_id).with_env(self.env).sudo()
        order.action_confirm()
        return order

    def _start_repair(self):
        """A machine on the bench, a free and a charged part agreed and in the bag."""
        fifo, average, standard = self.parts
        self._stock_bag((fifo, 2, None), (average, 2, None), (standard, 1, None))
        sheet = self._quote([(fifo, 1, True), (average, 2, False)])
        return self._begin_work(sheet)

    def _collect(self, order, amount):
        count = len(self._get_collections())
        user = order.aftersales_request_id.dispatch_ids[:1].engineer_id.user_id
        self.env["aftersales.collection"].with_user(user).create(
            {
                "sale_order_id": order.id,
                "amount": amount,
                "receipt_no": f"W-{count + 1}",
            }
        )

    # --------------------------------------------------------------- choosing

    @staticmethod
    def _pick(records, number):
        """One of ``records``, or none where there is none."""
        records = records.sorted("id")
        return records[number % len(records)] if records else records

    def _get_requisitions(self):
        return self.visits.requisition_ids.sudo()

    def _get_orders(self):
        return (
            self.visits.request_id | self.sheet.sudo().request_id
        ).sudo().sale_order_ids | self.sheet.sudo().sale_order_id

    def _get_invoices(self, move_type="out_invoice"):
        return self._get_orders().invoice_ids.filtered(
            lambda m: m.state == "posted" and m.move_type == move_type
        )

    def _get_collections(self):
        return self.env["aftersales.collection"].search(
            [("sale_order_id", "in", self._get_orders().ids)]
        )

    # -------------------------------------------------------------- the steps

    def _step(self, step):
        """Take one step; what is refused leaves nothing behind.

        :return: ``done``, ``nothing`` where there was nothing to do, or the refusal
        """
        name, which, much = step
        try:
            with self.env.cr.savepoint():
                did = getattr(self, f"_step_{name}")(which, much)
        except UserError as error:
            self.env.invalidate_all()
            return f"refused: {error}"
        return "done" if did else "nothing"

    def _step_issue(self, which, much):
        """The storekeeper issues, or takes back; all of it or less."""
        pickings = self._get_requisitions().picking_ids
        picking = self._pick(
            pickings.filtered(lambda p: p.state in ("assigned", "confirmed")), which
        )
        if not picking:
            return False
        quantities = {
            move.product_id: max(0, move.product_uom_qty - (much + index) % 3)
            for index, move in enumerate(picking.move_ids)
        }
        if not any(quantities.values()):
            return False
        self._validate(picking, quantities, backorder=much % 2 == 0)
        return True

    def _step_withdraw(self, which, _much):
        open_ones = self._get_requisitions().filtered(lambda r: r.state == "approved")
        requisition = self._pick(open_ones, which)
        if requisition:
            requisition.with_user(requisition.drawer_id.user_id).action_withdraw()
        return bool(requisition)

    def _step_bring_back(self, which, _much):
        issued = self._get_requisitions().filtered(
            lambda r: r.state in ("partial", "issued")
        )
        requisition = self._pick(issued, which)
        if requisition:
            requisition.with_user(requisition.drawer_id.user_id).action_return_unused()
        return bool(requisition)

    def _step_use(self, which, much):
        """A part is entered on a visit; some with more than there is."""
        visit = self._pick(self.visits.filtered(lambda v: v.state == "arrived"), which)
        if not visit:
            return False
        self.env["aftersales.part.use"].with_user(visit.engineer_id.user_id).create(
            {
                "dispatch_id": visit.id,
                "product_id": self.parts[much % 3].id,
                "quantity": 1 + much % 4,
                "charge": "free" if which % 2 else "charged",
                "charge_reason": "Walk",
            }
        )
        return True

    def _step_finish(self, which, _much):
        visit = self._pick(self.visits.filtered(lambda v: v.state == "arrived"), which)
        if visit:
            visit.with_user(visit.engineer_id.user_id).action_finished()
        return bool(visit)

    def _step_repair(self, _which, _much):
        if self.sheet.state != "repair":
            return False
        self._test(self.sheet)
        return True

    def _step_settle(self, which, _much):
        visit = self._pick(
            self.visits.filtered(
                lambda v: (
                    v.state == "finished"
                    and any(use._is_to_bill() for use in v.part_use_ids.sudo())
                )
            ),
            which,
        )
        if visit:
            self._order(visit)
        return bool(visit)

    def _step_invoice(self, which, much):
        """All that is to be billed, or one piece less of the first line."""
        order = self._pick(
            self._get_orders().filtered(lambda o: o.invoice_status == "to invoice"),
            which,
        )
        if not order:
            return False
        invoice = order._create_invoices()
        line = invoice.invoice_line_ids.filtered(lambda li: li.quantity > 1)[:1]
        if much % 3 == 0 and line:
            line.quantity -= 1
        invoice.action_post()
        return True

    def _step_refund(self, which, _much):
        invoice = self._pick(
            self._get_invoices().filtered(lambda m: not m.reversal_move_ids), which
        )
        if not invoice:
            return False
        self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({"journal_id": invoice.journal_id.id}).refund_moves()
        invoice.reversal_move_ids.action_post()
        return True

    def _step_pay(self, which, much):
        invoice = self._pick(
            self._get_invoices().filtered(lambda m: m.amount_residual > 0), which
        )
        if not invoice:
            return False
        amount = invoice.amount_residual
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({"amount": amount / 2 if much % 2 else amount})._create_payments()
        return True

    def _step_collect(self, which, much):
        order = self._pick(
            self._get_orders().filtered(lambda o: o.state == "sale"), which
        )
        if not order.aftersales_request_id.dispatch_ids:
            return False
        self._collect(order, (50, 100, 300)[much % 3])
        return True

    def _step_void(self, which, _much):
        receipt = self._pick(
            self._get_collections().filtered(lambda c: c.state == "collected"), which
        )
        if receipt:
            receipt._cancel("Written twice")
        return bool(receipt)

    def _step_hand_over(self, which, much):
        """One receipt, or all of an engineer with a yuan missing."""
        receipt = self._pick(
            self._get_collections().filtered(lambda c: c.state == "collected"), which
        )
        if not receipt:
            return False
        if much % 2:
            receipt.with_user(self.finance).action_hand_over()
            return True
        sheet = (
            self.env["aftersales.cash.handover"]
            .with_user(self.finance)
            .create({"engineer_id": receipt.collector_id.id})
        )
        sheet.counted_amount = sheet.expected_amount - much % 3
        sheet.difference_reason = "Counted twice"
        sheet.action_confirm()
        return True
