from odoo.tests import tagged
from odoo.tools import SQL

from .test_call_record import CallCommon


@tagged("post_install", "-at_install")
class TestCallCaller(CallCommon):
    """The customer is found by what he says first; the screen shows his machines."""

    def _search(self, text, user=None):
        partners = self.env["res.partner"].with_user(user or self.agent)
        found = partners.name_search(text)
        return partners.browse(row[0] for row in found)

    def test_number_however_it_is_written(self):
        person = self.customer.child_ids
        for stored in ("+86 139 0000 0000", "139-0000-0000", "(0086)139.0000.0000"):
            person.phone = stored
            for typed in (
                "+86 139 0000 0000",
                "+8613900000000",
                "0086 139 0000 0000",
                "13900000000",
                "139-0000-0000",
                "139 0000 0000",
                "１３９００００００００",
                "9000 0000",
            ):
                with self.subTest(stored=stored, typed=typed):
                    self.assertIn(person, self._search(typed))

    def test_landline_with_and_without_area_code(self):
        for typed in (
            "028 8888 0000",
            "(028)88880000",
            "+86 28 8888 0000",
            "8888-0000",
        ):
            with self.subTest(typed=typed):
                self.assertIn(self.customer, self._search(typed))

    def test_digits_of_another_number(self):
        for typed in ("139 0000 0001", "+86 138 0000 0000", "02199990000"):
            with self.subTest(typed=typed):
                self.assertNotIn(self.customer, self._search(typed))
                self.assertNotIn(self.customer.child_ids, self._search(typed))

    def test_names_are_found_as_before(self):
        stranger = self.env["res.partner"].create({"name": "Plant 13900000000"})
        self.assertIn(stranger, self._search("13900000000"))
        self.assertIn(self.customer, self._search("Qingshan"))
        self.assertIn(self.customer, self._search(""))

    def test_serial_finds_the_owner(self):
        self.assertEqual(self._search("MK-0001"), self.customer)
        self.assertEqual(self._search("mk-000"), self.customer)
        self.assertFalse(self._search("MK-0002"))
        # Too short, or no number in it: a name, not a serial.
        self.assertNotIn(self.customer, self._search("MK-"))

    def test_machine_is_found_by_number_and_serial(self):
        machines = self.env["aftersales.equipment"].with_user(self.agent)
        for typed in ("MK-0001", "028 8888 0000"):
            with self.subTest(typed=typed):
                found = [row[0] for row in machines.name_search(typed)]
                self.assertEqual(found, self.equipment.ids)

    def test_others_search_without_the_machines(self):
        plain = self.env.ref("base.public_user")
        partners = self.env["res.partner"].with_user(plain).sudo(False)
        self.assertFalse(partners._aftersales_search_owners("MK-0001"))

    def test_find_by_phone(self):
        partners = self.env["res.partner"]
        person = self.customer.child_ids
        self.assertEqual(partners._aftersales_find_by_phone("13900000000"), person)
        for text in ("", False, "0000", "call me", "1390000000012345678"):
            with self.subTest(text=text):
                self.assertFalse(partners._aftersales_find_by_phone(text))

    def _explain(self, records, domain):
        """The plan of a search in a table with many rows."""
        self.env.flush_all()
        self.env.cr.execute(SQL("ANALYZE %s", SQL.identifier(records._table)))
        query = records.sudo()._search(domain)
        rows = self.env.execute_query(SQL("EXPLAIN %s", query.select()))
        return "\n".join(row[0] for row in rows)

    def test_index_serves_number_and_serial(self):
        self.env.cr.execute(
            "INSERT INTO res_partner"
            " (name, complete_name, active, phone, autopost_bills)"
            " SELECT 'Bulk', 'Bulk', true, '+86 21 ' || to_char(number, '0000000'),"
            " 'ask' FROM generate_series(1, 30000) AS number"
        )
        self.env.cr.execute(
            "INSERT INTO aftersales_equipment"
            " (company_id, product_id, partner_id, serial, active, state)"
            " SELECT %s, %s, %s, 'BULK-' || to_char(number, '000000'), true, 'in_use'"
            " FROM generate_series(1, 30000) AS number",
            [self.company.id, self.machine.id, self.customer.id],
        )
        for index in (
            "res_partner_phone_partial_gin_idx",
            "aftersales_equipment__serial_index",
        ):
            self.env.cr.execute("SELECT gin_clean_pending_list(%s)", [index])
        partners = self.env["res.partner"].with_context(active_test=False)
        domain = partners._aftersales_phone_domain("13900000000")
        plan = self._explain(partners, domain)
        self.assertIn("res_partner_phone_partial_gin_idx", plan)
        machines = self.env["aftersales.equipment"].with_context(active_test=False)
        plan = self._explain(machines, [("serial", "ilike", "MK-0001")])
        self.assertIn("aftersales_equipment__serial_index", plan)

    # ------------------------------------------------------- what is known

    def test_machines_requests_and_calls_of_the_customer(self):
        old = self._create_call(symptom="The day before")
        request = self._create_request()
        done = self._create_request()
        done.action_cancel()
        stranger = self.env["res.partner"].create({"name": "Stranger"})
        self._create_call(partner_id=stranger.id, equipment_id=False)
        call = self._create_call(partner_id=self.customer.child_ids.id)
        self.assertEqual(call.caller_equipment_ids, self.equipment)
        self.assertEqual(call.caller_request_ids, request)
        self.assertEqual(call.caller_call_ids, old)
        self.assertEqual(request.caller_call_ids, call | old)
        self.assertFalse(request.caller_request_ids)

    def test_nobody_is_known(self):
        call = self._create_call(partner_id=False, equipment_id=False)
        self.assertFalse(call.caller_equipment_ids)
        self.assertFalse(call.caller_request_ids)
        self.assertFalse(call.caller_call_ids)
        self.assertFalse(call.duplicate_request_id)

    def test_second_open_request_is_seen(self):
        first = self._create_request()
        second = self._create_request()
        self.assertEqual(second.duplicate_request_id, first)
        self.assertEqual(first.duplicate_request_id, second)
        second.action_cancel()
        first.invalidate_recordset()
        self.assertFalse(first.duplicate_request_id)

    def test_second_request_by_serial_only(self):
        first = self._create_request(equipment_id=False, serial="ZZ-77")
        call = self._create_call(equipment_id=False, serial="ZZ-77")
        self.assertEqual(call.duplicate_request_id, first)
        other = self._create_call(equipment_id=False, serial="ZZ-78")
        self.assertFalse(other.duplicate_request_id)
        without = self._create_call(equipment_id=False)
        self.assertFalse(without.duplicate_request_id)

    def test_without_a_serial_there_is_no_duplicate(self):
        """Together with one that has a number, and machine."""
        self._create_request(equipment_id=False)
        plain = self._create_call(equipment_id=False)
        known = self._create_call()
        self._create_request()
        self.env.invalidate_all()
        both = plain | known
        self.assertTrue(both[1].duplicate_request_id)
        self.assertFalse(both[0].duplicate_request_id)
        empty = self._create_request(equipment_id=False, serial="")
        other = self._create_request(equipment_id=False, serial=False)
        self.env.invalidate_all()
        requests = (empty | other | self._create_request(serial="MK-0001")).sudo()
        self.assertFalse(requests.mapped("duplicate_request_id") & (empty | other))

    def test_serial_of_another_model(self):
        self._create_request(
            equipment_id=False, serial="ZZ-77", product_id=self.machine.id
        )
        call = self._create_call(
            equipment_id=False, serial="ZZ-77", product_id=self.pump.id
        )
        self.assertFalse(call.duplicate_request_id)

    def test_many_at_once_in_few_queries(self):
        calls = self.env["aftersales.call.record"]
        for _number in range(10):
            calls |= self._create_call()
        self._create_request()
        self.env.invalidate_all()
        calls.mapped("partner_id.commercial_partner_id.name")
        with self.assertQueryCount(12):
            calls.mapped("duplicate_request_id")
            calls.mapped("caller_equipment_ids")
