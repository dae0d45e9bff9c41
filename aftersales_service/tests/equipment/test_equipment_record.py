from psycopg2.errors import NotNullViolation, UniqueViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common_company import TwoCompaniesCommon


@tagged("post_install", "-at_install")
class TestEquipmentRecord(TwoCompaniesCommon):
    """The machine as a record: who may, what is refused, how it is found."""

    def _create_machine(self, user=None, **vals):
        machines = self.env["aftersales.equipment"].with_user(user or self.agent)
        values = {"product_id": self.machine.id, "partner_id": self.customer.id, **vals}
        if "lot_id" not in vals:
            values.setdefault("serial", "R-1")
        return machines.create(values)

    def test_rights(self):
        machine = self._create_machine(self.agent)
        machine.with_user(self.dispatcher).write({"factory_date": "2026-01-01"})
        for user in (
            self.engineer_user,
            self.keeper,
            self.finance,
            self.quality,
            self.signers["superior"],
        ):
            with self.subTest(user=user.login):
                self.assertEqual(machine.with_user(user).serial, "R-1")
                with self.assertRaises(AccessError):
                    machine.with_user(user).write({"serial": "R-2"})
                with self.assertRaises(AccessError):
                    self._create_machine(user, serial="R-3")
        with self.assertRaises(AccessError):
            machine.with_user(self.dispatcher).unlink()
        machine.with_user(self.manager).unlink()
        self.assertFalse(machine.exists())

    def test_same_serial_twice(self):
        self._create_machine()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(UniqueViolation),
        ):
            self._create_machine()
        other = self.env["product.product"].create({"name": "Other Model"})
        self.assertTrue(self._create_machine(product_id=other.id))

    def test_serial_in_stock_of_another_model(self):
        with self.assertRaisesRegex(ValidationError, "P-1 belongs to Pump"):
            self._create_machine(lot_id=self.pump_lot.id)

    def test_serial_comes_from_stock(self):
        lot = self.env["stock.lot"].create(
            {"name": "L-77", "product_id": self.machine.id}
        )
        machine = self._create_machine(lot_id=lot.id)
        self.assertEqual(machine.serial, "L-77")
        self.assertEqual(machine.name, "Line Marking Machine / L-77")

    def test_machine_without_serial(self):
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaisesRegex(NotNullViolation, "serial"),
        ):
            self._create_machine(serial=False)

    def test_found_by_serial_model_and_customer(self):
        machine = self._create_machine(serial="QX-4711")
        machines = self.env["aftersales.equipment"].with_user(self.agent)
        for text in ("qx-47", "Line Marking", "Qingshan"):
            with self.subTest(text=text):
                found = machines.browse(
                    record_id
                    for record_id, _name in machines.name_search(text, limit=0)
                )
                self.assertIn(machine, found)
        self.assertFalse(machines.name_search("QX-4712"))

    def test_site_follows_a_new_customer_only(self):
        site = self.env["res.partner"].create(
            {"name": "Site", "parent_id": self.customer.id}
        )
        machine = self._create_machine(site_partner_id=site.id)
        self.assertEqual(machine.site_partner_id, site)
        contact = self.customer.child_ids[0]
        machine.partner_id = contact
        self.assertEqual(machine.site_partner_id, site)
        buyer = self.env["res.partner"].create({"name": "Buyer"})
        machine.sudo().partner_id = buyer
        self.assertEqual(machine.site_partner_id, buyer)

    # ------------------------------------------------------------ two companies

    def test_machine_of_the_sister_is_not_seen(self):
        foreign = self.foreign_equipment
        own = self.env["aftersales.equipment"].with_user(self.manager)
        self.assertNotIn(foreign, own.search([]))
        with self.assertRaises(AccessError):
            foreign.with_user(self.manager).read(["serial"])
        with self.assertRaises(AccessError):
            foreign.with_user(self.manager).write({"serial": "MINE"})
        self.assertIn(foreign, own.with_user(self.foreign_manager).search([]))

    def test_machine_is_not_made_for_the_sister(self):
        with self.assertRaises(AccessError):
            self._create_machine(self.agent, company_id=self.sister.id)

    def test_product_and_serial_of_the_sister(self):
        product = self.env["product.product"].create(
            {"name": "Sister's Model", "company_id": self.sister.id}
        )
        with self.assertRaises(UserError):
            self._create_machine(self.both_user, product_id=product.id)
        lot = self.env["stock.lot"].create(
            {
                "name": "S-1",
                "product_id": self.machine.id,
                "company_id": self.sister.id,
            }
        )
        with self.assertRaises(UserError):
            self._create_machine(self.both_user, lot_id=lot.id)
