import re

from odoo.exceptions import UserError
from odoo.tests import HttpCase, new_test_user, tagged

from .common import SIGNATURE
from .common_repair import RepairCommon


class ChoiceCommon(RepairCommon):
    """Quotations of factory repairs that are with the customer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.email = "office@qingshan.example.com"

    def _quote_two(self):
        """Two machines on one quotation: pump and overhaul, and paint."""
        second = self._receive_machine(self._new_equipment(self.machine, "MK-0002"))
        first = self._receive_machine()
        self._propose(first, [(self.pump, 1, False)], [("Overhaul", 2, False)])
        self._propose(second, [(self.seal, 1, True)], [("Paint", 1, False)])
        for sheet in (first, second):
            self._diagnose(sheet)
        both = (first | second).with_user(self.advisor)
        both.action_quote()
        return first, second, both.sudo().sale_order_id

    def _section(self, sheet):
        order = sheet.sudo().sale_order_id
        return order.order_line.filtered(
            lambda li: (
                li.display_type == "line_section"
                and li.aftersales_factory_repair_id == sheet
            )
        )

    def _choose(self, line, wanted):
        order = line.sudo().order_id
        order._aftersales_choose(line.id, wanted, self.customer)

    def _sign(self, order, content=None):
        """As Odoo's page takes the signature."""
        order._aftersales_check_read(content or order._aftersales_get_content_hash())
        order.write({"signed_by": "Ms Luo", "signature": SIGNATURE})
        order.with_user(self.env.ref("base.public_user")).sudo()._validate_order()


@tagged("post_install", "-at_install")
class TestQuotationChoice(ChoiceCommon):
    """The customer decides on all, part or none before he signs (Art.23(3))."""

    def test_amounts_follow_at_once(self):
        sheet = self._quote([(self.pump, 1, False)], [("Overhaul", 2, False)])
        order = sheet.sudo().sale_order_id
        work = sheet.sudo().labour_ids
        self.assertEqual(order.amount_untaxed, 700 + 2 * 120)
        self._choose(work.sale_line_id, False)
        self.assertEqual(work.state, "declined")
        self.assertEqual(order.amount_untaxed, 700)
        self.assertEqual(sheet.amount_charged, 700, "the sheet follows its work, too")
        self._choose(work.sale_line_id, True)
        self.assertEqual(order.amount_untaxed, 940)
        self.assertEqual(work.sale_line_id.price_unit, 120)
        notes = " ".join(sheet.message_ids.mapped("body"))
        self.assertIn("leaves out: Overhaul", notes)
        self.assertIn("wants after all: Overhaul", notes)

    def test_signed_is_what_he_chose(self):
        sheet = self._quote([(self.pump, 1, False)], [("Overhaul", 2, False)])
        order = sheet.sudo().sale_order_id
        self._choose(sheet.sudo().labour_ids.sale_line_id, False)
        self._sign(order)
        self.assertEqual((order.state, order.amount_untaxed), ("sale", 700))
        self.assertEqual((sheet.state, sheet.decision), ("agreed", "partly"))
        self.assertEqual(sheet.decided_by, "Ms Luo")
        self.assertIn("without: Overhaul", sheet.decision_note)
        self.assertEqual(sheet.part_ids.state, "agreed")
        with self.assertRaisesRegex(UserError, "cannot be chosen any more"):
            self._choose(sheet.sudo().labour_ids.sale_line_id, True)

    def test_one_machine_of_two(self):
        first, second, order = self._quote_two()
        self.assertEqual(order.amount_untaxed, 700 + 240 + 120)
        self._choose(self._section(second), False)
        self.assertEqual(order.amount_untaxed, 940)
        self.assertEqual(set(second._get_lines()[0].mapped("state")), {"declined"})
        self._sign(order)
        self.assertEqual((first.state, first.decision), ("agreed", "all"))
        self.assertEqual((second.state, second.decision), ("declined", "none"))
        self.assertEqual(second.sudo().repair_order_id.state, "cancel")
        self.assertEqual(order.state, "sale")

    def test_machine_put_back(self):
        _first, second, order = self._quote_two()
        self._choose(self._section(second), False)
        self._choose(self._section(second), True)
        self.assertEqual(order.amount_untaxed, 1060)
        self.assertTrue(all(order._aftersales_get_choices().values()))

    def test_all_or_nothing_left(self):
        sheet = self._quote([(self.pump, 1, False)], [("Overhaul", 2, False)])
        order = sheet.sudo().sale_order_id
        for line in sheet.sudo()._get_lines():
            self._choose(line.sale_line_id, False)
        with self.assertRaisesRegex(UserError, "reject the quotation instead"):
            self._sign(order)
        self.assertEqual(order.state, "draft")
        order._action_cancel()
        self.assertEqual(sheet.decision, "none")

    def test_signature_under_what_has_changed(self):
        """Two windows, or an advisor who adds: he signs what he read."""
        sheet = self._quote([(self.pump, 1, False)], [("Overhaul", 2, False)])
        order = sheet.sudo().sale_order_id
        read = order._aftersales_get_content_hash()
        self._choose(sheet.sudo().labour_ids.sale_line_id, False)
        with self.assertRaisesRegex(UserError, "changed meanwhile"):
            self._sign(order, read)
        read = order._aftersales_get_content_hash()
        sheet.part_ids.price_unit = 900
        with self.assertRaisesRegex(UserError, "changed meanwhile"):
            self._sign(order, read)
        self.assertEqual(sheet.state, "quoted")
        self._sign(order)
        self.assertEqual(order.amount_untaxed, 900)

    def test_free_line_is_left_out(self):
        """What is free in warranty he may leave out as well."""
        _first, second, order = self._quote_two()
        part = second.sudo().part_ids
        self._choose(part.sale_line_id, False)
        self.assertEqual((part.state, part.relief), ("declined", 0))
        self.assertIn("Declined", part.sale_line_id.name)
        self.assertEqual(order.amount_untaxed, 1060)

    def test_done_before_goes_with_the_machine(self):
        """A diagnosis is no line to leave out by itself."""
        sheet = self._receive_machine()
        self._propose(sheet, [(self.pump, 1, False)])
        self._diagnose(sheet)
        look = (
            self.env["aftersales.repair.labour"]
            .with_user(self.advisor)
            .create(
                {
                    "factory_repair_id": sheet.id,
                    "kind": "diagnosis",
                    "name": "Diagnosis",
                    "charge": "charged",
                    "charge_reason": "As agreed",
                    "price_unit": 80,
                }
            )
        )
        sheet.action_quote()
        order = sheet.sudo().sale_order_id
        look, pump = look.sudo(), sheet.sudo().part_ids
        self.assertEqual(list(order._aftersales_get_choices()), pump.sale_line_id.ids)
        with self.assertRaisesRegex(UserError, "cannot be chosen"):
            self._choose(look.sale_line_id, False)
        self._choose(pump.sale_line_id, False)
        self.assertEqual(look.state, "declined")
        self._choose(pump.sale_line_id, True)
        self.assertEqual(look.state, "proposed")
        self.assertEqual(order.amount_untaxed, 780)

    def test_lines_of_another_order(self):
        first, _second, order = self._quote_two()
        other = self._quote([(self.seal, 1, False)], machine=self._third())
        line = other.sudo().part_ids.sale_line_id
        self.assertNotEqual(line.order_id, order)
        for line_id in (line.id, 0, -1, 10**12, first.id * 0):
            with self.assertRaisesRegex(UserError, "cannot be chosen"):
                order._aftersales_choose(line_id, False, self.customer)
        self.assertEqual(other.part_ids.state, "proposed")

    def _third(self):
        return self._new_equipment(self.machine, "MK-0003")

    def test_expired_or_signed(self):
        sheet = self._quote([(self.pump, 1, False)])
        order = sheet.sudo().sale_order_id
        self.assertTrue(order._aftersales_get_choices())
        order.validity_date = "2020-01-01"
        order.invalidate_recordset(["is_expired"])
        self.assertFalse(order._aftersales_get_choices())
        order.validity_date = False
        order.invalidate_recordset(["is_expired"])
        sheet.action_decide("all")
        self.assertFalse(order._aftersales_get_choices())
        self.assertEqual(order._aftersales_get_content_query(), "")

    def test_other_orders_are_as_odoo_has_them(self):
        order = self.env["sale.order"].create({"partner_id": self.customer.id})
        self.assertEqual(order._aftersales_get_choices(), {})
        self.assertEqual(order._aftersales_get_content_query(), "")
        order._aftersales_check_read(None)
        self.assertEqual(
            order._find_mail_template(), self.env.ref("sale.email_template_edi_sale")
        )

    # ------------------------------------------------------------------- mail

    def test_mail_carries_the_quotation_of_the_handbook(self):
        """App.11 is attached, not Odoo's own print."""
        sheet = self._quote([(self.pump, 1, False)])
        action = sheet.action_send_quotation()
        template = self.env.ref("aftersales_service.mail_template_quotation")
        self.assertEqual(action["context"]["default_template_id"], template.id)
        self.assertEqual(
            template.report_template_ids,
            self.env.ref("aftersales_service.aftersales_quotation_report"),
        )
        order = sheet.sudo().sale_order_id
        values = template.with_user(self.advisor)._generate_template(
            order.ids, ["subject", "body_html", "report_template_ids"]
        )[order.id]
        [(name, _content)] = values["attachments"]
        self.assertIn("Repair Quotation", name)
        self.assertIn(order.name, values["subject"])
        self.assertIn("MK-0001", values["body_html"])

    def test_mail_after_the_confirmation_is_odoos(self):
        sheet = self._quote([(self.pump, 1, False)])
        sheet.action_decide("all")
        order = sheet.sudo().sale_order_id
        self.assertEqual(
            order._find_mail_template(), order._get_confirmation_template()
        )


@tagged("post_install", "-at_install")
class TestQuotationPage(ChoiceCommon, HttpCase):
    """The same on Odoo's page of the order, from outside."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        new_test_user(
            cls.env, login="as_stranger", groups="base.group_portal", lang="en_US"
        )
        cls.first, cls.second, cls.order = cls()._quote_two()
        cls.order = cls.order.with_env(cls.env)
        cls.token = cls.order._portal_ensure_token()

    def _url(self, suffix="", token=None, extra=""):
        token = self.token if token is None else token
        return f"/my/orders/{self.order.id}{suffix}?access_token={token}{extra}"

    def _press(self, button, line, url=None, csrf=True):
        data = {button: line}
        if csrf:
            page = self.url_open(self._url()).text
            token = page.split('name="csrf_token"')[1].split('value="')[1]
            data["csrf_token"] = token.split('"')[0]
        return self.url_open(url or self._url("/choice"), data=data)

    def _accept(self, content):
        return self.make_jsonrpc_request(
            self._url("/accept", extra=f"&content={content}"),
            {"name": "Ms Luo", "signature": SIGNATURE},
        )

    def _read_content(self, page):
        """The hash that the page sends with the signature."""
        return re.search(r"content=([0-9a-f]{64})", page.text)[1]

    def test_choose_and_sign(self):
        page = self.url_open(self._url())
        for text in ("Leave Out This Machine", "Leave Out", "You may leave out"):
            self.assertIn(text, page.text)
        self.assertNotIn("Put Back", page.text)
        old = self._read_content(page)
        paint = self.second.labour_ids.sudo().sale_line_id
        page = self._press("decline", paint.id)
        self.assertEqual(page.status_code, 200)
        self.assertIn("Put Back", page.text)
        self.env.invalidate_all()
        self.assertEqual(self.order.amount_untaxed, 940)
        self.assertIn("changed meanwhile", self._accept(old)["error"])
        result = self._accept(self._read_content(page))
        self.assertTrue(result.get("force_refresh"), result)
        self.env.invalidate_all()
        self.assertEqual(self.order.state, "sale")
        self.assertEqual(self.first.decision, "all")
        self.assertEqual(self.second.decision, "partly")
        page = self.url_open(self._url())
        self.assertNotIn("Leave Out", page.text)
        page = self._press("want", paint.id)
        self.assertIn("cannot be chosen any more", page.text)

    def test_signature_without_what_was_read(self):
        for content in ("", "x", "0" * 64):
            self.assertIn("changed meanwhile", self._accept(content)["error"])
        self.env.invalidate_all()
        self.assertEqual(self.order.state, "draft")
        self.assertFalse(self.order.signature)

    def test_strangers(self):
        line = self.first.labour_ids.sudo().sale_line_id.id
        for token in ("", "wrong"):
            page = self._press("decline", line, self._url("/choice", token))
            self.assertNotIn(self.order.name, page.text)
        self.authenticate("as_stranger", "as_stranger")
        self._press("decline", line, f"/my/orders/{self.order.id}/choice")
        self.env.invalidate_all()
        self.assertEqual(self.order.amount_untaxed, 1060)

    def test_bad_presses(self):
        for line in ("", "x", "-1", "9" * 30, "1.5"):
            page = self._press("decline", line)
            self.assertIn("cannot be chosen any more", page.text, line)
        line = self.first.labour_ids.sudo().sale_line_id.id
        page = self._press("decline", line, csrf=False)
        self.assertEqual(page.status_code, 400)
        self.env.invalidate_all()
        self.assertEqual(self.order.amount_untaxed, 1060)
