from odoo.tests import Form, tagged

from ..common_company import TwoCompaniesCommon


@tagged("post_install", "-at_install")
class TestPartnerSearch(TwoCompaniesCommon):
    """What finds a customer, and what must not."""

    def _search(self, text, operator="ilike", user=None):
        partners = self.env["res.partner"].with_user(user or self.agent)
        return partners.browse(
            row[0] for row in partners.name_search(text, operator=operator)
        )

    # ------------------------------------------------------- machines' serials

    def test_serial_of_the_sister(self):
        """Who may not see a machine is not told whose it is."""
        theirs = self._search("SI-0001", user=self.foreign_manager)
        self.assertEqual(theirs, self.customer)
        self.assertFalse(self._search("SI-0001"))
        partners = self.env["res.partner"].with_user(self.both_user)
        for companies, found in (
            (self.company, False),
            (self.sister, True),
            (self.company | self.sister, True),
        ):
            chosen = partners.with_context(allowed_company_ids=companies.ids)
            with self.subTest(companies=companies.mapped("name")):
                self.assertEqual(bool(chosen.name_search("SI-0001")), found)

    def test_machine_out_of_use_names_nobody(self):
        self.equipment.state = "scrapped"
        self.assertFalse(self._search("MK-0001"))
        self.equipment.action_unarchive()
        self.assertEqual(self._search("MK-0001"), self.customer)

    def test_shape_of_a_serial(self):
        self.equipment.serial = "ZQ-77_1%"
        self.assertEqual(self._search("ZQ-77"), self.customer)
        for text in (
            "ZQ-",  # too short
            "ZQ-X",  # no digit
            "ZQ-77 1",  # two words are a name
            "ZQ-77@x",  # an address
        ):
            with self.subTest(text=text):
                self.assertFalse(self._search(text))

    def test_owner_found_once_however_many_machines(self):
        for number in range(30):
            self.equipment.copy({"serial": f"FLEET-{number:03}"})
        self.assertEqual(self._search("FLEET-0"), self.customer)

    def test_other_operators_compare_names_only(self):
        self.assertFalse(self._search("MK-0001", operator="="))
        self.assertFalse(self._search("8888 0000", operator="=ilike"))
        found = self.env["res.partner"].search(
            [("display_name", "not ilike", "MK-0001")]
        )
        self.assertIn(self.customer, found)

    def test_dashes_and_letters_that_look_like_numbers(self):
        digits = self.env["res.partner"]._aftersales_phone_digits
        for text, expected in (
            ("(028) 8888-0000", "2888880000"),
            ("+86 28 8888 0000", "2888880000"),
            ("0086 28 88880000", "2888880000"),
            ("０２８ ８８８８ ００００", "2888880000"),
            ("028.8888/0000", "2888880000"),
            ("88880000", "88880000"),
            ("8888x0000", ""),
            ("call 88880000", ""),
            ("", ""),
            (None, ""),
            ("+", ""),
            ("-- ()", ""),
        ):
            with self.subTest(text=text):
                self.assertEqual(digits(text), expected)

    def test_few_digits_are_no_number(self):
        """Four digits are part of a name, five are looked for as a number."""
        self.assertFalse(self._search("0000") & self.customer)
        self.assertIn(self.customer, self._search("80000"))

    def test_part_of_a_pattern_is_no_number(self):
        for text in ("88%80000", "8888_0000", "8888*"):
            with self.subTest(text=text):
                self.assertFalse(self._search(text) & self.customer)

    def test_in_the_form_of_a_request(self):
        """Found by the number of the works, called back at his own."""
        form = Form(self.env["aftersales.service.request"].with_user(self.agent))
        (found,) = self._search("028-88880000")
        form.partner_id = found
        self.assertEqual(form.phone, self.customer.child_ids.phone)

    # ------------------------------------------------------------------ regions

    def test_region_that_is_none(self):
        states = self.env["res.country.state"]
        here, there = states.create(
            [
                {
                    "name": f"Province {code}",
                    "code": code,
                    "country_id": self.env.ref("base.cn").id,
                }
                for code in ("YE", "YW")
            ]
        )
        region = self.env["aftersales.region"].create(
            {"name": "Yonder", "code": "YY", "state_ids": here.ids}
        )
        inside, outside, nowhere = self.env["res.partner"].create(
            [
                {"name": "Inside", "state_id": here.id},
                {"name": "Outside", "state_id": there.id},
                {"name": "Nowhere"},
            ]
        )
        among = (inside | outside | nowhere).with_user(self.agent)
        for domain, expected in (
            ([("aftersales_region_id", "in", region.ids)], inside),
            ([("aftersales_region_id", "=", False)], outside | nowhere),
            ([("aftersales_region_id", "!=", False)], inside),
            ([("aftersales_region_id", "not in", region.ids)], outside | nowhere),
            ([("aftersales_region_id", "in", [region.id, False])], among),
            ([("aftersales_region_id", "ilike", "yond")], inside),
            ([("aftersales_region_id", "not ilike", "yond")], outside | nowhere),
        ):
            with self.subTest(domain=domain):
                found = among.search([("id", "in", among.ids), *domain])
                self.assertEqual(set(found.ids), set(expected.ids))
