from odoo.tests import tagged

from ..common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestRequestBatch(AftersalesCommon):
    """Many requests at once: what each costs in queries."""

    def _get_values(self, count):
        return [
            {
                "partner_id": self.customer.id,
                "equipment_id": self.equipment.id,
                "symptom": f"Fault {number}",
            }
            for number in range(count)
        ]

    def _count_queries(self, function):
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        function()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_creating(self):
        requests = self.env["aftersales.service.request"].with_user(self.agent)
        requests.create(self._get_values(2))  # fills the caches
        few = self._count_queries(lambda: requests.create(self._get_values(10)))
        many = self._count_queries(lambda: requests.create(self._get_values(60)))
        self.assertLess((many - few) / 50, 0.5, "queries per request")

    def test_pressing_a_button_for_many(self):
        requests = self.env["aftersales.service.request"].with_user(self.agent)

        def create(count):
            records = requests.create(self._get_values(count))
            self.env.flush_all()
            self.env.invalidate_all()
            return records

        create(2).action_accept()
        few, many = create(5), create(45)
        cost_few = self._count_queries(few.action_accept)
        cost_many = self._count_queries(many.action_accept)
        self.assertLess((cost_many - cost_few) / 40, 3.0, "queries per request")
        self.assertEqual(set(many.mapped("state")), {"accepted"})
