from lxml import etree

from odoo.tests import tagged

from ..common import AftersalesCommon

FEW, MANY = 3, 9


@tagged("post_install", "-at_install")
class TestLists(AftersalesCommon):
    """A list of nine costs as many queries as a list of three."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        customers = cls.env["res.partner"].create(
            [{"name": f"Customer {n}", "street": f"Road {n}"} for n in range(MANY)]
        )
        products = cls.env["product.product"].create(
            [{"name": f"Model {n}"} for n in range(MANY)]
        )
        cls.machines = cls.env["aftersales.equipment"].create(
            [
                {
                    "product_id": product.id,
                    "serial": f"LI-{customer.id}",
                    "partner_id": customer.id,
                    "purchase_date": "2026-01-01",
                }
                for product, customer in zip(products, customers, strict=True)
            ]
        )
        cls.requests = (
            cls.env["aftersales.service.request"]
            .with_user(cls.agent)
            .create(
                [
                    {
                        "partner_id": machine.partner_id.id,
                        "equipment_id": machine.id,
                        "phone": "+86 28 1",
                        "symptom": "Drips",
                        "requested_service": "Repair",
                    }
                    for machine in cls.machines
                ]
            )
        )
        cls.requests.action_plan_visit()
        cls.dispatches = (
            cls.env["aftersales.dispatch"]
            .with_user(cls.dispatcher)
            .create(
                [
                    {"request_id": request.id, "engineer_id": cls.engineer.id}
                    for request in cls.requests
                ]
            )
        )
        for dispatch in cls.dispatches:
            dispatch.action_issue_cards()
        cls.dispatches.action_submit()
        cls.env.flush_all()

    def _get_specification(self, model):
        """What the web client asks for to show the default list of ``model``."""
        arch = model.get_views([(False, "list")])["views"]["list"]["arch"]
        specification = {}
        for node in etree.fromstring(arch).iter("field"):
            field = model._fields[node.get("name")]
            if field.relational:
                specification[field.name] = {"fields": {"display_name": {}}}
            else:
                specification[field.name] = {}
        return specification

    def _count_queries(self, records, specification):
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        found = records.web_search_read([("id", "in", records.ids)], specification)
        self.assertEqual(found["length"], len(records))
        return self.env.cr.sql_log_count - before

    def _check_list(self, records, *users):
        self.assertEqual(len(records), MANY)
        for user in users:
            records = self.env[records._name].with_user(user).browse(records.ids)
            specification = self._get_specification(records)
            self.assertGreater(len(specification), 3)
            self._count_queries(records, specification)  # fills the caches
            few = self._count_queries(records[:FEW], specification)
            many = self._count_queries(records, specification)
            with self.subTest(model=records._name, user=user.login):
                self.assertEqual(many, few)

    def test_machines(self):
        self._check_list(self.machines, self.agent)

    def test_requests(self):
        self._check_list(self.requests, self.agent, self.manager, self.engineer_user)

    def test_dispatches(self):
        self._check_list(self.dispatches, self.dispatcher, self.engineer_user)

    def test_cards(self):
        self._check_list(self.dispatches.card_ids, self.dispatcher, self.engineer_user)

    def test_signatures(self):
        boxes = self.dispatches.sudo().signature_ids
        self._check_list(
            boxes.filtered(lambda s: s.state == "pending"),
            self.signers["aftersales_head"],
        )

    def test_newest_first(self):
        for records in self.requests, self.dispatches, self.dispatches.card_ids:
            records = records.sudo()
            found = records.search([("id", "in", records.ids)])
            with self.subTest(model=records._name):
                self.assertEqual(found.ids, sorted(records.ids, reverse=True))

    def test_found_by_number_and_customer(self):
        for records, user in (
            (self.requests, self.agent),
            (self.dispatches, self.dispatcher),
            (self.dispatches.card_ids, self.dispatcher),
        ):
            record = records.with_user(user)[4]
            for text in (record.name, record.partner_id.name):
                names = dict(record.name_search(text, limit=0))
                with self.subTest(model=record._name, text=text):
                    self.assertIn(record.id, names)
                    self.assertNotIn(records[5].id, names)
