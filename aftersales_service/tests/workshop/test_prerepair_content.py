import base64

from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import SIGNATURE, WorkshopCommon


@tagged("post_install", "-at_install")
class TestPrerepairContent(WorkshopCommon):
    """What was signed stays as it was, or the signature is void."""

    def setUp(self):
        super().setUp()
        self.sheet = self._receive_machine()
        self.order = self.sheet.prerepair_ids.with_user(self.advisor)
        self.line = self.order.line_ids.create(
            {"order_id": self.order.id, "product_id": self.seal.id, "quantity": 2}
        )
        self.item = self.order.item_ids.create(
            {"order_id": self.order.id, "name": "Spray gun"}
        )
        self._sign_prerepair(self.order)

    def _assert_void(self):
        self.assertEqual(self.order.state, "draft")
        self.assertFalse(self.order.is_signed)
        self.assertFalse(self.order.signature)
        self.assertFalse(self.order.signed_by)
        with self.assertRaisesRegex(UserError, "lacks the customer's signature"):
            self.sheet.action_start_diagnosis()

    def test_line_changed(self):
        self.line.quantity = 3
        self._assert_void()
        notes = "".join(self.order.message_ids.mapped("body"))
        self.assertIn("signature of Mr Wu is void", notes)

    def test_line_added(self):
        self.order.line_ids.create({"order_id": self.order.id, "name": "Paint"})
        self._assert_void()

    def test_line_removed(self):
        self.line.unlink()
        self._assert_void()

    def test_price_through_the_form(self):
        self.order.write({"line_ids": [(1, self.line.id, {"price_unit": 150})]})
        self._assert_void()

    def test_item_changed(self):
        self.item.condition = "Broken"
        self._assert_void()

    def test_statement_changed(self):
        self.order.statement = "Something else"
        self._assert_void()

    def test_photo_added(self):
        photo = (
            self.env["ir.attachment"]
            .with_user(self.advisor)
            .create({"name": "a.png", "datas": SIGNATURE})
        )
        self.order.photo_ids = photo
        self._assert_void()
        self.assertEqual(photo.res_model, self.order._name)
        self.assertEqual(photo.res_id, self.order.id)

    def test_serial_changed_on_the_sheet(self):
        self.sheet.serial = "MK-9999"
        self._assert_void()

    def test_another_signature_over_it(self):
        self.order.signature = base64.b64encode(base64.b64decode(SIGNATURE))
        self._assert_void()

    def test_change_past_the_orm_is_noticed(self):
        self.env.cr.execute(
            "UPDATE aftersales_prerepair_line SET price_unit = 1 WHERE id = %s",
            [self.line.id],
        )
        self.env.invalidate_all()
        self.assertEqual(self.order.state, "signed")
        self.assertFalse(self.order.is_signed)
        with self.assertRaisesRegex(UserError, "lacks the customer's signature"):
            self.sheet.action_start_diagnosis()

    def test_what_is_no_content_leaves_it(self):
        before = self.order.signed_hash
        self.item.returned = True
        self.sheet.note = "Pays by transfer"
        self.line.write({"quantity": 2})
        self.order.write({"statement": self.order.statement})
        self.assertTrue(self.order.is_signed)
        self.assertEqual(self.order.signed_hash, before)
        self.order.invalidate_recordset()
        self.assertTrue(self.order.is_signed)

    def test_change_during_the_repair_stops_it(self):
        self.sheet.technician_id = self.engineer
        mine = self.sheet.with_user(self.engineer_user)
        mine.action_start_diagnosis()
        mine.diagnosis = "Worn"
        self.sheet.action_quote()
        self.sheet.action_decide("all")
        mine.action_start()
        with self.assertRaisesRegex(UserError, "goes on a supplement"):
            self.line.price_unit = 120
        self.order.statement = "It leaks at the front as well"
        self.assertEqual(self.sheet.state, "supplement")
        mine.work_done = "Done"
        with self.assertRaises(UserError):
            mine.action_finish()
        self._sign_prerepair(self.order)
        self.assertEqual(self.sheet.state, "repair")
        mine.action_finish()
        with self.assertRaisesRegex(UserError, "cannot be changed any more"):
            self.line.price_unit = 130
        with self.assertRaisesRegex(UserError, "cannot be changed any more"):
            self.order.statement = "x"
        self.assertTrue(self.order.is_signed)

    def test_amounts(self):
        order = self.order
        order.line_ids.create(
            {
                "order_id": order.id,
                "kind": "work",
                "name": "Replace the seal",
                "quantity": 1.5,
                "price_unit": 120,
                "in_warranty": False,
                "charge_reason": "Wished for by the customer",
            }
        )
        # In warranty: parts are free, and the customer sees what they would cost.
        self.assertTrue(self.line.in_warranty)
        self.assertEqual(self.line.amount, 200)
        self.assertEqual(order.amount_work, 180)
        self.assertEqual(order.amount_parts, 200)
        self.assertEqual(order.amount_free, 200)
        self.assertEqual(order.amount_estimate, 180)
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self.line.quantity = 0
            self.line.flush_recordset()
        with self.assertRaises(UserError):
            self.line.price_unit = -1

    def test_things_left_go_back_with_the_machine(self):
        self.order.item_ids.create(
            {"order_id": self.order.id, "kind": "fluid", "name": "Fuel"}
        )
        self._fill_bag(self.seal, 2)
        self._finish(self.sheet)
        self.sheet.action_accept()
        self.sheet.action_settle()
        self.sheet.collected_by = "Mr Wu"
        with self.assertRaisesRegex(UserError, "“Spray gun” of .* is not given back"):
            self.sheet.action_leave()
        self.item.returned = True
        self.sheet.action_leave()
        self.assertEqual(self.order.state, "closed")
        self.assertTrue(self.order.is_signed)
        with self.assertRaises(UserError):
            self.order.statement = "x"
