from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_cost import CostCommon


@tagged("post_install", "-at_install")
class TestProvisionLine(CostCommon):
    """A row per machine model of the warranty provision."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        self = cls()
        cls.today = fields.Date.today()
        visit = self._visit(hours=1, request=self._create_request())
        self._spend(visit, 120, "transport_long")

    def _calculate(self):
        proposal = self.env["aftersales.provision"].with_user(self.finance).create({})
        proposal.action_calculate()
        return proposal

    def _another_model(self, days):
        """A machine of another model in warranty, that cost nothing."""
        model = self.machine.copy({"name": "Road Roller"})
        start = fields.Date.add(self.today, days=days)
        return self.env["aftersales.equipment"].create(
            {
                "product_id": model.id,
                "serial": f"RR-{days}",
                "partner_id": self.customer.id,
                "purchase_date": start,
            }
        )

    def _get_line(self, proposal, product):
        return proposal.line_ids.filtered(lambda line: line.product_id == product)

    def test_rows_are_the_total(self):
        self._another_model(-30)
        proposal = self._calculate()
        lines = proposal.line_ids
        self.assertEqual(len(lines.product_id), len(lines))
        self.assertAlmostEqual(sum(lines.mapped("expected")), proposal.expected_total)
        self.assertAlmostEqual(sum(lines.mapped("cost")), proposal.cost_total)
        for line in lines:
            self.assertAlmostEqual(line.expected, line.rate * line.remaining, delta=1)
            self.assertEqual(line.company_id, self.company)
        self.assertEqual(
            lines.mapped("expected"), sorted(lines.mapped("expected"), reverse=True)
        )

    def test_model_without_cost(self):
        """In term and no case yet: nothing is expected, and it is shown."""
        machine = self._another_model(-30)
        line = self._get_line(self._calculate(), machine.product_id)
        self.assertEqual((line.machine_count, line.cost, line.expected), (1, 0, 0))
        self.assertGreater(line.remaining, 0)

    def test_term_is_over(self):
        machine = self._another_model(-600)
        line = self._get_line(self._calculate(), machine.product_id)
        self.assertEqual((line.machine_count, line.remaining), (0, 0))
        self.assertGreater(line.exposure, 0)

    def test_two_machines_of_a_model(self):
        before = self._get_line(self._calculate(), self.machine)
        self.env["aftersales.equipment"].create(
            {
                "product_id": self.machine.id,
                "serial": "LM-77",
                "partner_id": self.customer.id,
                "purchase_date": self.equipment.purchase_date,
            }
        )
        line = self._get_line(self._calculate(), self.machine)
        self.assertEqual(line.machine_count, before.machine_count + 1)
        self.assertGreater(line.exposure, before.exposure)
        self.assertLess(line.rate, before.rate)

    def test_not_typed(self):
        proposal = self._calculate()
        line = proposal.line_ids[:1]
        for user in (self.finance, self.manager, self.quality):
            with self.assertRaises(AccessError):
                line.with_user(user).write({"expected": 0})
            with self.assertRaises(AccessError):
                line.with_user(user).unlink()
        with self.assertRaises(AccessError):
            proposal.write({"line_ids": [fields.Command.clear()]})
        with self.assertRaises(AccessError):
            line.with_user(self.engineer_user).read(["expected"])
