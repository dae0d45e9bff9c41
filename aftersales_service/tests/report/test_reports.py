from odoo.exceptions import AccessError
from odoo.tests import tagged

from ...engine.amount_words import rmb_upper
from . import labels
from .common import REPORT, ReportCommon, squeeze


@tagged("post_install", "-at_install")
class TestFormPrints(ReportCommon):
    """The papers of a visit, as wkhtmltopdf prints them."""

    def test_dispatch_two_copies(self):
        dispatch = self._create_dispatch(parts_needed="Two ring seals")
        dispatch.action_issue_cards()
        dispatch.action_submit()
        self._sign(dispatch, "aftersales_head", opinion="Take care on the road")
        self._sign(dispatch, "marketing_head", "marketing_centre")
        texts = self.assertLabels("dispatch", dispatch, labels.DISPATCH)
        for lang, text in texts.items():
            self.assertBoxes(text, dispatch, *self.DISPATCH_ROLES, lang=lang)
            for value in (
                dispatch.request_id.name,
                dispatch.card_ids.name,
                "Qingshan Roadworks",
                "Ms Luo",
                "MK-0001",
                "Does not spray",
                "Two ring seals",
                "Dora",
                self.engineer.name,
                "Take care on the road",
            ):
                self.assertEqual(text.count(squeeze(value)), 2, value)
            self.assertEqual(text.count(squeeze(f"NO. {dispatch.name}")), 2)

    def test_dispatch_titles_in_both_copies(self):
        dispatch = self._create_dispatch()
        texts = self.assertLabels("dispatch", dispatch, labels.DISPATCH)
        title = squeeze("After-Sales Dispatch Order")
        self.assertEqual(texts["en_US"].count(title), 2)
        self.assertEqual(texts["zh_CN"].count("产品售后派工单"), 2)

    def test_dispatch_draft_has_empty_boxes(self):
        dispatch = self._create_dispatch()
        text = self._read(self._print("dispatch", dispatch))
        route = self.env.ref("aftersales_service.route_dispatch")
        self.assertText(text, *route.step_ids.mapped("name"))
        self.assertNoText(text, "Approved", "Refused")
        self.assertNoText(text, *(self.signers[r].name for r in self.DISPATCH_ROLES))

    def test_dispatch_refused(self):
        dispatch = self._create_dispatch()
        dispatch.action_submit()
        self._sign(dispatch, "aftersales_head")
        self._sign(dispatch, "marketing_head", approve=False, opinion="No agreement")
        text = self._read(self._print("dispatch", dispatch))
        route = self.env.ref("aftersales_service.route_dispatch")
        self.assertText(text, *route.step_ids.mapped("name"), "No agreement")
        self.assertBoxes(text, dispatch, "aftersales_head", "marketing_head")
        self.assertNoText(text, self.signers["marketing_centre"].name)

    def test_dispatch_without_route(self):
        dispatch = self._create_dispatch()
        self.env["aftersales.approval.route"].search([]).active = False
        self.assertText(self._read(self._print("dispatch", dispatch)), dispatch.name)

    def test_engineer_prints_his_own_only(self):
        dispatch = self._issue_dispatch()
        content = self._print("dispatch", dispatch, self.engineer_user)
        self.assertText(self._read(content), dispatch.name)
        with self.assertRaises(AccessError):
            self._print("dispatch", dispatch, self.other_engineer_user)

    def test_several_documents(self):
        dispatches = self._create_dispatch() | self._create_dispatch()
        content = self._print("dispatch", dispatches)
        self.assertEqual(self._count_pages(content), 2)
        self.assertText(self._read(content), *dispatches.mapped("name"))

    def test_requisition(self):
        dispatch, requisition, _card = self._play_visit()
        requisition.action_return_unused()
        unused = requisition.sudo().picking_ids.filtered(lambda p: p.state != "done")
        unused.with_user(self.keeper).button_validate()
        forms = dispatch.request_id.sudo().parts_return_ids
        texts = self.assertLabels(
            "parts_requisition", requisition, labels.REQUISITION, self.keeper
        )
        for lang, text in texts.items():
            self.assertBoxes(text, requisition, *self.REQUISITION_ROLES, lang=lang)
            self.assertText(
                text,
                requisition.name,
                dispatch.name,
                *forms.mapped("name"),
                self.engineer.name,
                self.keeper.name,
                "MF-001",
                "1,200.00",  # 5 seals and a pump at list price
            )
            # old part due; issued, used, brought back
            self.assertText(text, "500.00 √ 5 2 3", "700.00 √ 1 1")

    def test_requisition_of_the_engineer(self):
        requisition = self._create_requisition(self._issue_dispatch(), [(self.seal, 1)])
        text = self._read(
            self._print("parts_requisition", requisition, self.engineer_user)
        )
        self.assertText(text, requisition.name, "Ring Seal", "Head of Finance")
        self.assertNoText(text, "Parts Reconciled", "Parts Not Reconciled")

    def test_parts_return(self):
        dispatch, requisition, _card = self._play_visit()
        record = dispatch.request_id.parts_return_ids
        record.with_user(self.engineer_user).action_hand_in()
        record.with_user(self.keeper).action_receive()
        self.assertEqual(record.received_by_id, self.keeper)
        judged = record.with_user(self.quality)
        judged.line_ids.write(
            {
                "verdict": "scrap",
                "failure_mode": "Cracked",
                "reason": "Leaking",
                "responsibility": "quality",
            }
        )
        judged.conclusion = "Material fault"
        judged.action_inspect()
        judged.action_submit()
        self._sign(record, *self.RETURN_ROLES, opinion="The company pays")
        texts = self.assertLabels(
            "parts_return", record, labels.PARTS_RETURN, self.keeper
        )
        for lang, text in texts.items():
            self.assertBoxes(text, record, *self.RETURN_ROLES, lang=lang)
            self.assertEqual(text.count(squeeze("The company pays")), 4)
            self.assertText(
                text,
                record.name,
                dispatch.name,
                requisition.name,
                self.engineer_user.name,
                self.keeper.name,
                self.quality.name,
                "Material fault",
                "80.00",
                "2 2 2 Cracked Leaking",  # due, handed in, received
            )

    def test_service_card(self):
        dispatch, _requisition, card = self._play_visit()
        card.action_hand_in()
        texts = self.assertLabels("service_card", card, labels.CARD, self.engineer_user)
        for text in texts.values():
            self.assertText(
                text,
                card.name,
                dispatch.name,
                "MK-0001",
                "Pump exchanged, pressure adjusted",
                "2 × Ring Seal",
                "1 × Pump P-1",
                "Quick and friendly",
                "Ms Luo",
                self.dispatcher.name,
            )
            # what the parts cost the company is none of the customer's business
            self.assertNoText(text, "40.00", "80.00", "300.00")
        signed = self._count_images(self._print("service_card", card))
        card.sudo().customer_signature = False
        unsigned = self._count_images(self._print("service_card", card))
        self.assertEqual(signed - unsigned, 1)

    def test_service_card_blank(self):
        card = self._issue_dispatch().card_ids
        text = self._read(self._print("service_card", card))
        self.assertText(text, *labels.CARD, card.name)
        self.assertNoText(text, "√" * 2, "Ms Luo 20")

    def test_qr_code_leads_to_the_record(self):
        dispatch = self._create_dispatch()
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            f"{REPORT}dispatch", dispatch.ids
        )
        self.assertEqual(html.decode().count(f"Barcode {dispatch._form_url()}"), 2)


@tagged("post_install", "-at_install")
class TestSettlementPrint(ReportCommon):
    """The settlement, which the customer takes home."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        tax = cls.env["account.tax"].create({"name": "VAT 13%", "amount": 13.0})
        cls.pump.taxes_id = tax

    def _play_case(self):
        """Pump 700 less 10 %, plus tax 13 %: 711.90; 200 of it are paid in cash."""
        dispatch, _requisition, _card = self._play_visit()
        order = self._settle(dispatch.request_id, discount=10.0)
        self.assertEqual(order.amount_total, 711.9)
        return dispatch, order, self._bring_in(order, 200.0)

    def test_settlement(self):
        dispatch, order, collection = self._play_case()
        texts = self.assertLabels("settlement", order, labels.SETTLEMENT, self.agent)
        for text in texts.values():
            self.assertText(
                text,
                order.name,
                dispatch.name,
                dispatch.request_id.name,
                "MK-0001",
                "VAT 13%",
                "630.00",
                "81.90",
                "711.90",
                "70.00",  # discount
                "200.00",  # received, and the free seals at their list price
                "511.90",  # arrears
                collection.receipt_no,
                self.engineer.name,
                "P-1",
            )
            self.assertNoText(text, "40.00", "80.00", "300.00")
        self.assertText(texts["en_US"], order.currency_id.amount_to_text(711.9))
        self.assertText(texts["zh_CN"], rmb_upper("711.90"), "柒佰壹拾壹元玖角整")

    def test_received_counts_cash_once(self):
        """Before and after the handover, with and without the invoice."""
        _dispatch, order, collection = self._play_case()
        form = self.env["report.aftersales_service.report_aftersales_settlement"]

        def amounts():
            payment = form._get_payment(order)
            return round(payment["received"], 2), round(payment["arrears"], 2)

        self.assertEqual(amounts(), (200.0, 511.9))
        invoice = order._create_invoices()
        invoice.action_post()
        self.assertEqual(amounts(), (200.0, 511.9))
        collection.with_user(self.finance).action_hand_over()
        self.assertEqual(amounts(), (200.0, 511.9))
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({"amount": 11.9})._create_payments()
        self.assertEqual(amounts(), (211.9, 500.0))
        payment = form._get_payment(order)
        self.assertTrue(payment["is_cash"] and payment["is_transfer"])
        text = self._read(self._print("settlement", order, self.finance))
        self.assertText(text, invoice.name, "211.90", "500.00")

    def test_cancelled_receipt_does_not_count(self):
        _dispatch, order, collection = self._play_case()
        collection._cancel("Written twice")
        text = self._read(self._print("settlement", order))
        self.assertNoText(text, collection.receipt_no)

    def test_fee_classes(self):
        order = self._create_order()
        company = self.company.sudo()
        labour = company._aftersales_get("labour_product")
        self._add_line(order, labour, product_uom_qty=3, price_unit=50)
        other_labour = self._create_service("Welding", 60)
        other_labour.uom_id = self.env.ref("uom.product_uom_hour")
        self._add_line(order, other_labour, product_uom_qty=2)
        self._add_line(order, self._create_service("Freight", 25))
        self.env["sale.order.line"].create(
            {"order_id": order.id, "display_type": "line_note", "name": "A note"}
        )
        form = self.env["report.aftersales_service.report_aftersales_settlement"]
        fees = form._get_fees(order)
        self.assertEqual(fees["total_parts"], 100)
        self.assertEqual(fees["total_labour"], 270)
        self.assertEqual(fees["total_other"], 25)
        self.assertEqual([row["name"] for row in fees["other"]], ["Freight"])

    def test_free_parts_are_shown_once(self):
        """Two settlements of one case: the first shows what was free."""
        dispatch, first, _collection = self._play_case()
        second = self._create_order(aftersales_request_id=dispatch.request_id.id)
        form = self.env["report.aftersales_service.report_aftersales_settlement"]
        self.assertEqual([row["relief"] for row in form._get_free_rows(first)], [200.0])
        self.assertFalse(form._get_free_rows(second))

    def test_discount_of_the_whole_price(self):
        order = self._create_order()
        order.order_line.discount = 100
        form = self.env["report.aftersales_service.report_aftersales_settlement"]
        self.assertEqual(form._get_discount(order), 100)

    def test_order_without_a_case(self):
        order = self._create_order()
        text = self._read(self._print("settlement", order))
        self.assertText(text, order.name, "Ring Seal", "100.00")

    def test_words_of_other_currencies(self):
        form = self.env["aftersales.print.mixin"]
        chinese = form.with_context(lang="zh_CN")
        yuan, euro = self.env.ref("base.CNY"), self.env.ref("base.EUR")
        self.assertEqual(chinese._in_words(10.5, yuan), "壹拾元零伍角整")
        self.assertEqual(chinese._in_words(10.5, euro), "EUR 壹拾元零伍角整")
        english = form.with_context(lang="en_US")
        self.assertEqual(english._in_words(10.5, euro), euro.amount_to_text(10.5))
        # Greater than the words can say: printed all the same.
        self.assertTrue(chinese._in_words(2e12, yuan))

    def test_portal_customer_prints_his_own(self):
        _dispatch, order, _collection = self._play_case()
        portal = self.env["res.users"].create(
            {
                "name": "Luo Portal",
                "login": "as_portal",
                "partner_id": self.customer.child_ids.id,
                "group_ids": [(6, 0, [self.env.ref("base.group_portal").id])],
            }
        )
        form = self.env["report.aftersales_service.report_aftersales_settlement"]
        values = form.with_user(portal)._get_report_values(order.ids)
        self.assertEqual(values["docs"], order)
        other = self._create_order(partner_id=self.env.user.partner_id.id)
        with self.assertRaises(AccessError):
            form.with_user(portal)._get_report_values(other.ids)

    def test_menu_is_on_settlements_only(self):
        report = self.env.ref("aftersales_service.aftersales_settlement_report")
        dispatch = self._create_dispatch()
        order = self._create_order(aftersales_request_id=dispatch.request_id.id)
        plain = self._create_order()
        self.assertIn(
            report.id, report.get_valid_action_reports("sale.order", order.ids)
        )
        self.assertNotIn(
            report.id, report.get_valid_action_reports("sale.order", plain.ids)
        )
