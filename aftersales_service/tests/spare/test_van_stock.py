from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_van import VanCommon


@tagged("post_install", "-at_install")
class TestVanStock(VanCommon):
    """What engineers hold, seen by themselves and by the department."""

    def _rows(self, user):
        self.env.flush_all()
        stock = self.env["aftersales.van.stock"].with_user(user)
        people = (self.engineer | self.other_engineer).ids
        return stock.search([("engineer_id", "in", people)])

    def test_each_his_own(self):
        self._put(self.seal, 5)
        self._put(self.pump, 1, self.pump_lot)
        other = self.other_engineer._aftersales_get_location()
        self._put(self.seal, 2, location=other)
        rows = self._rows(self.engineer_user)
        self.assertEqual(rows.engineer_id, self.engineer)
        self.assertEqual(rows.mapped("quantity"), [1, 5])
        self.assertEqual(rows.lot_id, self.pump_lot)
        self.assertEqual(self._rows(self.other_engineer_user).quantity, 2)
        self.assertEqual(len(self._rows(self.dispatcher)), 3)

    def test_value_and_rule(self):
        self._put(self.seal, 5)
        self._rule(self.seal, 2, 8)
        row = self._rows(self.keeper)
        self.assertEqual(row.value, 200)
        self.assertEqual((row.min_quantity, row.max_quantity), (2, 8))
        self.assertEqual(self._rows(self.finance).value, 200)
        for user in (self.engineer_user, self.dispatcher):
            with self.assertRaises(AccessError):
                self._rows(user).read(["value"])
        totals = self.env["aftersales.van.stock"]._read_group(
            [("engineer_id", "=", self.engineer.id)], ["engineer_id"], ["value:sum"]
        )
        self.assertEqual(totals, [(self.engineer, 200)])

    def test_kits_and_what_goes_back(self):
        dispatch = self._issue_dispatch()
        requisition = self._issue_parts(dispatch, [(self.seal, 4)])
        kit = self.env["stock.location"].create(
            {"name": "Kit", "location_id": self.engineer_location.id}
        )
        self._put(self.seal, 2, location=kit)
        requisition.action_return_unused()
        rows = self._rows(self.engineer_user)
        self.assertEqual(sorted(rows.mapped("quantity")), [2, 4])
        self.assertEqual(sum(rows.mapped("reserved_quantity")), 4)
        self.assertEqual(self.engineer._aftersales_get_held(self.seal), 2)
        action = self.engineer.action_aftersales_van_stock()
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(found.ids, rows.ids)

    def test_nothing_is_written_here(self):
        self._put(self.seal, 5)
        row = self._rows(self.manager)
        for operation in ("create", "write", "unlink"):
            self.assertFalse(row.has_access(operation))
