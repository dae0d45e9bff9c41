import re
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import ReportCommon


@tagged("post_install", "-at_install")
class TestLongPrints(ReportCommon):
    """Prints of many lines, and what a customer reads on his."""

    def _rows(self, content, word):
        """Where ``word`` stands, as ``(page, distance from the top)``."""
        rows, page = [], 0
        for line in self._run(content, "pdftotext", "-bbox", "-", "-").splitlines():
            page += "<page" in line
            found = re.search(r'yMin="([\d.]+)".*>(.*)</word>', line)
            if found and found[2] == word:
                rows.append((page, float(found[1])))
        return rows

    def test_rows_keep_their_height(self):
        """One line of text makes one height, also where a first pass broke the page."""
        lines = [(self.seal, 1)] * 60
        requisition = self._create_requisition(self._issue_dispatch(), lines)
        content = self._print("parts_requisition", requisition, self.keeper)
        self.assertEqual(self._count_pages(content), 2)
        rows = self._rows(content, "MF-001")
        self.assertGreaterEqual(len(rows), 60)
        heights = [
            below[1] - above[1]
            for above, below in zip(rows, rows[1:], strict=False)
            if above[0] == below[0]
        ]
        self.assertLess(max(heights) - min(heights), 1.5, heights)

    def test_receipts_in_the_order_of_payment(self):
        dispatch = self._play_visit()[0]
        order = self._settle(dispatch.request_id)
        now = fields.Datetime.now()
        first, second = (
            self.env["aftersales.collection"]
            .with_user(self.engineer_user)
            .create(
                [
                    {
                        "sale_order_id": order.id,
                        "receipt_no": f"SJ-{order.id}-{hours}",
                        "amount": 50,
                        "collector_id": self.engineer.id,
                        "collected_at": now - timedelta(hours=hours),
                    }
                    for hours in (2, 1)
                ]
            )
        )
        text = self._read(self._print("settlement", order, self.finance))
        self.assertText(text, f"{first.receipt_no}, {second.receipt_no}")

    def test_the_label_of_the_tax(self):
        """The customer reads what stands on his invoice, not our name of the tax."""
        order = self._create_order()
        order.order_line.tax_ids = self.env["account.tax"].create(
            {"name": "13% G internal", "invoice_label": "VAT 13%", "amount": 13}
        )
        text = self._read(self._print("settlement", order))
        self.assertText(text, "VAT 13%")
        self.assertNoText(text, "internal")
