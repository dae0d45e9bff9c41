from odoo.tests import tagged

from ..report.common import ReportCommon
from .common_repair import RepairCommon

QUOTATION = {
    "en_US": (
        "Machine Repair Quotation",
        "Appendix 11",
        "Technical Diagnosis",
        "Valid Until",
        "Partly Agreed",
        "Total Quoted",
    ),
    "zh_CN": ("设备维修报价单", "附件 11", "金额大写", "壹仟伍佰陆拾元整"),
}


@tagged("post_install", "-at_install")
class TestRepairPrint(RepairCommon, ReportCommon):
    """What the customer takes home: App. 11 and App. 12, nothing internal."""

    def _quote_two(self):
        self.env.ref("aftersales_service.product_outside").taxes_id = False
        other = self._receive_machine(self._new_equipment(self.machine, "MK-0002"))
        first = self._receive_machine(note="Customer is difficult")
        self._propose(first, [(self.seal, 2, True), (self.pump, 1, False)])
        self._propose(first, work=[("Overhaul", 3, False), ("Look it over", 1, True)])
        self._propose(other, [(self.seal, 4, False)])
        other.sudo().labour_ids = [
            (
                0,
                0,
                {
                    "name": "Welding outside",
                    "kind": "outside",
                    "price_unit": 100,
                    "cost": 77,
                    "charge": "charged",
                    "charge_reason": "Accident",
                },
            )
        ]
        for sheet in first | other:
            self._diagnose(sheet)
        (first | other).with_user(self.advisor).action_quote()
        return first, other

    def test_quotation_and_settlement(self):
        first, other = self._quote_two()
        order = first.sudo().sale_order_id
        order.aftersales_expected_days = 4
        for lang, texts in QUOTATION.items():
            content = self._print("quotation", order, self.advisor, lang)
            text = self._read(content)
            self.assertText(text, *texts)
            self.assertText(text, "MK-0001", "MK-0002", first.name, other.name)
            self.assertText(text, "1,560.00", "320.00", "Shaft seal worn", "Emil")
            # Neither a cost nor what we write for ourselves.
            self.assertNoText(text, "77.00", "300.00", "difficult")
        first.action_decide("all")
        other.action_decide("all")
        self._stock_bag((self.seal, 6, None), (self.pump, 1, self.pump_lot))
        for sheet in first | other:
            sheet.with_user(self.engineer_user).action_start()
        pump = first.part_ids.filtered(lambda p: p.product_id == self.pump)
        pump.with_user(self.engineer_user).lot_id = self.pump_lot
        for sheet in first | other:
            self._test(sheet)
            sheet.action_accept()
        self._check_settlement(order, first, other)

    def _check_settlement(self, order, first, other):
        form = self.env["report.aftersales_service.report_aftersales_settlement"]
        jobs = form._get_jobs(order)
        self.assertEqual([job["sheet"] for job in jobs], [other, first])
        fees = {job["sheet"]: job["fees"] for job in jobs}
        self.assertEqual(fees[first]["total_parts"], 700)
        self.assertEqual(fees[first]["total_labour"], 360)
        self.assertEqual(fees[other]["total_outside"], 100)
        self.assertEqual(
            sum(fee["total"] for fee in fees.values()), order.amount_untaxed
        )
        relief = {row["name"]: row["relief"] for row in fees[first]["parts"]}
        self.assertEqual(relief["Ring Seal"], 200)
        self.assertEqual(fees[first]["labour"][-1]["relief"], 120)
        self.assertEqual(form._get_relief(jobs), 320)
        self.assertEqual(
            sum(fee["total"] for fee in fees.values()) + form._get_relief(jobs),
            sum(
                line.used_quantity * line.price_unit
                for sheet in first | other
                for line in sheet._get_lines()
            ),
        )
        content = self._print("settlement", order, self.advisor)
        text = self._read(content)
        self.assertText(
            text, "Machine Repair Settlement", "MK-0002", "Welding outside", "P-1"
        )
        self.assertNoText(text, "77.00", "300.00", "difficult")

    def test_odoos_print_keeps_our_notes(self):
        sheet = self._quote([(self.seal, 1, False)])
        ours = sheet.sudo().repair_order_id
        plain = self.env["repair.order"].create(
            {"product_id": self.seal.id, "partner_id": self.customer.id}
        )
        (ours | plain).internal_notes = "<p>Quarrelsome person</p>"
        report = self.env["ir.actions.report"]
        name = "repair.report_repairorder2"
        for repair, is_shown in ((ours, False), (plain, True)):
            html, _kind = report._render_qweb_html(name, repair.ids)
            self.assertEqual("Quarrelsome" in html.decode(), is_shown)

    def test_menu_is_on_repairs_only(self):
        report = self.env.ref("aftersales_service.aftersales_quotation_report")
        order = self._quote([(self.seal, 1, False)]).sudo().sale_order_id
        plain = self.env["sale.order"].create({"partner_id": self.customer.id})
        self.assertIn(
            report.id, report.get_valid_action_reports("sale.order", order.ids)
        )
        self.assertNotIn(
            report.id, report.get_valid_action_reports("sale.order", plain.ids)
        )
