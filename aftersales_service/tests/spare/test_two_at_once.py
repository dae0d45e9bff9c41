from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tests import tagged
from odoo.tests.common import get_db_name

from .common import SpareCommon


@tagged("post_install", "-at_install")
class TestTwoAtOnce(SpareCommon):
    """Two transactions want the parts of one engineer.

    The row of his location is the lock; it is committed before this class opens
    its own transaction, so that a second cursor can hold it.
    """

    @classmethod
    def setUpClass(cls):
        location_id = cls._commit_location()
        super().setUpClass()
        cls.engineer.aftersales_location_id = location_id
        cls.dispatch = cls()._arrive_with([(cls.seal, 3)])

    @classmethod
    def _commit_location(cls):
        registry = Registry(get_db_name())

        def delete():
            with registry.cursor() as cr:
                env = api.Environment(cr, SUPERUSER_ID, {})
                env["stock.location"].browse(location_id).unlink()

        with registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            location_id = (
                env["stock.location"]
                .create({"name": "Van of Two", "usage": "internal"})
                .id
            )
        cls.addClassCleanup(delete)
        return location_id

    def _hold_location(self, cr):
        cr.execute(
            "SELECT id FROM stock_location WHERE id = %s FOR NO KEY UPDATE NOWAIT",
            [self.engineer.aftersales_location_id.id],
        )
        self.assertTrue(cr.fetchall(), "the other transaction sees the location")

    def test_finishing_waits_for_nobody(self):
        self._use(self.dispatch, self.seal, 2)
        with self.registry.cursor() as other:
            self._hold_location(other)
            with self.assertRefused("somebody else right now"):
                self.dispatch.action_finished()
            self.dispatch.invalidate_recordset()
            self.assertEqual(self.dispatch.state, "arrived")
            self.assertEqual(self.engineer._aftersales_get_held(self.seal), 3)
        self.dispatch.action_finished()
        self.assertEqual(self.engineer._aftersales_get_held(self.seal), 1)

    def test_another_engineer_is_not_disturbed(self):
        theirs = self._issue_dispatch(
            self.dispatch.request_id, engineer_id=self.other_engineer.id
        ).with_user(self.other_engineer_user)
        theirs.action_contacted()
        theirs.action_departed()
        theirs.action_arrived()
        with self.registry.cursor() as other:
            self._hold_location(other)
            theirs.action_finished()
        self.assertEqual(theirs.state, "finished")

    def test_visit_without_parts_needs_no_lock(self):
        with self.registry.cursor() as other:
            self._hold_location(other)
            self.dispatch.action_finished()
        self.assertEqual(self.dispatch.state, "finished")

    def test_return_waits_for_nobody(self):
        """The storekeeper takes parts back while the visit is being booked."""
        requisition = self.dispatch.sudo().requisition_ids
        requisition.with_user(self.engineer_user).action_return_unused()
        back = requisition.picking_ids.filtered(lambda p: p.state != "done")
        with self.registry.cursor() as other:
            self._hold_location(other)
            with self.assertRefused("somebody else right now"):
                self._validate(back)
            self.assertEqual(back.state, "assigned")
        self._validate(back)
        self.assertEqual(requisition.line_ids.returned_quantity, 3)
