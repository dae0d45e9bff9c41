from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import WorkshopCommon


@tagged("post_install", "-at_install")
class TestFactoryFile(WorkshopCommon):
    """The stay in the file of the case, on paper and in the customer's file."""

    def _render(self, report, records):
        reports = self.env["ir.actions.report"].with_user(self.advisor)
        html, _kind = reports._render_qweb_html(
            f"aftersales_service.{report}", records.ids
        )
        return html.decode()

    def test_story_and_debts_of_the_request(self):
        sheet = self._start()
        request = sheet.request_id
        self.assertEqual(request.factory_repair_count, 1)
        self.assertIn(f"still in the factory on {sheet.name}", request.debt_text)
        titles = [row["title"] for row in request.story]
        self.assertIn(f"{sheet.name}: Received", titles)
        self.assertIn(f"{sheet.name}: Work Started", titles)
        self.assertLess(
            titles.index(f"{sheet.name}: Brought"),
            titles.index(f"{sheet.name}: Customer Decided"),
        )
        request.action_confirm_done()
        with self.assertRaisesRegex(UserError, "still in the factory"):
            request.action_archive_file()

    def test_request_with_a_machine_in_the_house_is_not_cancelled(self):
        sheet = self._receive_machine()
        with self.assertRaisesRegex(UserError, "still in the factory"):
            sheet.request_id.action_cancel()

    def test_request_is_the_door_s_own(self):
        sheet = self._receive_machine()
        request = sheet.request_id
        self.assertEqual(request.channel, "visit")
        self.assertEqual(request.verdict_parts, "free")
        self.assertEqual(request.handling, "factory")
        self.assertEqual(request.accepted_at, sheet.received_at)
        self.assertEqual(request.user_id, self.advisor)
        self.assertEqual(request.symptom, "Pump leaks")

    def test_what_was_found_in_codes_goes_to_the_case(self):
        codes = self.env["aftersales.fault.code"]
        cause, other = codes.create(
            [{"code": f"X{i}", "name": f"Cause {i}", "kind": "cause"} for i in range(2)]
        )
        sheet = self._start()
        mine = sheet.with_user(self.engineer_user)
        mine.write({"cause_code_id": cause.id, "work_done": "Seal"})
        mine.action_finish()
        self.assertEqual(sheet.request_id.cause_code_id, cause)
        mine.action_test_failed("Drips")
        mine.cause_code_id = other
        mine.action_finish()
        self.assertEqual(sheet.request_id.cause_code_id, cause)

    def test_register_sheet_on_paper(self):
        sheet = self._receive_machine(note="Owes us money since May")
        order = sheet.prerepair_ids.with_user(self.advisor)
        order.line_ids.create(
            {"order_id": order.id, "product_id": self.seal.id, "quantity": 2}
        )
        self._fill_bag(self.seal, 2)
        self._finish(sheet)
        html = self._render("report_aftersales_factory_repair", sheet)
        for text in (
            sheet.name,
            order.name,
            "Qingshan Roadworks",
            "Mr Wu",
            "MK-0001",
            "Shaft seal worn",
            "Seal replaced",
            "Tight at 20 bar",
            "Appendix",
        ):
            self.assertIn(text, html)
        self.assertNotIn("Owes us money", html)

    def test_pre_repair_order_on_paper(self):
        sheet = self._receive_machine(note="Owes us money since May")
        order = sheet.prerepair_ids.with_user(self.advisor)
        order.item_ids.create(
            [
                {"order_id": order.id, "name": "Spray gun", "quantity": 2},
                {"order_id": order.id, "name": "Fuel", "kind": "fluid"},
            ]
        )
        order.write({"exterior": "Scratch on the left"})
        order.action_submit()
        html = self._render("report_aftersales_prerepair_order", order)
        for text in (order.name, "Spray gun × 2", "Scratch on the left", "Two copies"):
            self.assertIn(text, html)
        self.assertNotIn("Owes us money", html)
        self.assertNotIn("data:image/png", html.split("as_sign")[-1])
        self._sign_prerepair(order)
        html = self._render("report_aftersales_prerepair_order", order)
        self.assertIn("data:image/png", html.split("as_sign")[-1])

    def test_row_in_the_customer_file(self):
        sheet = self._finish()
        sheet.opinion = "Quick and clean"
        sheet.action_accept()
        sheet.action_settle()
        sheet.collected_by = "Mr Wu"
        sheet.action_leave()
        report = self.env["report.aftersales_service.report_aftersales_customer_file"]
        rows = report._get_repairs(sheet.request_id.sudo())
        self.assertEqual(len(rows), 1)
        self.assertEqual(rows[0]["bringer"], "Mr Wu")
        self.assertEqual(rows[0]["serial"], "MK-0001")
        self.assertIn("Seal replaced", rows[0]["work"])
        self.assertIn("Quick and clean", rows[0]["opinion"])
