import base64
import io
import subprocess
import unicodedata

from PIL import Image

from odoo import Command
from odoo.tests import HttpCase

from ..common import AftersalesCommon

REPORT = "aftersales_service.report_aftersales_"
# Fonts draw these characters like others; a PDF tells the other one back.
LOOKALIKES = str.maketrans("戶⻔⻅⻆⻋⻉⻛⻜⻢⻥⻬⻓", "户门见角车贝风飞马鱼齐长")


def squeeze(text):
    """The text without spaces, characters in their common form.

    Cells wrap their lines, and a PDF may hold a Chinese character as its radical.
    """
    text = unicodedata.normalize("NFKC", text).translate(LOOKALIKES)
    return "".join(text.split())


def draw_signature():
    """A picture big enough to be seen on paper, in base64."""
    stream = io.BytesIO()
    Image.new("RGB", (120, 40), "navy").save(stream, "PNG")
    return base64.b64encode(stream.getvalue())


class ReportCommon(AftersalesCommon, HttpCase):
    """Prints real PDFs and reads them back with the tools of poppler.

    An ``HttpCase``, because wkhtmltopdf asks the server for the style sheets.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")
        cls.env["ir.module.module"]._load_module_terms(
            ["aftersales_service"], ["zh_CN"]
        )
        # There are no scripts on these pages to wait for.
        cls.env["ir.config_parameter"].sudo().set_param("report.print_delay", "0")
        cls.seal.default_code = "MF-001"
        cls.seal.name = "Ring Seal"
        # Names that are no part of any label.
        cls.dispatcher.name = "Dora"
        cls.keeper.name = "Karl"
        cls.quality.name = "Quinn"
        cls.engineer_user.name = cls.engineer.name = "Emil"
        for number, signer in enumerate(cls.signers.values()):
            signer.name = f"Signer {number}"

    # ------------------------------------------------------------- the case

    def _play_visit(self, **request_vals):
        """A visit with one free and one charged part, up to the return."""
        dispatch = self._issue_dispatch(
            self._create_request(**request_vals), parts_needed="Two ring seals"
        )
        requisition = self._issue_parts(dispatch, [(self.seal, 5), (self.pump, 1)])
        visit = self._go_to_customer(dispatch)
        self._use(dispatch, self.seal, 2)
        self._use(
            dispatch,
            self.pump,
            lot_id=self.pump_lot.id,
            charge="charged",
            charge_reason="Misuse",
        )
        card = dispatch.card_ids.with_user(self.engineer_user)
        card.write(
            {
                "rating_overall": "5",
                "rating_skill": "4",
                "opinion": "Quick and friendly",
                "customer_signer": "Ms Luo",
                "customer_signature": draw_signature(),
                "work_done": "Pump exchanged, pressure adjusted",
                "is_stamped": True,
            }
        )
        card.action_sign_customer()
        visit.action_finished()
        visit.action_returned()
        return dispatch, requisition, card

    def _settle(self, request, discount=0.0):
        """The confirmed settlement of a request."""
        request.action_create_settlement()
        order = request.sudo().sale_order_ids
        order.order_line[:1].discount = discount
        order.write({"signature": draw_signature(), "signed_by": "Ms Luo"})
        order.action_confirm()
        return order

    def _bring_in(self, order, amount):
        """The engineer collects cash; the cashier has not taken it over yet."""
        return (
            self.env["aftersales.collection"]
            .with_user(self.engineer_user)
            .create(
                {
                    "sale_order_id": order.id,
                    "receipt_no": f"SJ-{order.id}",
                    "amount": amount,
                    "collector_id": self.engineer.id,
                }
            )
        )

    def _add_line(self, order, product, **vals):
        return self.env["sale.order.line"].create(
            {"order_id": order.id, "product_id": product.id, **vals}
        )

    def _create_service(self, name, price):
        return self.env["product.product"].create(
            {"name": name, "type": "service", "lst_price": price, "taxes_id": False}
        )

    # ------------------------------------------------------------- printing

    def _print(self, report, docs, user=None, lang="en_US"):
        """The real PDF of ``docs``, as ``user`` gets it."""
        reports = self.env["ir.actions.report"].with_user(user or self.env.user)
        reports = reports.with_context(lang=lang, force_report_rendering=True)
        content, kind = reports._render_qweb_pdf(REPORT + report, docs.ids)
        self.assertEqual(kind, "pdf")
        return content

    def _run(self, content, *command):
        done = subprocess.run(
            command, input=content, capture_output=True, check=True, timeout=60
        )
        return done.stdout.decode()

    def _read(self, content):
        """The text of a PDF, cell after cell, without spaces."""
        return squeeze(self._run(content, "pdftotext", "-raw", "-", "-"))

    def _count_pages(self, content):
        info = self._run(content, "pdfinfo", "-")
        return int(info.split("Pages:")[1].split()[0])

    def _count_images(self, content):
        """Pictures drawn on the pages, without their transparency masks."""
        lines = self._run(content, "pdfimages", "-list", "-").splitlines()[2:]
        return sum(line.split()[2] == "image" for line in lines)

    # ------------------------------------------------------------- checking

    def assertText(self, text, *expected):
        for part in expected:
            self.assertIn(squeeze(part), text)

    def assertNoText(self, text, *unexpected):
        for part in unexpected:
            self.assertNotIn(squeeze(part), text)

    def assertLabels(self, report, docs, labels, user=None):
        """Every label is on the print, in English and in Chinese, on one page.

        :return: the texts by language
        """
        texts = {}
        for lang, expected in (("en_US", labels), ("zh_CN", labels.values())):
            content = self._print(report, docs, user, lang)
            self.assertEqual(self._count_pages(content), 1, lang)
            texts[lang] = self._read(content)
            self.assertText(texts[lang], *expected)
        return texts

    def assertBoxes(self, text, document, *roles, lang="en_US"):
        """The boxes of ``roles`` show who signed; all their titles are there."""
        signatures = document.sudo().signature_ids.with_context(lang=lang)
        self.assertText(text, *signatures.mapped("label"))
        self.assertText(text, *(self.signers[role].name for role in roles))

    def _create_order(self, **vals):
        return self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [Command.create({"product_id": self.seal.id})],
                **vals,
            }
        )
