from odoo.tests import tagged

from .common import SpareCommon


@tagged("post_install", "-at_install")
class TestSecondEngineer(SpareCommon):
    """The second engineer of a visit enters what both of them used."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        self = cls()
        cls.dispatch = self._issue_dispatch(assistant_ids=cls.other_engineer.ids)
        self._issue_parts(cls.dispatch, [(cls.seal, 5)])
        self._go_to_customer(cls.dispatch)
        cls.theirs = cls.dispatch.with_user(cls.other_engineer_user)

    def _use_by_the_second(self):
        return (
            self.env["aftersales.part.use"]
            .with_user(self.other_engineer_user)
            .create(
                {
                    "dispatch_id": self.dispatch.id,
                    "product_id": self.seal.id,
                    "quantity": 2,
                }
            )
        )

    def test_parts_come_out_of_the_first_ones_bag(self):
        self._use_by_the_second()
        self.theirs.action_finished()
        self.assertEqual(self.dispatch.state, "finished")
        self.assertEqual(self.engineer._aftersales_get_held(self.seal), 3)
        self.assertEqual(self.other_engineer._aftersales_get_held(self.seal), 0)

    def test_old_parts_are_his_to_see(self):
        self._use_by_the_second()
        self.theirs.action_finished()
        returned = self.dispatch.request_id.sudo().parts_return_ids
        line = self.env["aftersales.parts.return.line"].search(
            [("return_id", "in", returned.ids)]
        )
        self.assertEqual((line.product_id, line.quantity), (self.seal, 2))

    def test_parts_beyond_the_bag_are_refused(self):
        self._use_by_the_second().quantity = 6
        with self.assertRefused("Seal"):
            self.theirs.action_finished()
        self.assertEqual(self.engineer._aftersales_get_held(self.seal), 5)
