from odoo.tests import HttpCase, tagged

from .workshop.common import WorkshopCommon


@tagged("post_install", "-at_install")
class TestWorkshopTours(WorkshopCommon, HttpCase):
    """A machine's stay in the real browser, as the workshop advisor."""

    def test_advisor(self):
        notice = self._announce(contact_name="Mr Wu")
        notice.repair_ids.technician_id = self.engineer
        self.env.flush_all()
        self.start_tour(
            f"/odoo/aftersales-notices/{notice.id}",
            "aftersales_workshop_advisor",
            login=self.advisor.login,
            timeout=180,
        )
        self.env.invalidate_all()
        sheet = notice.repair_ids
        self.assertEqual(sheet.state, "left")
        self.assertEqual(sheet.prerepair_ids.state, "closed")
        self.assertEqual(sheet.prerepair_ids.signed_by, "Mr Wu")
        self.assertTrue(sheet.prerepair_ids.is_signed)
        self.assertEqual(sheet.decision, "all")
        self.assertEqual(sheet.request_id.state, "done")
