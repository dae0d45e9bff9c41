from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..workshop.common_repair import RepairCommon
from .common_cost import CostCommon


@tagged("post_install", "-at_install")
class TestRepairCost(CostCommon, RepairCommon):
    """Hours of a factory repair on the cost sheet of its case (pain 7)."""

    def _repair(self, work=(), parts=(), **used):
        sheet = self._begin_work(self._quote(parts, work))
        for line in sheet.labour_ids:
            if line.name in used:
                line.write({"used_quantity": used[line.name], "unused_reason": "Quick"})
        self._test(sheet)
        return sheet

    def test_hours_at_the_cost_of_an_hour(self):
        sheet = self._repair([("Overhaul", 3, False), ("Adjust", 2, True)])
        costs = sheet.sudo().labour_ids.mapped("labour_cost")
        self.assertEqual(costs, [150, 100], "free or charged, it costs the same")
        rows = self._get_rows(sheet.request_id, kind="labour")
        self.assertEqual(sorted(rows.mapped("cost")), [100, 150])
        self.assertFalse(any(rows.mapped("is_posted")))
        self.assertEqual(set(rows.mapped("source")), {"labour"})
        self.assertEqual(rows.engineer_id, self.engineer)
        self.assertEqual(rows.factory_repair_id, sheet)
        self.assertEqual(rows[0].action_open_source()["res_id"], sheet.id)
        self.assertEqual(sheet.request_id.with_user(self.finance).cost_labour, 250)

    def test_nothing_before_the_work_is_done(self):
        sheet = self._begin_work(self._quote(work=[("Overhaul", 3, False)]))
        self.assertEqual(sheet.sudo().labour_ids.labour_cost, 0)
        self.assertFalse(self._get_rows(sheet.request_id))

    def test_hours_really_worked(self):
        sheet = self._repair([("Overhaul", 3, False)], Overhaul=1.5)
        self.assertEqual(sheet.sudo().labour_ids.labour_cost, 75)

    def test_declined_work_costs_nothing(self):
        sheet = self._quote(work=[("Overhaul", 3, False), ("Paint", 4, False)])
        sheet.labour_ids.filtered(lambda li: li.name == "Paint").action_decline()
        self._begin_work(sheet, "partly")
        self._test(sheet)
        self.assertEqual(self._get_kinds(sheet.request_id), {"labour": -150})

    def test_own_rate_of_who_did_it(self):
        self.other_engineer.aftersales_hour_cost = 80
        sheet = self._begin_work(
            self._quote(work=[("Overhaul", 3, False), ("Paint", 1, False)])
        )
        paint = sheet.labour_ids.filtered(lambda li: li.name == "Paint")
        paint.technician_id = self.other_engineer
        self._test(sheet)
        rows = self._get_rows(sheet.request_id, kind="labour")
        costs = {row.engineer_id: row.cost for row in rows}
        self.assertEqual(costs, {self.engineer: 150, self.other_engineer: 80})

    def test_frozen_when_the_repair_ended(self):
        sheet = self._repair([("Overhaul", 3, False)])
        self.env.flush_all()
        self.engineer.aftersales_hour_cost = 500
        self.company.aftersales_hour_cost = 500
        sheet.sudo().labour_ids.invalidate_recordset()
        self.assertEqual(sheet.sudo().labour_ids.labour_cost, 150)

    def test_a_piece_is_no_hour(self):
        """A diagnosis at a fixed price, or outside work, is not paid by the hour."""
        sheet = self._receive_machine()
        self._propose(sheet, work=[("Overhaul", 1, False)])
        self._diagnose(sheet)
        labour = self.env["aftersales.repair.labour"].with_user(self.advisor)
        for kind, vals in (
            ("diagnosis", {}),
            ("outside", {"cost": 60, "vendor_id": self.customer.id}),
        ):
            labour.create(
                {
                    "factory_repair_id": sheet.id,
                    "kind": kind,
                    "name": kind,
                    "charge": "charged",
                    "charge_reason": "As agreed",
                    "price_unit": 1000,
                    **vals,
                }
            )
        sheet.action_quote()
        self._begin_work(sheet)
        self._test(sheet)
        self.assertEqual(
            self._get_kinds(sheet.request_id), {"labour": -50, "outside": -60}
        )
        rows = self._get_rows(sheet.request_id)
        self.assertEqual(len(rows), len(set(rows.ids)), "every row has its own id")

    def test_in_days(self):
        """Work sold by the day counts its hours."""
        day = self.env["product.product"].create(
            {
                "name": "Workshop Day",
                "type": "service",
                "uom_id": self.env.ref("uom.product_uom_day").id,
                "taxes_id": False,
            }
        )
        sheet = self._receive_machine()
        order = self._propose(sheet)
        order.line_ids = [
            Command.create(
                {
                    "kind": "work",
                    "product_id": day.id,
                    "quantity": 2,
                    "charge_reason": "As agreed",
                }
            )
        ]
        self._diagnose(sheet)
        sheet.action_quote()
        self._begin_work(sheet)
        self._test(sheet)
        self.assertEqual(sheet.sudo().labour_ids.labour_cost, 2 * 8 * 50)

    def test_same_as_the_ledger(self):
        """Sheet = analytic lines = journal items, and the hours stand apart."""
        self._stock_bag((self.seal, 3, None))
        sheet = self._repair(
            [("Overhaul", 3, False)], [(self.seal, 1, True), (self.seal, 2, False)]
        )
        sheet.action_accept()
        self._bill(sheet.sudo().sale_order_id)
        request = sheet.request_id
        case = request.with_user(self.finance)
        self.assertEqual(
            round(case.cost_margin_posted, 2), self._get_analytic_sum(request)
        )
        self.assertEqual(
            round(case.cost_margin_posted, 2), self._get_ledger_balance(request)
        )
        self.assertEqual(case.cost_labour, 150)
        self.assertEqual(
            round(case.cost_margin, 2), round(case.cost_margin_posted - 150, 2)
        )
        self.assertEqual(case.cost_difference_text, "")
        apart = self._get_kinds(request, is_posted=False)
        self.assertEqual(apart, {"labour": -150})

    def test_who_sees_it(self):
        sheet = self._repair([("Overhaul", 3, False)])
        for user in (self.engineer_user, self.advisor):
            with self.assertRaises(AccessError):
                sheet.labour_ids.with_user(user).read(["labour_cost"])
        rows = sheet.labour_ids.with_user(self.finance).read(["labour_cost"])
        self.assertEqual(rows[0]["labour_cost"], 150)
