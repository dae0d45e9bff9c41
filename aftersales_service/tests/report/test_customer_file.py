from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from . import labels
from .common import ReportCommon


@tagged("post_install", "-at_install")
class TestCustomerFilePrint(ReportCommon):
    """App.15: everything the records know of a customer, and of nobody else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        bank = cls.env["res.bank"].create({"name": "Bridge Bank"})
        cls.customer.write(
            {
                "ref": "KH-77",
                "vat": "91510100MA6D1A2B3X",
                "email": "office@qingshan.example.com",
                "aftersales_customer_class": "contractor",
                "aftersales_head_id": cls.customer.child_ids.id,
                "aftersales_tier": "a",
                "aftersales_tier_reason": "Reference project of the province",
                "bank_ids": [
                    Command.create({"acc_number": "6222-0001", "bank_id": bank.id})
                ],
            }
        )
        cls.sister = cls.env["res.company"].create({"name": "Sister Machines"})

    def _get_file(self, customer=None):
        form = self.env["report.aftersales_service.report_aftersales_customer_file"]
        return form.sudo()._get_file(customer or self.customer, self.company)

    def _close_case(self):
        """A repaired and settled case with its call-back."""
        dispatch, _requisition, card = self._play_visit()
        request = dispatch.request_id
        order = self._settle(request)
        self._bring_in(order, 200.0)
        followup = (
            self.env["aftersales.followup"]
            .with_user(self.agent)
            .create(
                {
                    "request_id": request.id,
                    "satisfaction": "4",
                    "questions": "When is the next service due?",
                    "channel": "wechat",
                }
            )
        )
        request.with_user(self.agent).action_confirm_done()
        followup.is_completed = True
        followup.called_at = fields.Datetime.now()
        followup.sudo().state = "done"
        return dispatch, card, order

    def _complain(self):
        return self._create_request(
            request_type="complaint", symptom="Nobody called back"
        )

    def test_all_blocks(self):
        dispatch, card, order = self._close_case()
        complaint = self._complain()
        self.env["ir.attachment"].create(
            {
                "name": "contract-scan.pdf",
                "raw": b"x",
                "res_model": "res.partner",
                "res_id": self.customer.id,
            }
        )
        for lang, expected in (
            ("en_US", labels.CUSTOMER_FILE),
            ("zh_CN", labels.CUSTOMER_FILE.values()),
        ):
            text = self._read(
                self._print("customer_file", self.customer, self.agent, lang)
            )
            self.assertText(text, *expected)
            self.assertText(
                text,
                "NO. KH-77",
                "Qingshan Roadworks",
                "88 Bridge Road",
                "91510100MA6D1A2B3X",
                "Bridge Bank 6222-0001",
                "Ms Luo",
                "Reference project of the province",
                "MK-0001",
                dispatch.request_id.name,
                "Pump exchanged, pressure adjusted",
                "Ring Seal × 2",
                "Pump × 1",
                "700.00",
                "Quick and friendly",
                "When is the next service due?",
                complaint.name,
                "Nobody called back",
                order.name,
                "200.00",
                "500.00",
                "contract-scan.pdf",
            )
            self.assertNoText(text, "300.00")  # what the pump cost

    def test_customer_without_anything(self):
        partner = self.env["res.partner"].create({"name": "Newcomer"})
        text = self._read(self._print("customer_file", partner, self.agent))
        self.assertText(text, *labels.CUSTOMER_FILE, "Newcomer")
        blocks = self._get_file(partner)
        for name in ("machines", "repairs", "callbacks", "talks", "charges", "files"):
            self.assertEqual(blocks[name], [], name)

    def test_a_repair_is_listed_when_it_was_done(self):
        self._create_request()
        dispatch = self._issue_dispatch()
        self.assertFalse(self._get_file()["repairs"])
        self._go_to_customer(dispatch).action_finished()
        rows = self._get_file()["repairs"]
        self.assertEqual([row["number"] for row in rows], [dispatch.request_id.name])
        solved = self._create_request()
        solved._solve_remote(self.agent, fields.Datetime.now(), "Cleaned the nozzle")
        row = self._get_file()["repairs"][1]
        self.assertEqual(row["work"], "Cleaned the nozzle")
        self.assertEqual(row["price"], "—")

    def test_training_has_its_own_block(self):
        request = self._create_request(request_type="training")
        dispatch = self._issue_dispatch(request, task_type="training")
        dispatch.card_ids.work_done = "Two operators, passed"
        self._go_to_customer(dispatch).action_finished()
        blocks = self._get_file()
        self.assertFalse(blocks["repairs"])
        (row,) = blocks["trainings"]
        self.assertEqual(row["engineer"], self.engineer.name)
        self.assertEqual(row["card"], dispatch.card_ids.name)
        self.assertIn("Two operators", row["result"])

    def test_what_is_owed_comes_from_the_books(self):
        request = self._play_visit()[0].request_id
        order = self._settle(request)
        (row,) = self._get_file()["charges"]
        self.assertIn("700.00", row["arrears"])
        self.assertIn("0.00", self._get_file()["totals"]["owed"])
        order._create_invoices().action_post()
        blocks = self._get_file()
        self.assertIn("700.00", blocks["totals"]["owed"])
        self.assertEqual(blocks["charges"][0]["invoices"], order.invoice_ids.name)

    def test_a_contact_prints_the_file_of_his_company(self):
        content = self._print("customer_file", self.customer.child_ids, self.agent)
        self.assertText(self._read(content), "NO. KH-77", "MK-0001")

    def test_several_customers(self):
        other = self.env["res.partner"].create({"name": "Newcomer", "ref": "KH-78"})
        text = self._read(self._print("customer_file", self.customer | other))
        self.assertText(text, "NO. KH-77", "NO. KH-78")

    # ------------------------------------------------------------------ rights

    def test_nothing_of_the_sister(self):
        self.env["aftersales.equipment"].create(
            {
                "product_id": self.machine.id,
                "serial": "SI-0001",
                "company_id": self.sister.id,
                "partner_id": self.customer.id,
            }
        )
        self.env["ir.attachment"].create(
            {
                "name": "secret.pdf",
                "raw": b"x",
                "res_model": "res.partner",
                "res_id": self.customer.id,
                "company_id": self.sister.id,
            }
        )
        self.customer.with_company(self.sister).aftersales_tier_reason = "Foreign words"
        text = self._read(self._print("customer_file", self.customer, self.agent))
        self.assertNoText(text, "SI-0001", "secret.pdf", "Foreign words")
        self.assertText(text, self.company.name, "MK-0001")

    def test_a_company_named_in_the_context(self):
        form = self.env["report.aftersales_service.report_aftersales_customer_file"]
        form = form.with_user(self.agent).with_context(
            allowed_company_ids=self.sister.ids
        )
        with self.assertRaises(AccessError):
            form._get_report_values(self.customer.ids)

    def test_customer_of_another_company(self):
        self.customer.company_id = self.sister
        with self.assertRaises(AccessError):
            self._print("customer_file", self.customer, self.agent)

    def test_after_sales_people_only(self):
        stranger = new_test_user(
            self.env, login="as_stranger", groups="base.group_user"
        )
        for user in (stranger, self.engineer_user):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self._print("customer_file", self.customer, user)
        for user in (self.agent, self.signers["superior"], self.finance):
            text = self._read(self._print("customer_file", self.customer, user))
            self.assertText(text, "NO. KH-77")

    def test_qr_code_leads_to_the_customer(self):
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "aftersales_service.report_aftersales_customer_file", self.customer.ids
        )
        url = f"{self.customer.get_base_url()}/odoo/res.partner/{self.customer.id}"
        self.assertIn(f"Barcode {url}", html.decode())
