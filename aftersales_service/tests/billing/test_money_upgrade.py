from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.tests import tagged

from .common import CollectionCommon

SCRIPT = "19.0.1.3.0/post-money.py"


@tagged("post_install", "-at_install")
class TestMoneyUpgrade(CollectionCommon):
    """What a database of before does not say about cancellations and carry-overs."""

    def _migrate(self, version="19.0.1.2.0"):
        self.env.flush_all()
        self._load_migration(SCRIPT).migrate(self.env.cr, version)
        self.env.invalidate_all()

    def test_cancelled_receipts(self):
        receipt, other = self._collect(100), self._collect(50, "R-2")
        self._cancel(receipt)
        receipt.sudo().write({"cancelled_at": False, "cancelled_by_id": False})
        self._migrate("")
        self.assertFalse(receipt.cancelled_at, "a new database needs nothing")
        self._migrate()
        self.assertEqual(receipt.cancelled_at, receipt.write_date)
        self.assertEqual(receipt.cancelled_by_id, receipt.write_uid)
        self.assertFalse(other.cancelled_at)
        receipt.sudo().cancelled_at = "2026-01-05 10:00:00"
        self._migrate()
        self.assertEqual(
            receipt.cancelled_at, fields.Datetime.to_datetime("2026-01-05 10:00:00")
        )

    def _statement(self, months, total=0, carried=0, **vals):
        """A statement as it stood before; totals are those of its lines."""
        statement = self.env["aftersales.commission.statement"].create(
            {
                "employee_id": self.engineer.id,
                "period": fields.Date.today() + relativedelta(months=months),
                "carried": carried,
                **vals,
            }
        )
        if total:
            statement.flush_recordset()
            statement.commission_total = total
        return statement

    def test_carried_statements(self):
        negative = self._statement(1, -100)
        carrier = self._statement(2, 0, -100)
        positive = self._statement(3, 50)
        colleague = self._statement(2, 0, -100, employee_id=self.other_engineer.id)
        cancelled = self._statement(4, -10, state="cancelled")
        self.env.flush_all()
        statements = negative | carrier | positive | colleague | cancelled
        self._migrate()
        self.assertEqual(negative.carried_to_id, carrier)
        # It is below zero by what it carries, and the next one took nothing.
        self.assertFalse((positive | colleague | cancelled).carried_to_id)
        self._migrate()
        self.assertEqual(statements.carried_to_id, carrier)
