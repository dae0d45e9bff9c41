from datetime import timedelta

from psycopg2.errors import NotNullViolation

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_warranty import WarrantyCommon


@tagged("post_install", "-at_install")
class TestTransferChain(WarrantyCommon):
    """A machine that changes hands more than once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second, cls.third = cls.env["res.partner"].create(
            [{"name": f"Owner {number}", "is_company": True} for number in (2, 3)]
        )
        cls.today = fields.Date.context_today(cls.equipment)

    def setUp(self):
        super().setUp()
        self.sold = self._create_machine(delivery_date=self.today - timedelta(days=100))

    def _hand_over(self, partner, days=0, machines=None, user=None, **vals):
        """Given away ``days`` ago by the agent."""
        machines = machines or self.sold
        wizard = (
            self.env["aftersales.equipment.hand.over"]
            .with_user(user or self.agent)
            .with_context(active_model=machines._name, active_ids=machines.ids)
            .create(
                {
                    "partner_id": partner.id,
                    "date": self.today - timedelta(days=days),
                    "reason": "Sold",
                    **vals,
                }
            )
        )
        wizard.action_transfer()
        return machines.transfer_ids.sorted("id")[-1:]

    def test_every_owner_stays_readable(self):
        self._hand_over(self.second, 30)
        self._hand_over(self.third, 20)
        self._hand_over(self.customer, 10)
        chain = self.sold.transfer_ids.sorted("date")
        self.assertEqual(
            chain.mapped(lambda t: (t.from_partner_id, t.to_partner_id)),
            [
                (self.customer, self.second),
                (self.second, self.third),
                (self.third, self.customer),
            ],
        )
        # The story tells of the warranty as well.
        story = [
            entry["text"] for entry in self.sold.story if entry["text"].endswith("Sold")
        ]
        self.assertEqual(
            story,
            [
                f"{row.from_partner_id.name} → {row.to_partner_id.name}. Sold"
                for row in chain
            ],
        )

    def test_latest_first(self):
        self._hand_over(self.second, 30)
        last = self._hand_over(self.third, 30)
        self.sold.invalidate_recordset()
        self.assertEqual(self.sold.transfer_ids[0], last, "on one day: as entered")

    def test_not_before_the_transfer_before(self):
        self._hand_over(self.second, 10)
        with self.assertRaisesRegex(ValidationError, "after this day"):
            self._hand_over(self.third, 11)
        self.assertEqual(self.sold.partner_id, self.second)
        self._hand_over(self.third, 10)
        self.assertEqual(self.sold.partner_id, self.third)

    def test_on_the_day_of_delivery(self):
        with self.assertRaisesRegex(ValidationError, "before its delivery"):
            self._hand_over(self.second, 101)
        self._hand_over(self.second, 100)
        self.assertEqual(self.sold.partner_id, self.second)

    def test_one_that_belongs_to_him_already_stops_all(self):
        other = self._create_machine("W-2", partner_id=self.second.id)
        with self.assertRaisesRegex(UserError, "W-2.*already"):
            self._hand_over(self.second, machines=self.sold | other)
        self.assertEqual(self.sold.partner_id, self.customer)
        self.assertFalse((self.sold | other).transfer_ids)

    def test_contact_of_the_owner_is_no_new_owner(self):
        with self.assertRaisesRegex(UserError, "already"):
            self._hand_over(self.customer.child_ids[0])

    def test_reason_is_needed(self):
        wizard = self.env["aftersales.equipment.hand.over"].with_user(self.agent)
        with mute_logger("odoo.sql_db"), self.assertRaises(NotNullViolation):
            wizard.create({"partner_id": self.second.id, "reason": False})
            self.env.flush_all()
        self.assertFalse(self.sold.transfer_ids)

    def test_log_is_not_typed(self):
        transfers = self.env["aftersales.equipment.transfer"]
        for user in (self.agent, self.manager, self.quality):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                transfers.with_user(user).create(
                    {
                        "equipment_id": self.sold.id,
                        "from_partner_id": self.customer.id,
                        "to_partner_id": self.second.id,
                    }
                )
        row = self._hand_over(self.second)
        with self.assertRaises(AccessError):
            self.sold.with_user(self.manager).write(
                {"transfer_ids": [fields.Command.update(row.id, {"reason": "Lent"})]}
            )
        self.assertEqual(row.reason, "Sold")

    def test_warranty_of_each_owner(self):
        """A promise to the first buyer alone ends with him, and only once."""
        self.policy.is_transferable = False
        machine = self._create_machine(
            "W-3", delivery_date=self.today - timedelta(days=100)
        )
        self._hand_over(self.second, machines=machine)
        end = machine.warranty_end
        self.assertEqual(end, self.today - timedelta(days=1))
        self._hand_over(self.third, machines=machine)
        self.assertEqual(machine.warranty_end, end)
        logs = machine.sudo().warranty_adjustment_ids.filtered(
            lambda a: a.kind == "transfer" and a.warranty_id == self._get_row(machine)
        )
        self.assertEqual(sorted(logs.mapped("days_added"))[1], 0)

    def test_warranty_that_ended_before_is_not_revived(self):
        self.policy.is_transferable = False
        machine = self._create_machine("W-4", delivery_date="2020-01-01")
        end = machine.warranty_end
        self._hand_over(self.second, machines=machine)
        self.assertEqual(machine.warranty_end, end)

    def test_former_owner_calls(self):
        self._hand_over(self.second)
        with self.assertRaisesRegex(ValidationError, "belongs to Owner 2"):
            self._create_request(equipment_id=self.sold.id)
        request = self._create_request(
            equipment_id=self.sold.id, partner_id=self.second.id
        )
        self.assertEqual(request.partner_id, self.second)

    def test_many_machines_one_log_each(self):
        def hand_over(count, prefix):
            machines = self.env["aftersales.equipment"]
            for number in range(count):
                machines |= self._create_machine(f"{prefix}-{number}")
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self._hand_over(self.second, machines=machines)
            self.env.flush_all()
            self.assertEqual(len(machines.transfer_ids), count)
            return self.env.cr.sql_log_count - before

        hand_over(2, "warm")
        few, many = hand_over(3, "few"), hand_over(23, "many")
        self.assertLess((many - few) / 20, 6, "queries per machine")
