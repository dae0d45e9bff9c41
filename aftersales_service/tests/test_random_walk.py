import os
from collections import Counter, defaultdict
from contextlib import nullcontext
from unittest.mock import patch

from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from hypothesis.internal.conjecture import providers

from odoo.tests import tagged

from .common_walk import WalkCommon

WALKS = int(os.environ.get("AFTERSALES_WALKS", "300"))
# Searching for the shortest failing walk takes minutes; only on request.
PHASES = [Phase.explicit, Phase.generate]
if os.environ.get("AFTERSALES_SHRINK"):
    PHASES.append(Phase.shrink)
# How often each step is tried; those of the workshop take longest.
WEIGHTS = {
    "issue": 3,
    "use": 4,
    "finish": 3,
    "bring_back": 2,
    "withdraw": 1,
    "settle": 2,
    "invoice": 3,
    "refund": 1,
    "pay": 1,
    "collect": 3,
    "void": 1,
    "hand_over": 2,
    "repair": 1,
}
# Two free parts of one visit: one entry holds both.
TWO_FREE = [("use", 3, 0), ("use", 3, 1), ("finish", 3, 0), ("invoice", 0, 6)]
NAMES = [name for name, weight in WEIGHTS.items() for _time in range(weight)]
STEPS = st.lists(
    st.tuples(st.sampled_from(NAMES), st.integers(0, 7), st.integers(0, 7)),
    min_size=2,
    max_size=5,
)


@tagged("post_install", "-at_install", "aftersales_walk")
class TestRandomWalk(WalkCommon):
    """Whatever people do in whatever order: the quantities tie, the stock is worth
    what the books say, the cash is where the registers say, and what was given away
    is booked once."""

    def test_walks(self):
        taken = Counter()

        @example(steps=TWO_FREE)
        @example(steps=[("withdraw", 0, 0)])
        @given(steps=STEPS)
        @settings(
            max_examples=WALKS,
            # The same walks in each run of CI, others at each run at the desk.
            derandomize=bool(os.environ.get("CI")),
            deadline=None,
            database=None,
            phases=PHASES,
            suppress_health_check=list(HealthCheck),
        )
        def walk(steps):
            with self.env.cr.savepoint() as point:
                log = [(step, self._step(step)) for step in steps]
                taken.update(step[0] for step, result in log if result == "done")
                self.env.flush_all()
                self.env.invalidate_all()
                problems = [*self._find_problems()]
                point.rollback()
            self.assertFalse(problems, self._tell(log, problems))

        self.assertFalse([*self._find_problems()], "before any step")
        with self._without_constants():
            walk()
        idle = [name for name in WEIGHTS if not taken[name]]
        self.assertFalse(idle, f"never taken in {WALKS} walks: {taken}")

    def _without_constants(self):
        """Hypothesis reads the sources of all of Odoo for numbers to try; for steps
        counted from 0 to 7 that takes seconds and finds nothing.
        """
        if not hasattr(providers, "_get_local_constants"):
            return nullcontext()
        none = providers.Constants()
        return patch.object(providers, "_get_local_constants", lambda: none)

    def _tell(self, log, problems):
        """What was done, and what does not hold after it, for a person to read."""
        rows = [
            f"  {name}({which}, {much}): {result}"
            for (name, which, much), result in log
        ]
        return "\n".join(["After", *rows, *problems])

    def _find_problems(self):
        """Each identity that does not hold, in words."""
        yield from self._check_custody()
        yield from self._check_held()
        yield from self._check_value()
        yield from self._check_free()
        yield from self._check_cash()
        yield from self._check_debt()

    @staticmethod
    def _differs(*figures):
        return max(figures) - min(figures) > 0.005

    # -------------------------------------------------------------- quantities

    def _check_custody(self):
        """The nightly check finds nothing, and no requisition line is off."""
        found = (
            self.env["aftersales.custody.difference"].sudo()._custody_find(self.company)
        )
        if found:
            yield f"The nightly check finds {found}"
        for line in self._get_requisitions().line_ids:
            if line.custody_difference:
                yield f"{line.product_id.name} of {line.requisition_id.name} is off"

    def _get_used_parts(self, charge):
        """``(engineer, part, move)`` of what was booked, on site and in the factory."""
        uses = self.visits.part_use_ids.sudo().filtered(lambda u: u.move_id)
        rows = [
            (use.engineer_id, use.product_id, use.move_id)
            for use in uses
            if use.charge == charge
        ]
        return rows + [
            (self.engineer, part.product_id, part.move_id)
            for part in self.sheet.sudo().part_ids
            if part.move_id.state == "done" and part.charge == charge
        ]

    def _check_held(self):
        """issued = used free + charged + returned + held, and held is in the bag."""
        kinds = {
            self.company._aftersales_get("issue_type"): 1,
            self.company._aftersales_get("unused_type"): -1,
        }
        expected = defaultdict(float)
        engineers = {
            engineer._aftersales_get_location(): engineer
            for engineer in (self.engineer, self.other_engineer)
        }
        for kind, sign in kinds.items():
            end = "location_dest_id" if sign > 0 else "location_id"
            for place, part, quantity in self.env["stock.move.line"]._read_group(
                [
                    ("product_id", "in", self.parts.ids),
                    ("state", "=", "done"),
                    ("picking_id.picking_type_id", "=", kind.id),
                ],
                [end, "product_id"],
                ["quantity:sum"],
            ):
                expected[engineers[place], part] += sign * quantity
        for charge in ("free", "charged"):
            for engineer, part, move in self._get_used_parts(charge):
                expected[engineer, part] -= move.quantity
        on_hand = defaultdict(float)
        places = self.env["stock.location"].union(*engineers)
        for place, part, quantity in self.env["stock.quant"]._read_group(
            [("product_id", "in", self.parts.ids), ("location_id", "in", places.ids)],
            ["location_id", "product_id"],
            ["quantity:sum"],
        ):
            on_hand[engineers[place], part] = quantity
        for engineer in engineers.values():
            for part in self.parts:
                held = on_hand[engineer, part]
                if self._differs(held, expected[engineer, part]):
                    yield (
                        f"{engineer.name} holds {held} {part.name},"
                        f" the documents say {expected[engineer, part]}"
                    )

    # ------------------------------------------------------------------- value

    def _check_value(self):
        """Stock account = value of the stock + what is delivered and not billed."""
        delivered = defaultdict(float)
        for _engineer, part, move in self._get_used_parts("charged"):
            delivered[part] += move.value
        for part in self.parts:
            ledger = self._get_balance(self.stock_accounts[part])
            billed = self._get_balance(self.cost_accounts[part])
            value = part.total_value
            if self._differs(ledger, value + delivered[part] - billed):
                yield (
                    f"{part.name}: {ledger} in the books, worth {value}, delivered"
                    f" {delivered[part]}, of which billed {billed}"
                )
        yield from self._check_billed()

    def _check_billed(self):
        """What a line has billed, less credit notes, is what its parts have cost."""
        cost = defaultdict(float)
        for entry in self._get_orders().invoice_ids.line_ids.filtered(
            lambda line: (line.display_type == "cogs" and line.parent_state == "posted")
        ):
            if entry.account_id in self.cost_accounts.values():
                cost[entry.cogs_origin_id.sale_line_ids] += entry.balance
        for line in self._get_orders().order_line.filtered(
            lambda line: line.product_id in self.parts
        ):
            moves = line.move_ids.filtered(lambda m: m.state == "done")
            quantity = sum(moves.mapped("quantity"))
            value = sum(moves.mapped("value"))
            invoiced = line.qty_invoiced
            if invoiced in (0, quantity) and self._differs(
                cost[line], value if invoiced else 0
            ):
                yield (
                    f"{line.name} of {line.order_id.name}: {invoiced} billed of"
                    f" {quantity}, cost {cost[line]} booked of {value}"
                )

    def _check_free(self):
        """Each free part booked once to after-sales expense, at what it was worth."""
        booked = 0.0
        worth = defaultdict(float)
        for _engineer, part, move in self._get_used_parts("free"):
            entry = move.account_move_id
            booked += move.value
            # The parts of one transfer share an entry.
            worth[entry] += move.value
            if len(entry) != 1 or entry.state != "posted":
                yield f"{part.name} given away: entries {entry.mapped('name')}"
        for entry, value in worth.items():
            costs = entry.line_ids.filtered(
                lambda line: line.account_id == self.expense_account
            )
            cost = sum(costs.mapped("balance"))
            if self._differs(cost, value):
                yield f"{entry.name}: parts worth {value} given away, booked at {cost}"
        expense = (
            self._get_balance(self.expense_account) - self.start[self.expense_account]
        )
        if self._differs(expense, booked):
            yield f"After-sales expense of {expense} for free parts worth {booked}"

    # ------------------------------------------------------------------- money

    def _check_cash(self):
        """Cash with engineers = receipts - handovers (+ shortages they owe)."""
        rows = self.env["aftersales.cash.balance"].search([])
        for row in rows.filtered(lambda row: row.difference):
            yield f"Cash of {row.partner_id.name} is off by {row.difference}"
        receipts = self._get_collections().filtered(lambda c: c.state == "collected")
        sheets = self.env["aftersales.cash.handover"].search([("state", "=", "done")])
        held = sum(receipts.mapped("amount")) - sum(sheets.mapped("difference"))
        account = self.company.aftersales_custody_account_id
        custody = self._get_balance(account) - self.start[account]
        if self._differs(custody, held):
            yield f"{custody} with engineers in the books, {held} in the registers"
        account = self.company.aftersales_cash_journal_id.default_account_id
        till = self._get_balance(account) - self.start[account]
        handed = sum(sheets.mapped("counted_amount"))
        if self._differs(till, handed):
            yield f"{till} came into the till, {handed} was counted"

    def _check_debt(self):
        """The customer owes what was invoiced, less credits, payments, receipts."""
        entries = self._get_invoices() | self._get_invoices("out_refund")
        account = self.customer.property_account_receivable_id
        payments = self.env["account.payment"].search(
            [
                ("partner_id", "=", self.customer.id),
                ("state", "in", ("in_process", "paid")),
            ]
        )
        owed = sum(entries.mapped("amount_total_signed")) - sum(
            payments.mapped("amount")
        )
        balance = self._get_balance(account)
        if self._differs(balance, owed):
            yield f"The customer owes {balance} in the books, {owed} by the documents"
