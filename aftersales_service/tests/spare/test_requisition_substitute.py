from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import SpareCommon


@tagged("post_install", "-at_install")
class TestRequisitionSubstitute(SpareCommon):
    """A substitute for a part that is short; the parts of a fault case."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dispatch = cls()._issue_dispatch()
        cls.old_seal = cls()._new_part("Old Seal", lst_price=55)
        cls.rare_seal = cls()._new_part("Rare Seal")
        cls.old_seal.aftersales_substitute_ids = cls.seal | cls.rare_seal

    def test_one_click_replaces(self):
        requisition = self._create_requisition(self.dispatch, [(self.old_seal, 2)])
        line = requisition.line_ids
        self.assertEqual(line.price_unit, 55)
        self.assertEqual(line.substitute_id, self.seal)
        line.action_use_substitute()
        self.assertEqual(line.product_id, self.seal)
        self.assertEqual(line.original_product_id, self.old_seal)
        self.assertEqual(line.price_unit, 100)
        self.assertEqual(line.missing_quantity, 0)
        line.action_use_original()
        self.assertEqual(line.product_id, self.old_seal)
        self.assertFalse(line.original_product_id)

    def test_only_with_enough_in_stock(self):
        requisition = self._create_requisition(self.dispatch, [(self.old_seal, 21)])
        self.assertFalse(requisition.line_ids.substitute_id)
        with self.assertRefused("no substitute for Old Seal"):
            requisition.line_ids.action_use_substitute()
        there = self._create_requisition(self.dispatch, [(self.seal, 1)])
        self.assertFalse(there.line_ids.substitute_id)

    def test_signatures_for_the_other_part_are_void(self):
        requisition = self._create_requisition(self.dispatch, [(self.old_seal, 2)])
        requisition.action_submit()
        self._sign(requisition, "finance_head")
        requisition.line_ids.action_use_substitute()
        self.assertEqual(requisition.state, "draft")
        requisition.action_submit()
        self._sign(requisition, *self.REQUISITION_ROLES)
        with self.assertRefused("To Issue"):
            requisition.line_ids.action_use_original()

    def test_another_part_by_hand_is_no_substitute(self):
        requisition = self._create_requisition(self.dispatch, [(self.old_seal, 2)])
        line = requisition.line_ids
        line.action_use_substitute()
        line.product_id = self.rare_seal
        self.assertFalse(line.original_product_id)
        with self.assertRefused("button only", AccessError):
            line.original_product_id = self.seal
        with self.assertRefused("button only", AccessError):
            requisition.write(
                {
                    "line_ids": [
                        Command.create(
                            {
                                "product_id": self.seal.id,
                                "original_product_id": self.pump.id,
                            }
                        )
                    ]
                }
            )

    def test_printed(self):
        requisition = self._create_requisition(self.dispatch, [(self.old_seal, 2)])
        requisition.line_ids.action_use_substitute()
        requisition.action_submit()
        self._sign(requisition, *self.REQUISITION_ROLES)
        self._validate(requisition.sudo().picking_ids)
        requisition.action_receive()
        html = self.env["ir.actions.report"]._render_qweb_html(
            "aftersales_service.report_aftersales_parts_requisition", requisition.ids
        )[0]
        for text in (
            "Substitute / Original",
            "Old Seal",
            self.keeper.name,
            "Parts Not",
        ):
            self.assertIn(text.encode(), html)
        self.assertGreaterEqual(html.count(self.engineer.name.encode()), 2)

    def test_template_of_one_variant(self):
        template = self.old_seal.product_tmpl_id
        self.assertEqual(template.aftersales_substitute_ids, self.seal | self.rare_seal)
        template.aftersales_substitute_ids = self.seal
        self.assertEqual(self.old_seal.aftersales_substitute_ids, self.seal)

    # ------------------------------------------------------ parts of the case

    def _case(self, parts, **vals):
        return (
            self.env["aftersales.fault.case"]
            .sudo()
            .create(
                {
                    "title": "Does not spray",
                    "symptom": "Does not spray",
                    "solution": "New seal",
                    "product_id": self.machine.id,
                    "part_ids": [
                        Command.create({"product_id": part.id, "quantity": quantity})
                        for part, quantity in parts
                    ],
                    "state": "published",
                    **vals,
                }
            )
        )

    def test_parts_of_the_case(self):
        case = self._case([(self.seal, 2), (self.pump, 1)])
        requisition = self._create_requisition(self.dispatch, [])
        self.assertEqual(requisition.fault_case_id, case)
        requisition.action_add_case_parts()
        rows = [(line.product_id, line.quantity) for line in requisition.line_ids]
        self.assertEqual(rows, [(self.seal, 2), (self.pump, 1)])
        with self.assertRefused("on the form already"):
            requisition.action_add_case_parts()

    def test_what_is_there_stays(self):
        self._case([(self.old_seal, 2), (self.pump, 1)])
        requisition = self._create_requisition(self.dispatch, [(self.old_seal, 5)])
        requisition.line_ids.action_use_substitute()
        requisition.action_add_case_parts()
        rows = [(line.product_id, line.quantity) for line in requisition.line_ids]
        self.assertEqual(rows, [(self.seal, 5), (self.pump, 1)])

    def test_case_that_solved_it_comes_first(self):
        self._case([(self.pump, 1)])
        other = self._case(
            [(self.seal, 1)], title="Leaks", symptom="Leaks", product_id=False
        )
        self.env["aftersales.fault.case.use"].sudo()._judge(
            other, self.dispatch.request_id.sudo(), "solved"
        )
        requisition = self._create_requisition(self.dispatch, [])
        self.assertEqual(requisition.fault_case_id, other)

    def test_no_case(self):
        requisition = self._create_requisition(self.dispatch, [])
        requisition.fault_case_id = False
        with self.assertRefused("Choose a fault case"):
            requisition.action_add_case_parts()
        self._case([(self.seal, 1)])
        approved = self._approve_requisition(self.dispatch, [(self.pump, 1)])
        with self.assertRefused("To Issue"):
            approved.action_add_case_parts()
