from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .common_repair import RepairCommon


@tagged("post_install", "-at_install")
class TestRepairGuard(RepairCommon):
    """What somebody tries who calls the server past the screens."""

    def _new_line(self, sheet, user=None, **vals):
        parts = self.env["aftersales.repair.part"].with_user(user or self.advisor)
        return parts.create(
            {"factory_repair_id": sheet.id, "product_id": self.seal.id, **vals}
        )

    def _extra(self, sheet):
        """A charged pump that is not on the quotation."""
        return self._new_line(
            sheet,
            product_id=self.pump.id,
            charge="charged",
            charge_reason="Asked for",
        )

    # ------------------------------------------------------------------ lines

    def test_a_line_is_not_born_with_a_booking(self):
        """The move of another document would be dropped with the line."""
        sheet = self._receive_machine()
        foreign = self.env["stock.move"].create(
            {
                "product_id": self.seal.id,
                "product_uom_qty": 1,
                "location_id": self.stock.id,
                "location_dest_id": self.engineer_location.id,
            }
        )
        signed = self._propose(sheet, [(self.seal, 1, True)]).line_ids
        for vals in ({"move_id": foreign.id}, {"prerepair_line_id": signed.id}):
            with self.assertRefused("decision"):
                self._new_line(sheet, self.engineer_user, **vals)
        parts = self.env["aftersales.repair.part"].with_user(self.engineer_user)
        with self.assertRefused("decision"):
            parts.with_context(default_move_id=foreign.id).create(
                {"factory_repair_id": sheet.id, "product_id": self.seal.id}
            )
        line = self._new_line(sheet, self.engineer_user)
        with self.assertRefused("decision"):
            line.move_id = foreign
        self.assertTrue(foreign.exists())

    def test_a_line_stays_on_its_sheet(self):
        machine = self._new_equipment(self.machine, "MK-2")
        decided = self._begin_work(self._quote(machine=machine))
        sheet = self._receive_machine()
        line = self._new_line(sheet)
        with self.assertRefused("has decided"):
            line.factory_repair_id = decided

    def test_less_is_quoted_than_is_meant(self):
        """He would sign for nothing and pay for one."""
        sheet = self._quote([(self.pump, 1, False)])
        with self.assertRefused("once the customer has agreed"):
            sheet.part_ids.with_user(self.engineer_user).used_quantity = 0
        self.assertEqual(sheet.sudo().sale_order_id.amount_untaxed, 700)
        with self.assertRefused("once the customer has agreed"):
            self._new_line(sheet, quantity=2, used_quantity=1)
        # As a form sends it: both, the one following the other.
        line = self._extra(sheet)
        line.write({"quantity": 1, "used_quantity": 1})

    def test_added_after_the_quotation(self):
        """Nobody agrees to what he has not read."""
        sheet = self._quote([(self.seal, 1, False)])
        extra = self._extra(sheet)
        with self.assertRefused("not on the quotation"):
            sheet.action_decide("all")
        self.assertEqual(sheet.state, "quoted")
        order = sheet.sudo().sale_order_id
        order.write({"signed_by": "Ms Luo", "signed_on": "2026-01-01 00:00:00"})
        order._validate_order()
        self.assertEqual((sheet.state, sheet.decision), ("agreed", "partly"))
        self.assertEqual(extra.state, "declined")
        self.assertEqual(order.amount_untaxed, 100)

    def test_goods_are_parts_and_services_work(self):
        """Goods on a line of work would be sold and never leave the stock."""
        sheet = self._receive_machine()
        labour = self.env["aftersales.repair.labour"].with_user(self.advisor)
        with self.assertRefused("is no service", ValidationError):
            labour.create(
                {
                    "factory_repair_id": sheet.id,
                    "name": "Work",
                    "product_id": self.seal.id,
                }
            )
        with self.assertRefused("is a service", ValidationError):
            self._new_line(sheet, product_id=self.labour.id)

    # --------------------------------------------------------- pre-repair order

    def test_technician_adds_nothing_to_the_first_order(self):
        """Not by a default in the context either."""
        sheet = self._receive_machine()
        lines = self.env["aftersales.prerepair.line"].with_user(self.engineer_user)
        order = sheet.prerepair_ids
        with self.assertRefused("Only a workshop advisor", AccessError):
            lines.with_context(default_order_id=order.id).create(
                {"product_id": self.seal.id}
            )
        items = self.env["aftersales.prerepair.item"].with_user(self.advisor)
        sheet = self._begin_work(self._quote(sheet=sheet))
        self._test(sheet)
        with self.assertRefused("closed"):
            items.with_context(default_order_id=order.id).create({"name": "Key"})

    def test_what_is_agreed_is_not_written_over(self):
        sheet = self._begin_work(self._quote([(self.seal, 2, False)]))
        line = sheet.prerepair_ids.line_ids.with_user(self.advisor)
        with self.assertRefused("supplement"):
            line.quantity = 1
        with self.assertRefused("supplement"):
            line.unlink()
        self.assertTrue(sheet.prerepair_ids.is_signed)

    def test_signed_anew_with_more(self):
        """What was added and signed after the decision is agreed to, and charged."""
        sheet = self._begin_work(self._quote([(self.seal, 2, False)]))
        order = self._propose(sheet, [(self.pump, 1, False)])
        self.assertEqual(sheet.state, "supplement")
        self.assertFalse(sheet.part_ids.filtered(lambda p: p.product_id == self.pump))
        self._sign_prerepair(order)
        self.assertEqual(sheet.state, "repair")
        pump = sheet.part_ids.filtered(lambda p: p.product_id == self.pump)
        self.assertEqual(pump.state, "agreed")
        self.assertEqual(sheet.sudo().sale_order_id.amount_untaxed, 200 + 700)
        self.assertTrue(pump.sudo().move_id)

    def test_first_order_not_signed(self):
        """The customer takes his machine away again; nothing holds it here."""
        sheet = self._receive_machine()
        order = self._fill_prerepair(sheet.prerepair_ids)
        with self.assertRefused("declines"):
            order.action_refuse("Too dear")
        sheet.action_withdraw("Too dear")
        self.assertEqual((sheet.state, sheet.decision), ("declined", "none"))
        self.assertEqual(sheet.sudo().repair_order_id.state, "cancel")
        self._leave(sheet)
        self.assertEqual(order.state, "cancelled")
        self.assertEqual(self._get_owned(self.machine, self.workshop, self.customer), 0)

    def test_broken_off_in_diagnosis(self):
        sheet = self._diagnose()
        line = self._new_line(sheet)
        sheet.action_withdraw("Bought a new one")
        self.assertEqual((sheet.state, line.state), ("declined", "declined"))
        self.assertTrue(sheet.decided_at)

    # ------------------------------------------------------------------- order

    def _quote_two(self):
        second = self._receive_machine(self._new_equipment(self.machine, "MK-2"))
        first = self._receive_machine()
        for sheet in first | second:
            self._propose(sheet, [(self.seal, 1, False)])
            self._diagnose(sheet)
        (first | second).with_user(self.advisor).action_quote()
        return first, second

    def test_first_left_second_declines(self):
        """The order of two who both declined is cancelled, not confirmed empty."""
        first, second = self._quote_two()
        first.action_decide("none")
        self._leave(first)
        second.action_decide("none")
        self.assertEqual(second.sudo().sale_order_id.state, "cancel")

    def test_settlement_is_not_cancelled_later(self):
        sheet = self._begin_work(self._quote(work=[("Overhaul", 1, False)]))
        self._test(sheet)
        sheet.action_accept()
        sheet.with_user(self.finance).action_agree_credit("Pays monthly")
        sheet.action_settle()
        with self.assertRefused("settles"):
            sheet.sudo().sale_order_id._action_cancel()
        self._leave(sheet)
        with self.assertRefused("settles"):
            sheet.sudo().sale_order_id._action_cancel()

    def test_settlement_charges_what_was_used(self):
        """Who may write the order takes nothing off it."""
        sheet = self._begin_work(self._quote(work=[("Overhaul", 2, False)]))
        self._test(sheet)
        line = sheet.labour_ids.sudo().sale_line_id.with_user(self.dispatcher)
        with self.assertRefused("the work gave 2"):
            line.product_uom_qty = 0
        self.assertEqual(line.product_uom_qty, 2)

    def test_charged_and_lost(self):
        """A line that fell off the order keeps the machine here."""
        sheet = self._begin_work(self._quote(work=[("Overhaul", 2, False)]))
        self._test(sheet)
        sheet.action_accept()
        sheet.sudo().labour_ids.sale_line_id = False
        with self.assertRefused("Overhaul is charged but not on a settlement"):
            sheet.action_settle()
        self.assertIn("Overhaul is charged", sheet.request_id.debt_text)

    def test_clock_runs_again_after_the_break_off(self):
        sheet = self._begin_work(self._quote())
        sheet.with_user(self.engineer_user).action_supplement()
        pauses = sheet.request_id.sudo().pause_ids
        self.assertTrue(pauses.filtered(lambda pause: not pause.ended_at))
        sheet.action_withdraw("No more")
        self.assertFalse(pauses.filtered(lambda pause: not pause.ended_at))

    # ------------------------------------------------------------------- stock

    def test_moves_by_the_storekeeper(self):
        """Parts come on the repair by its sheet, however the move is written."""
        sheet = self._begin_work(self._quote([(self.seal, 1, False)]))
        self.keeper.group_ids += self.env.ref("sales_team.group_sale_manager")
        repair = sheet.sudo().repair_order_id
        moves = self.env["stock.move"].with_user(self.keeper)
        vals = {
            "product_id": self.seal.id,
            "product_uom_qty": 1,
            "location_id": self.stock.id,
            "location_dest_id": self.engineer_location.id,
        }
        with self.assertRefused("register sheet"):
            moves.create(
                {
                    **vals,
                    "repair_id": repair.id,
                    "repair_line_type": "add",
                    "aftersales_repair_part_id": sheet.part_ids.id,
                }
            )
        move = moves.create(vals)
        for fname, record in (
            ("repair_id", repair),
            ("aftersales_repair_part_id", sheet.part_ids),
        ):
            with self.assertRefused("register sheet"):
                move.write({fname: record.id})
        with self.assertRefused("register sheet"):
            sheet.part_ids.sudo().move_id.with_user(self.keeper).repair_id = False
        orders = self.env["repair.order"].with_user(self.keeper)
        with self.assertRefused("makes its own repair order"):
            orders.with_context(default_aftersales_factory_repair_id=sheet.id).create(
                {"product_id": self.seal.id}
            )

    def test_plain_repair_by_the_storekeeper(self):
        """Odoo's own repair order takes and loses parts as ever."""
        repair = (
            self.env["repair.order"]
            .with_user(self.keeper)
            .create(
                {
                    "product_id": self.seal.id,
                    "move_ids": [
                        Command.create(
                            {
                                "repair_line_type": "add",
                                "product_id": self.seal.id,
                                "product_uom_qty": 1,
                            }
                        )
                    ],
                }
            )
        )
        repair.move_ids.write({"repair_id": repair.id, "product_uom_qty": 2})
        self.assertEqual(repair.move_ids.product_uom_qty, 2)

    def test_documents_of_the_sheet_stay_with_it(self):
        """A line or transfer hung on another sheet would not be counted here."""
        sheet = self._begin_work(self._quote(work=[("Overhaul", 2, False)]))
        line = sheet.labour_ids.sudo().sale_line_id.with_user(self.dispatcher)
        with self.assertRefused("come from its register sheet"):
            line.aftersales_factory_repair_id = False
        receipt = sheet.sudo().machine_picking_ids.with_user(self.keeper)
        with self.assertRefused("come from its register sheet"):
            receipt.aftersales_factory_repair_id = False
        self.assertTrue(receipt.aftersales_factory_repair_id)

    def test_case_of_the_sheet_is_fixed(self):
        sheet = self._receive_machine()
        other = self.env["aftersales.service.request"].create(
            {"partner_id": self.customer.id}
        )
        with self.assertRefused("fixed once the machine is received"):
            sheet.with_user(self.agent).request_id = other

    def test_part_of_a_supplement_is_chosen_before_he_signs(self):
        sheet = self._begin_work(self._quote())
        sheet.with_user(self.engineer_user).action_supplement()
        extra = sheet.prerepair_ids.filtered(lambda o: o.kind == "supplement")
        extra = extra.with_user(self.advisor)
        extra.reason = "One more"
        extra.line_ids = [Command.create({"kind": "part", "name": "Some seal"})]
        with self.assertRefused("Choose the product of part “Some seal”"):
            extra.action_submit()
        self.assertEqual(extra.state, "draft")
