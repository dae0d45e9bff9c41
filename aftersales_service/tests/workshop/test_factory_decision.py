from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import WorkshopCommon


@tagged("post_install", "-at_install")
class TestFactoryDecision(WorkshopCommon):
    """The customer decides on the quotation (Art.23(3))."""

    def _quote(self):
        sheet = self._diagnose()
        sheet.action_quote()
        return sheet

    def test_no_quotation_without_a_diagnosis(self):
        sheet = self._receive_machine()
        self._sign_prerepair(sheet.prerepair_ids)
        sheet.action_start_diagnosis()
        with self.assertRaisesRegex(UserError, "enter first: Technical Diagnosis"):
            sheet.action_quote()
        sheet.diagnosis = "   "
        with self.assertRaisesRegex(UserError, "enter first: Technical Diagnosis"):
            sheet.action_quote()

    def test_only_the_three_answers(self):
        sheet = self._quote()
        for answer in (False, "perhaps", "", None):
            with self.assertRaisesRegex(UserError, "Choose what the customer"):
                sheet.action_decide(answer)
        self.assertEqual(sheet.state, "quoted")

    def test_agreed_by_the_bringer_unless_somebody_else_is_named(self):
        sheet = self._quote()
        sheet.action_decide("all")
        self.assertEqual((sheet.state, sheet.decision), ("agreed", "all"))
        self.assertEqual(sheet.decided_by, "Mr Wu")
        self.assertTrue(sheet.decided_at)

    def test_partly_says_what(self):
        sheet = self._quote()
        with self.assertRaisesRegex(UserError, "Say why"):
            sheet.action_decide("partly")
        sheet.action_decide("partly", "Ms Luo", "Without the paint")
        self.assertEqual(sheet.decision_note, "Without the paint")
        self.assertEqual(sheet.decided_by, "Ms Luo")

    def test_declined_machine_leaves(self):
        sheet = self._quote()
        sheet.action_decide("none")
        self.assertEqual(sheet.state, "declined")
        with self.assertRaises(UserError):
            sheet.with_user(self.engineer_user).action_start()
        self.assertIn("still in the factory", sheet.request_id.debt_text)
        sheet.collected_by = "Mr Wu"
        sheet.action_leave()
        self.assertEqual(sheet.state, "left")
        self.assertEqual(sheet.request_id.state, "done")
        sheet.request_id.invalidate_recordset()
        self.assertFalse(sheet.request_id.debt_text)

    def test_declined_with_a_fee_for_the_diagnosis(self):
        sheet = self._quote()
        sheet.action_decide("none")
        with self.assertRaisesRegex(UserError, "enter first: Diagnosis Fee"):
            sheet.action_charge_diagnosis()
        sheet.diagnosis_fee = 200
        sheet.action_charge_diagnosis()
        self.assertEqual(sheet.state, "settlement")
        with self.assertRaises(UserError):
            sheet.action_leave()

    def test_dialog_of_the_decision(self):
        sheet = self._quote()
        dialog = (
            self.env["aftersales.factory.event"]
            .with_user(self.advisor)
            .create({"repair_id": sheet.id, "decision": "partly", "person": "Ms Luo"})
        )
        self.assertEqual(dialog.step, "decide")
        with self.assertRaisesRegex(UserError, "Say why"):
            dialog.action_record()
        dialog.note = "Pump only"
        dialog.action_record()
        self.assertEqual(sheet.decision, "partly")

    def test_undecided_does_not_start(self):
        sheet = self._quote()
        with self.assertRaisesRegex(UserError, "has not agreed to the quotation"):
            sheet._check_may_start()
