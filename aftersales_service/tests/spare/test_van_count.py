from odoo import Command, fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .common_van import VanCommon


@tagged("post_install", "-at_install")
class TestVanCount(VanCommon):
    """An engineer counts what he holds; differences are signed for and booked."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        test = cls()
        test._put(cls.seal, 5)
        test._put(cls.pump, 1, cls.pump_lot)

    def _count(self, user=None, **vals):
        counts = self.env["aftersales.van.count"].with_user(user or self.engineer_user)
        return counts.create({"engineer_id": self.engineer.id, **vals})

    def _line(self, count, product):
        return count.line_ids.filtered(lambda line: line.product_id == product)

    def _get_moves(self, count):
        action = count.with_user(self.manager).action_view_moves()
        return self.env["stock.move.line"].search(action["domain"])

    def test_without_a_difference(self):
        count = self._count()
        for fname in ("book_quantity", "counted_quantity"):
            self.assertEqual(sorted(count.line_ids.mapped(fname)), [1, 5])
        count.action_submit()
        self.assertEqual(count.state, "done")
        self.assertFalse(count.signature_ids)
        self.assertFalse(self._get_moves(count))
        with self.assertRefused("Counted"):
            count.action_submit()

    def test_difference_is_signed_and_booked(self):
        count = self._count()
        seal = self._line(count, self.seal)
        seal.counted_quantity = 3
        with self.assertRefused("Explain the difference of Seal: 5 .* 3 counted"):
            count.action_submit()
        seal.reason = "Two fell into the river"
        count.action_submit()
        self.assertEqual(count.state, "signing")
        self.assertEqual(count.sudo().difference_value, -80)
        self.assertEqual(self.engineer._aftersales_get_held(self.seal), 5)
        self._sign(count, "superior")
        self.assertEqual(count.state, "done")
        self.assertEqual(self.engineer._aftersales_get_held(self.seal), 3)
        move = self._get_moves(count).move_id
        self.assertEqual((move.state, move.quantity), ("done", 2))
        self.assertTrue(move.is_inventory)
        self.assertEqual(move.reference, f"{count.name}: Two fell into the river")
        self.assertEqual(move.location_id, self.engineer_location)
        self.assertEqual(
            move.location_dest_id,
            self.seal.with_company(self.company).property_stock_inventory,
        )

    def test_gain_and_lost_serial(self):
        count = self._count()
        self._line(count, self.seal).write(
            {"counted_quantity": 6, "reason": "Found in the toolbox"}
        )
        self._line(count, self.pump).write({"counted_quantity": 0, "reason": "Stolen"})
        other = self._new_lot(self.pump, "P-2")
        count.line_ids = [
            Command.create(
                {
                    "product_id": self.pump.id,
                    "lot_id": other.id,
                    "counted_quantity": 1,
                    "reason": "Not on the books",
                }
            )
        ]
        self.assertEqual(count.difference_count, 3)
        count.action_submit()
        self._sign(count, "superior")
        held = self.engineer._aftersales_get_held
        self.assertEqual(held(self.seal), 6)
        self.assertEqual(held(self.pump, self.pump_lot), 0)
        self.assertEqual(held(self.pump, other), 1)
        self.assertEqual(len(self._get_moves(count)), 3)

    def test_parts_that_moved_meanwhile(self):
        count = self._count()
        self._line(count, self.seal).write({"counted_quantity": 4, "reason": "Lost"})
        count.action_submit()
        self._put(self.seal, -1)
        with self.assertRefused("have moved since the count: Seal"):
            self._sign(count, "superior")
        self.assertEqual(count.state, "signing")
        self.assertEqual(self.engineer._aftersales_get_held(self.seal), 4)
        self._sign(count, "superior", approve=False, opinion="Count again")
        self.assertEqual(count.state, "refused")
        count.action_load()
        self.assertEqual(self._line(count, self.seal).difference, 0)
        self.assertEqual(self._line(count, self.seal).reason, "Lost")
        count.action_submit()
        self.assertEqual(count.state, "done")

    def test_new_part_meanwhile(self):
        count = self._count()
        bolt = self._new_part("Bolt")
        self._put(bolt, 2)
        with self.assertRefused("moved since the count: Bolt"):
            count.action_submit()
        count.action_load()
        self.assertEqual(len(count.line_ids), 3)
        count.action_load()
        self.assertEqual(len(count.line_ids), 3)

    def test_kit_is_counted_in_its_place(self):
        kit = self.env["stock.location"].create(
            {"name": "Kit", "location_id": self.engineer_location.id}
        )
        self._put(self.seal, 2, location=kit)
        count = self._count()
        lines = self._line(count, self.seal)
        self.assertEqual(set(lines.mapped("book_quantity")), {5, 2})
        inside = lines.filtered(lambda line: line.location_id == kit)
        inside.write({"counted_quantity": 1, "reason": "Broken"})
        count.action_submit()
        self._sign(count, "superior")
        self.assertEqual(self._get_quantity(self.seal, kit), 1)
        self.assertEqual(self._get_quantity(self.seal, self.engineer_location), 6)

    def test_change_voids_the_signature(self):
        count = self._count()
        self._line(count, self.seal).write({"counted_quantity": 4, "reason": "Lost"})
        count.action_submit()
        with self.assertRefused("Signing"):
            self._line(count, self.seal).counted_quantity = 2
        with self.assertRefused("Signing"):
            self._line(count, self.seal).unlink()
        count.action_cancel()
        self.assertEqual(count.state, "cancelled")
        self.assertEqual(self.engineer._aftersales_get_held(self.seal), 5)

    def test_bad_input(self):
        count = self._count()
        seal = self._line(count, self.seal)
        with self.assertRefused("button only", AccessError):
            seal.book_quantity = 3
        with self.assertRefused("button only", AccessError):
            count.state = "done"
        with self.assertRefused("0 or 1", ValidationError):
            self._line(count, self.pump).counted_quantity = 2
        with self.assertRefused("Choose the serial", ValidationError):
            count.line_ids = [
                Command.create({"product_id": self.pump.id, "counted_quantity": 1})
            ]
        with self.assertRefused("is of Pump, not of Seal", ValidationError):
            count.line_ids = [
                Command.create({"product_id": self.seal.id, "lot_id": self.pump_lot.id})
            ]
        with self.assertRefused(
            "is not with As Engineer|is not with Engineer", ValidationError
        ):
            seal.location_id = self.stock

    def test_booked_stays_booked(self):
        """What was signed and booked is a record: nothing opens it again."""
        count = self._count()
        self._line(count, self.seal).write({"counted_quantity": 4, "reason": "Lost"})
        count.action_submit()
        self._sign(count, "superior")
        plain = self._count()
        plain.action_submit()
        day = fields.Date.subtract(count.date, days=1)
        for done in (count, plain):
            with self.assertRefused("Counted"):
                done.date = day
            with self.assertRefused("Counted"):
                done.with_user(self.manager).engineer_id = self.other_engineer
            self.assertEqual(done.state, "done")
        with self.assertRefused("Counted"):
            plain.with_user(self.manager).unlink()

    def test_no_line_into_a_signed_count(self):
        signing = self._count()
        self._line(signing, self.seal).write({"counted_quantity": 4, "reason": "Lost"})
        signing.action_submit()
        part = self._new_part("Valve")
        other = self._count()
        other.line_ids = [
            Command.create(
                {"product_id": part.id, "counted_quantity": 9, "reason": "Found"}
            )
        ]
        with self.assertRefused("Signing"):
            self._line(other, part).count_id = signing
        self.assertNotIn(part, signing.line_ids.product_id)

    def test_lines_stay_with_their_engineer(self):
        count = self._count(self.keeper)
        with self.assertRefused("is not with", ValidationError):
            count.engineer_id = self.other_engineer

    # ---------------------------------------------------------------- rights

    def test_each_his_own(self):
        count = self._count()
        his = count.with_user(self.other_engineer_user)
        self.assertFalse(his.search([("id", "=", count.id)]))
        with self.assertRaises(AccessError):
            his.action_submit()
        with self.assertRaises(AccessError):
            self._count(self.other_engineer_user)
        with self.assertRaises(AccessError):
            count.read(["difference_value"])
        self.assertEqual(
            count.with_user(self.signers["superior"]).read(["difference_value"])[0][
                "difference_value"
            ],
            0,
        )
        with self.assertRaises(AccessError):
            count.with_user(self.signers["superior"]).action_submit()

    def test_nobody_signs_his_own(self):
        self.engineer_user.group_ids |= self.env.ref(
            "aftersales_service.group_aftersales_user"
        )
        self.env["aftersales.role.assignment"].search(
            [("role_id.code", "=", "superior"), ("company_id", "=", self.company.id)]
        ).user_id = self.engineer_user
        count = self._count()
        self._line(count, self.seal).write({"counted_quantity": 4, "reason": "Lost"})
        count.action_submit()
        boxes = count.signature_ids.with_user(self.engineer_user)
        with self.assertRefused("own document"):
            boxes._sign(True, "")
        self.assertEqual(count.state, "signing")

    def test_storekeeper_counts_for_him(self):
        count = self._count(self.keeper)
        self._line(count, self.seal).write({"counted_quantity": 4, "reason": "Lost"})
        count.action_submit()
        self._sign(count, "superior")
        self.assertEqual(self.engineer._aftersales_get_held(self.seal), 4)

    def test_closed_period(self):
        count = self._count()
        self._line(count, self.seal).write({"counted_quantity": 4, "reason": "Lost"})
        count.action_submit()
        self.company.hard_lock_date = fields.Date.today()
        with self.assertRefused("books of .* are closed until"):
            self._sign(count, "superior")
        self.assertEqual(count.state, "signing")
        self.assertEqual(self.engineer._aftersales_get_held(self.seal), 5)

    def test_printed(self):
        count = self._count()
        self._line(count, self.seal).write(
            {"counted_quantity": 4, "reason": "Lost in the field"}
        )
        reports = self.env["ir.actions.report"]
        name = "aftersales_service.report_aftersales_van_count"
        for user, shown in ((self.engineer_user, False), (self.manager, True)):
            html = reports.with_user(user)._render_qweb_html(name, count.ids)[0]
            self.assertIn(b"Lost in the field", html)
            self.assertIn(b"Opinion of the Superior", html)
            self.assertEqual(b"40.00" in html, shown)
