from odoo.tests import HttpCase, tagged

from .intake.test_call_record import CallCommon


@tagged("post_install", "-at_install")
class TestCallTours(CallCommon, HttpCase):
    """The agent at the phone, in the real browser."""

    def test_phone_rings(self):
        """Number typed, customer and machines seen, request made, then merged."""
        self._create_call(symptom="Asked for oil")
        first = self._create_request(symptom="Leaks oil")
        self.env.flush_all()
        self.start_tour(
            "/odoo/aftersales-calls/new",
            "aftersales_call_phone_rings",
            login=self.agent.login,
        )
        self.env.invalidate_all()
        call = self.env["aftersales.call.record"].search(
            [("symptom", "=", "The pump does not turn")]
        )
        self.assertEqual(call.partner_id, self.customer.child_ids)
        self.assertEqual(call.equipment_id, self.equipment)
        self.assertEqual(call.request_id, first)
        self.assertEqual(first.merged_ids.symptom, "The pump does not turn")
