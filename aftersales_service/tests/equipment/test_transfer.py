from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from ..common_company import TwoCompaniesCommon


@tagged("post_install", "-at_install")
class TestTransfer(TwoCompaniesCommon):
    """A machine changes its owner by a transfer, and not otherwise."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.buyer = cls.env["res.partner"].create(
            {
                "name": "Buyer Ltd",
                "is_company": True,
                "child_ids": [
                    fields.Command.create({"name": "Yard", "type": "delivery"})
                ],
            }
        )
        cls.yard = cls.buyer.child_ids

    def _hand_over(self, machines=None, user=None, **vals):
        machines = (machines or self.equipment).with_user(user or self.agent)
        return (
            self.env["aftersales.equipment.hand.over"]
            .with_user(user or self.agent)
            .with_context(active_model=machines._name, active_ids=machines.ids)
            .create({"partner_id": self.buyer.id, "reason": "Sold", **vals})
        )

    def test_not_silently(self):
        machine = self.equipment.with_user(self.manager)
        with self.assertRaisesRegex(UserError, "Use “Transfer”"):
            machine.partner_id = self.buyer
        with self.assertRaisesRegex(UserError, "Use “Transfer”"):
            machine.with_context(aftersales_transfer=True).partner_id = self.buyer
        with Form(machine) as form, self.assertRaises(AssertionError):
            form.partner_id = self.buyer
        self.assertEqual(machine.partner_id, self.customer)
        self.assertFalse(machine.transfer_ids)

    def test_what_the_system_writes_is_logged(self):
        self.equipment.sudo().partner_id = self.buyer
        self.assertEqual(self.equipment.transfer_ids.source, "other")
        self.assertEqual(self.equipment.transfer_ids.from_partner_id, self.customer)
        # A contact of the same customer is no new owner.
        self.equipment.sudo().partner_id = self.yard
        self.assertEqual(len(self.equipment.transfer_ids), 1)

    def test_transfer(self):
        self.equipment.write({"site_location": "Hall 3", "latitude": 30.0})
        end = self.equipment.warranty_end
        wizard = self._hand_over(site_partner_id=self.yard.id)
        wizard.action_transfer()
        machine = self.equipment
        self.assertEqual(machine.partner_id, self.buyer)
        self.assertEqual(machine.site_partner_id, self.yard)
        self.assertFalse(machine.site_location)
        self.assertEqual(machine.latitude, 0)
        self.assertEqual(machine.warranty_end, end)
        row = machine.transfer_ids
        self.assertEqual(
            (row.from_partner_id, row.to_partner_id, row.to_site_id),
            (self.customer, self.buyer, self.yard),
        )
        self.assertEqual(row.source, "manual")
        self.assertEqual(row.user_id, self.agent)
        self.assertIn(
            "Transferred from Qingshan Roadworks to Buyer Ltd. Sold",
            machine.message_ids.mapped("preview"),
        )
        self.assertIn("Transfer to a new owner", str(machine.story))

    def test_site_follows_the_new_owner(self):
        with Form(self._hand_over()) as form:
            self.assertEqual(form.site_partner_id, self.buyer)

    def test_pressed_twice(self):
        wizard = self._hand_over()
        wizard.action_transfer()
        with self.assertRaisesRegex(UserError, "already"):
            wizard.action_transfer()
        self.assertEqual(len(self.equipment.transfer_ids), 1)

    def test_open_requests(self):
        request = self._create_request()
        wizard = self._hand_over()
        self.assertEqual(wizard.open_request_ids, request)
        with self.assertRaisesRegex(UserError, request.name):
            wizard.action_transfer()
        self.assertEqual(self.equipment.partner_id, self.customer)
        wizard.leave_requests = True
        wizard.action_transfer()
        self.assertEqual(self.equipment.partner_id, self.buyer)
        self.assertEqual(request.partner_id, self.customer)

    def test_several_at_once(self):
        second = self.equipment.create(
            {
                "product_id": self.machine.id,
                "serial": "MK-0002",
                "partner_id": self.customer.id,
            }
        )
        self._hand_over(self.equipment | second).action_transfer()
        self.assertEqual((self.equipment | second).partner_id, self.buyer)
        self.assertEqual(len((self.equipment | second).transfer_ids), 2)

    def test_absurd_dates(self):
        self.equipment.delivery_date = "2026-03-01"
        for day, message in (
            (fields.Date.today() + timedelta(days=2), "in the future"),
            ("2026-02-28", "before its delivery"),
        ):
            with self.subTest(day=day):
                with self.assertRaisesRegex(ValidationError, message):
                    self._hand_over(date=day).action_transfer()
        self.assertEqual(self.equipment.partner_id, self.customer)

    def test_rights(self):
        for user in (self.engineer_user, self.keeper, self.quality):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self._hand_over(user=user)
        self._hand_over().action_transfer()
        row = self.equipment.transfer_ids
        self.assertEqual(row.with_user(self.engineer_user).reason, "Sold")
        for user in (self.agent, self.manager):
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    row.with_user(user).reason = "Stolen"
                with self.assertRaises(AccessError):
                    row.with_user(user).unlink()
                with self.assertRaises(AccessError):
                    row.with_user(user).copy()

    def test_sister_company(self):
        with self.assertRaises(AccessError):
            self._hand_over(self.foreign_equipment).action_transfer()
        self._hand_over().action_transfer()
        with self.assertRaises(AccessError):
            self.equipment.transfer_ids.with_user(self.foreign_manager).read(["reason"])
