from odoo.tests import tagged

from .common import SlaCommon


@tagged("post_install", "-at_install")
class TestSlaSpeed(SlaCommon):
    """What promises cost in queries, one by one and in thousands."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls._create_policy(
            {"kind": "response", "limit": 4},
            {
                "kind": "arrival",
                "escalate_role_id": cls.env.ref(
                    "aftersales_service.role_aftersales_head"
                ).id,
            },
            {"kind": "repair", "limit": 2, "unit": "working_day"},
        )

    def _count_queries(self, function):
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        function()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def _get_values(self, count, **vals):
        return [
            {
                "partner_id": self.customer.id,
                "equipment_id": self.equipment.id,
                "symptom": f"Fault {number}",
                **vals,
            }
            for number in range(count)
        ]

    def _create(self, count, **vals):
        requests = self.env["aftersales.service.request"].with_user(self.agent)
        return requests.create(self._get_values(count, **vals))

    def _cost(self, count):
        """Queries for ``count`` requests in a transaction that knows nothing."""
        self._create(2)  # fills the caches of the registry
        self.env.flush_all()
        self.env.invalidate_all()
        return self._count_queries(lambda: self._create(count))

    def test_creating_one(self):
        with_clocks = self._cost(1)
        self.policy.active = False
        without = self._cost(1)
        self.assertLessEqual(with_clocks - without, 6)

    def test_creating_many(self):
        few, many = self._cost(10), self._cost(110)
        self.assertLess((many - few) / 100, 0.05, "queries per request")
        self.policy.active = False
        self.assertLessEqual(many - self._cost(110), 6)

    def _overdue(self, count):
        """So many requests whose three promises are broken; nothing is cached but
        what every worker knows."""
        self.env["aftersales.sla.clock"].search([])._cancel()
        requests = self._create(count, received_at=self._ago(days=30))
        self.env.flush_all()
        self.env.invalidate_all()
        return requests

    def test_run(self):
        clocks = self.env["aftersales.sla.clock"]
        self._overdue(2)
        self._run()
        costs = {}
        for count in (30, 330):
            self._overdue(count)
            costs[count] = self._count_queries(
                lambda count=count: self.assertEqual(
                    len(clocks._raise_due("breached")), 3 * count
                )
            )
        self.assertLessEqual(costs[330], 20, "queries for 990 clocks")
        self.assertLessEqual(costs[330] - costs[30], 4)

    def test_run_with_many_people(self):
        clocks = self.env["aftersales.sla.clock"]
        users = list(self.signers.values())
        self._overdue(2)
        self._run()
        requests = self._overdue(100)
        for number, request in enumerate(requests):
            request.user_id = users[number % len(users)]
        self.env.flush_all()
        self.env.invalidate_all()
        cost = self._count_queries(lambda: clocks._raise_due("breached"))
        self.assertLessEqual(cost, 20)

    def test_run_without_work(self):
        """Nothing is due, and thousands are finished: a constant number."""
        self._overdue(1)._sla_event("arrived")
        finished = self.env["aftersales.sla.clock"].search(
            [("state", "=", "missed")], limit=1
        )
        names = ", ".join(
            f'"{field.name}"'
            for field in finished._fields.values()
            if field.store and field.name != "id"
        )
        self.env.cr.execute(
            f"INSERT INTO aftersales_sla_clock ({names}) SELECT {names}"  # noqa: S608
            " FROM aftersales_sla_clock, generate_series(1, 5000) WHERE id = %s",
            [finished.id],
        )
        self._run()
        self.assertEqual(self._count_queries(self._run), 2)

    def test_list(self):
        few, many = self._create(5), self._create(80)

        def read(requests):
            self.env.flush_all()
            self.env.invalidate_all()
            return self._count_queries(
                lambda: requests.read(["sla_info", "sla_deadline"])
            )

        read(few)
        self.assertEqual(read(few), read(many))

    def test_event_of_many(self):
        few, many = self._create(5), self._create(45)
        cost_few = self._count_queries(lambda: few._sla_event("arrived"))
        cost_many = self._count_queries(lambda: many._sla_event("arrived"))
        self.assertLessEqual(cost_many - cost_few, 3)
