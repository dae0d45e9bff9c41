from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import SIGNATURE, WorkshopCommon


@tagged("post_install", "-at_install")
class TestPrerepairSign(WorkshopCommon):
    """Nothing is done to a machine before the customer has signed for it."""

    def setUp(self):
        super().setUp()
        self.sheet = self._receive_machine()
        self.order = self.sheet.prerepair_ids.with_user(self.advisor)

    def _supplement(self):
        """The sheet in repair, and a supplement of its technician."""
        self._start(self.sheet)
        mine = self.sheet.with_user(self.engineer_user)
        action = mine.action_supplement()
        order = self.env[action["res_model"]].browse(action["res_id"])
        return mine, order.with_user(self.engineer_user)

    def _fill_supplement(self, order):
        order.write({"reason": "The shaft is worn as well"})
        order.line_ids.create(
            {"order_id": order.id, "product_id": self.pump.id, "quantity": 1}
        )
        order.action_submit()

    def test_unsigned_order_blocks_the_diagnosis(self):
        mine = self.sheet.with_user(self.engineer_user)
        with self.assertRaisesRegex(UserError, "lacks the customer's signature"):
            mine.action_start_diagnosis()
        self._fill_prerepair(self.order)
        with self.assertRaisesRegex(UserError, "lacks the customer's signature"):
            mine.action_start_diagnosis()
        self._sign_prerepair(self.order)
        mine.action_start_diagnosis()
        self.assertEqual(self.sheet.state, "diagnosis")

    def test_an_order_is_complete_before_the_customer_reads_it(self):
        with self.assertRaisesRegex(UserError, "list what is left with the machine"):
            self.order.action_submit()
        self.order.no_items = True
        with self.assertRaisesRegex(UserError, "enter first: Exterior Check"):
            self.order.action_submit()
        self.order.exterior = "Sound"
        self.order.action_submit()
        self.assertEqual(self.order.state, "to_sign")
        self.assertTrue(self.order.advisor_signed_at)
        with self.assertRaises(UserError):
            self.order.action_submit()

    def test_signature_needs_name_and_picture(self):
        self._fill_prerepair(self.order)
        with self.assertRaisesRegex(UserError, "Write the name"):
            self.order.action_sign()
        self.order.signed_by = "Mr Wu"
        with self.assertRaisesRegex(UserError, "signature is missing"):
            self.order.action_sign()
        self.order.signature = SIGNATURE
        self.order.action_sign()
        self.assertTrue(self.order.is_signed)
        self.assertEqual(self.order.signed_way, "tablet")
        with self.assertRaises(UserError):
            self.order.action_sign()

    def test_hours_go_to_the_machine_once(self):
        self.order.meter_hours = 812.5
        self._sign_prerepair(self.order)
        self.assertEqual(self.equipment.meter_hours, 812.5)
        self.order.meter_hours = 815
        self._sign_prerepair(self.order)
        reading = self.equipment.reading_ids
        self.assertEqual(reading.value, 815)
        self.assertEqual(reading.origin, self.order.name)
        self.assertEqual(reading.source, "factory")

    def test_hours_that_run_backwards_are_told_before_the_customer_signs(self):
        self.equipment.reading_ids.create(
            {"equipment_id": self.equipment.id, "value": 900, "date": "2026-01-01"}
        )
        self.order.write({"meter_hours": 100, "exterior": "x", "no_items": True})
        with self.assertRaisesRegex(UserError, "run backwards"):
            self.order.action_submit()
        self.assertEqual(self.order.state, "draft")

    def test_unsigned_supplement_stops_the_repair(self):
        mine, order = self._supplement()
        self.assertEqual(self.sheet.state, "supplement")
        self.assertEqual(self.sheet.request_id.wait_reason, "customer")
        mine.work_done = "Seal replaced"
        with self.assertRaises(UserError):
            mine.action_finish()
        with self.assertRaisesRegex(UserError, "lacks the customer's signature"):
            self.sheet._check_may_start()
        with self.assertRaisesRegex(UserError, "Proposed Work and Parts"):
            order.action_submit()
        self._fill_supplement(order)
        with self.assertRaises(UserError):
            mine.action_finish()
        order.write({"signature": SIGNATURE, "signed_by": "Mr Wu"})
        order.action_sign()
        self.assertEqual(self.sheet.state, "repair")
        self.assertFalse(self.sheet.request_id.wait_reason)
        mine.action_finish()
        self.assertEqual(self.sheet.state, "testing")

    def test_refused_supplement_is_left_out(self):
        mine, order = self._supplement()
        self._fill_supplement(order)
        with self.assertRaisesRegex(UserError, "Say why"):
            order.action_refuse("  ")
        order.action_refuse("Too expensive")
        self.assertEqual(order.state, "refused")
        self.assertEqual(self.sheet.state, "repair")
        self.sheet._check_may_start()
        self.assertFalse(
            [row for row in self.sheet._get_parts_replaced() if row[0] == self.pump]
        )
        with self.assertRaises(UserError):
            order.action_sign()
        mine.action_supplement()
        self.assertEqual(len(self.sheet.prerepair_ids), 3)

    def test_one_supplement_at_a_time(self):
        mine, _order = self._supplement()
        with self.assertRaises(UserError):
            mine.action_supplement()
        self.assertEqual(len(self.sheet.prerepair_ids), 2)

    def test_first_order_is_not_refused(self):
        self._fill_prerepair(self.order)
        with self.assertRaisesRegex(UserError, "there is no repair"):
            self.order.action_refuse("No")

    def test_technician_leaves_the_first_order_alone(self):
        order = self.order.with_user(self.engineer_user)
        with self.assertRaisesRegex(AccessError, "Only a workshop advisor"):
            order.exterior = "x"
        with self.assertRaisesRegex(AccessError, "Only a workshop advisor"):
            order.line_ids.create({"order_id": order.id, "name": "Paint"})
        self._fill_prerepair(self.order)
        with self.assertRaises(AccessError):
            order.write({"signed_by": "Myself", "signature": SIGNATURE})

    def test_dialog_of_the_refusal(self):
        _mine, order = self._supplement()
        dialog = (
            self.env["aftersales.factory.event"]
            .with_user(self.engineer_user)
            .create(
                {
                    "repair_id": self.sheet.id,
                    "prerepair_id": order.id,
                    "step": "refuse",
                    "note": "Later",
                }
            )
        )
        dialog.action_record()
        self.assertEqual(order.refuse_reason, "Later")
