from psycopg2.errors import UniqueViolation

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common_company import TwoCompaniesCommon


@tagged("post_install", "-at_install")
class TestNumbering(TwoCompaniesCommon):
    """Numbers are per company, in the order of creation, without holes in a batch."""

    def _create_requests(self, count, user=None, **vals):
        requests = self.env["aftersales.service.request"].with_user(user or self.agent)
        return requests.create(
            [{"partner_id": self.customer.id, **vals} for _i in range(count)]
        )

    def _get_counts(self, records):
        """The counting part of the numbers, as integers."""
        return [int(record.name.rpartition("-")[2]) for record in records]

    def _get_number_sequence(self, company):
        return self.env["ir.sequence"].search(
            [
                ("code", "=", "aftersales.service.request"),
                ("company_id", "=", company.id),
            ]
        )

    def test_number_tells_kind_and_year(self):
        year = fields.Date.today().year
        self.assertRegex(self._create_requests(1).name, rf"^SR{year}-\d{{5}}$")
        dispatch = self._create_dispatch()
        self.assertRegex(dispatch.name, rf"^PG{year}-\d{{5}}$")
        dispatch.action_issue_cards()
        self.assertRegex(dispatch.card_ids.name, rf"^FW{year}-\d{{5}}$")

    def test_no_two_kinds_of_form_share_a_prefix(self):
        kinds = {}
        for name in self.env:
            if sequence := getattr(self.env[name], "_form_sequence", ()):
                kinds.setdefault(sequence[1], set()).add(sequence[0])
        self.assertIn("PG", kinds)
        self.assertEqual([codes for codes in kinds.values() if len(codes) > 1], [])

    def test_batch_has_no_holes_and_keeps_its_order(self):
        first = self._create_requests(1)
        batch = self._create_requests(25)
        start = self._get_counts(first)[0] + 1
        self.assertEqual(self._get_counts(batch), list(range(start, start + 25)))
        self.assertEqual(batch.sorted("id"), batch)

    def test_same_values_many_times(self):
        vals = {"partner_id": self.customer.id}
        requests = self.env["aftersales.service.request"].with_user(self.agent)
        batch = requests.create([vals] * 3)
        self.assertEqual(len(set(batch.mapped("name"))), 3)
        self.assertEqual(vals, {"partner_id": self.customer.id})

    def test_batch_costs_no_query_per_number(self):
        def count_queries(count):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["aftersales.service.request"]._form_next_numbers(
                self.company, count
            )
            return self.env.cr.sql_log_count - before

        self._create_requests(1)
        count_queries(1)  # fills the caches of rules and languages
        self.assertEqual(count_queries(200), count_queries(2))

    def test_each_company_counts_for_itself(self):
        own = self._create_requests(1)
        foreign = self._create_requests(2, user=self.foreign_manager)
        self.assertEqual(foreign.company_id, self.sister)
        foreign |= self._create_requests(1, user=self.foreign_manager)
        counts = self._get_counts(foreign)
        self.assertEqual(counts, list(range(counts[0], counts[0] + 3)))
        own |= self._create_requests(1)
        first, second = self._get_counts(own)
        self.assertEqual(second, first + 1)
        self.assertEqual(len(self._get_number_sequence(self.sister)), 1)

    def test_mixed_batch_numbers_each_company_in_order(self):
        requests = self.env["aftersales.service.request"].with_user(self.both_user)
        companies = [self.company, self.sister, self.company, self.sister, self.company]
        batch = requests.with_context(
            allowed_company_ids=(self.company | self.sister).ids
        ).create(
            [
                {"partner_id": self.customer.id, "company_id": company.id}
                for company in companies
            ]
        )
        self.assertEqual([request.company_id for request in batch], companies)
        for company in self.company, self.sister:
            counts = self._get_counts(
                batch.filtered(lambda r, c=company: r.company_id == c)
            )
            with self.subTest(company=company.name):
                last = counts[0] + len(counts)
                self.assertEqual(counts, list(range(counts[0], last)))

    def test_child_takes_the_company_of_its_parent(self):
        request = self._create_foreign_request()
        request.action_plan_visit()
        dispatch = self.env["aftersales.dispatch"].with_user(self.both_user)
        dispatch = dispatch.with_context(
            allowed_company_ids=(self.company | self.sister).ids
        ).create({"request_id": request.id, "engineer_id": self.foreign_engineer.id})
        self.assertEqual(dispatch.env.company, self.company)
        self.assertEqual(dispatch.company_id, self.sister)
        sequence = dispatch._form_get_sequence(self.sister)
        self.assertEqual(self._get_counts(dispatch)[0], sequence.number_next_actual - 1)

    def test_company_may_choose_its_own_form_of_number(self):
        self._create_requests(1)
        sequence = self._get_number_sequence(self.company)
        sequence.write({"prefix": "KD/%(y)s/", "padding": 3, "number_next": 7})
        year = fields.Date.today().strftime("%y")
        names = self._create_requests(2).mapped("name")
        self.assertEqual(names, [f"KD/{year}/007", f"KD/{year}/008"])

    def test_company_may_choose_a_sequence_without_gaps(self):
        self._create_requests(1)
        sequence = self._get_number_sequence(self.company)
        sequence.write({"implementation": "no_gap", "number_next": 701})
        self.assertEqual(self._get_counts(self._create_requests(3)), [701, 702, 703])

    def test_copy_gets_a_number_of_its_own(self):
        request = self._create_requests(1)
        copy = request.copy()
        self.assertEqual(self._get_counts(copy)[0], self._get_counts(request)[0] + 1)
        self.assertEqual(copy.state, "new")

    def test_number_is_unique_in_its_company_only(self):
        request = self._create_requests(1)
        foreign = self._create_requests(1, user=self.foreign_manager)
        foreign.sudo().name = request.name
        self.env.flush_all()
        other = self._create_requests(1)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(UniqueViolation),
        ):
            other.sudo().name = request.name
            self.env.flush_all()
