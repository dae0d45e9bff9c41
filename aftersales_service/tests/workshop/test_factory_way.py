from odoo.tests import tagged

from .common import WorkshopCommon


@tagged("post_install", "-at_install")
class TestFactoryWay(WorkshopCommon):
    """The whole stay of a machine, each step by the lowest role that may do it."""

    def test_from_the_gate_to_the_gate(self):
        notice = self._announce()
        sheet = notice.repair_ids.with_user(self.advisor)
        self.assertEqual(sheet.state, "announced")
        notice.with_user(self.gatekeeper).action_enter()
        entry = notice.sudo().entry_ids.with_user(self.gatekeeper)
        self.assertEqual(sheet.state, "entered")
        self.assertEqual(notice.state, "arrived")
        entry.action_call()
        sheet.technician_id = self.engineer
        entry.with_user(self.advisor).action_receive()
        self.assertEqual(sheet.state, "received")
        self.assertEqual(sheet.advisor_id, self.advisor)
        request = sheet.request_id
        self.assertEqual(request.state, "to_factory")
        self.assertEqual(request.equipment_id, self.equipment)
        self._finish_stay(sheet)
        entry.action_exit()
        self.assertTrue(entry.exit_at)

    def _finish_stay(self, sheet):
        request = sheet.request_id
        self._finish(sheet)
        self.assertEqual(request.state, "in_work")
        sheet.action_accept()
        self.assertEqual(request.state, "confirm")
        sheet.with_user(self.finance).action_settle()
        sheet.write(
            {"rating_repair": "5", "rating_attitude": "5", "rating_overall": "4"}
        )
        sheet.action_evaluate()
        sheet.collected_by = "Mr Wu"
        sheet.action_leave()
        self.assertEqual(request.state, "done")
        sheet.action_archive_sheet()
        self.assertEqual(sheet.state, "archived")
