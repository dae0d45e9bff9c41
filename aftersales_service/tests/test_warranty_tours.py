from datetime import timedelta

from odoo.tests import HttpCase, tagged

from .common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestWarrantyTours(AftersalesCommon, HttpCase):
    """The warranty verdict and an adjustment on the screen."""

    def _tour(self, record, name, user):
        self.env.flush_all()
        url = f"/odoo/{record._name}/{record.id}"
        self.start_tour(url, f"aftersales_warranty_{name}", login=user.login)
        self.env.invalidate_all()

    def test_decided_by_the_agent(self):
        request = self._create_request()
        self._tour(request, "decide", self.agent)
        self.assertEqual(request.verdict_state, "decided")
        self.assertEqual(request.verdict_by_id, self.agent)

    def test_decided_against_the_terms_by_quality(self):
        self.equipment.purchase_date = "2020-01-01"
        request = self._create_request()
        self._tour(request, "override", self.quality)
        self.assertEqual(request.verdict_state, "overridden")
        self.assertEqual(request.verdict_parts, "free")
        self.assertEqual(request.verdict_labour, "charged")

    def test_adjusted_by_quality(self):
        end = self.equipment.warranty_end
        self._tour(self.equipment, "adjust", self.quality)
        self.assertEqual(self.equipment.warranty_end, end + timedelta(days=10))
        adjustment = self.equipment.warranty_adjustment_ids
        self.assertEqual((adjustment.state, adjustment.days_added), ("applied", 10))
