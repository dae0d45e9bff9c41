from odoo.tests import HttpCase, tagged

from .common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestCustodyTours(AftersalesCommon, HttpCase):
    """The storekeeper in his stock screens, the engineer on the phone."""

    def _tour(self, url, name, user):
        self.env.flush_all()
        self.start_tour(url, f"aftersales_custody_{name}", login=user.login)
        self.env.invalidate_all()

    def test_issued_and_brought_back(self):
        dispatch = self._issue_dispatch()
        requisition = self._create_requisition(dispatch, [(self.seal, 3)])
        requisition.action_submit()
        self._sign(requisition, *self.REQUISITION_ROLES)
        issue = requisition.sudo().picking_ids
        self._tour(f"/odoo/stock.picking/{issue.id}", "issue", self.keeper)
        self.assertEqual(requisition.state, "issued")
        self.assertEqual(requisition.issued_by_id, self.keeper)
        self.assertEqual(self.engineer._aftersales_get_held(self.seal), 3)
        requisition.action_return_unused()
        back = requisition.sudo().picking_ids - issue
        self._tour(f"/odoo/stock.picking/{back.id}", "return", self.keeper)
        self.assertEqual(back.state, "done")
        self.assertEqual(back.backorder_ids.move_ids.product_uom_qty, 2)
        self.assertEqual(requisition.line_ids.returned_quantity, 1)
        cls = type(self)
        for fname, value in (("browser_size", "390x844"), ("touch_enabled", True)):
            self.addCleanup(setattr, cls, fname, getattr(cls, fname))
            setattr(cls, fname, value)
        self._tour("/odoo/aftersales-my-parts", "my_parts", self.engineer_user)
