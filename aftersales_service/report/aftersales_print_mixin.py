from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import format_date, format_datetime, formatLang

from odoo.addons.base.models.ir_actions_report import _wkhtml

from ..engine.amount_words import LIMIT, rmb_upper


class AftersalesPrintMixin(models.AbstractModel):
    """What the prints of the paper forms share.

    The model that inherits this is the ``report.*`` model of one form and sets
    ``_print_model``, the model of the documents. Templates get it as ``form``.

    Reading rights are checked once, on the documents; the paper form then shows
    what it has always shown (names of colleagues, numbers of related papers), also
    to a reader who may not open those records himself.
    """

    _name = "aftersales.print.mixin"
    _description = "After-Sales Print"

    _print_model = ""

    @api.model
    def _get_report_values(self, docids, data=None):
        docs = self.env[self._print_model].browse(docids)
        docs.check_access("read")
        return {
            "doc_ids": docids,
            "doc_model": self._print_model,
            "docs": docs.sudo(),
            "form": self.sudo(),
        }

    # ------------------------------------------------------------- signatures

    @api.model
    def _get_boxes(self, doc):
        """The signature boxes of the paper form, signed or still empty.

        :param doc: document with the approval mixin
        :return: list of dicts with ``label``, and ``signature`` (empty when nobody
            has signed the box)
        """
        signatures = doc.signature_ids.sorted(lambda s: (s.sequence, s.id))
        if doc.approval_state in ("pending", "approved"):
            return [self._prepare_box(s.label, s) for s in signatures]
        # Not submitted, or refused half-way: the route tells the other boxes.
        boxes = []
        for step in self._get_steps(doc):
            signature = signatures.filtered(lambda s, step=step: s.step_id == step)[:1]
            signatures -= signature
            boxes.append(self._prepare_box(step.name, signature))
        return boxes + [self._prepare_box(s.label, s) for s in signatures]

    @api.model
    def _get_steps(self, doc):
        """Boxes that a submission today would open; none without a route."""
        routes = self.env["aftersales.approval.route"]
        try:
            steps = routes._find(doc._name, doc.company_id).step_ids
        except UserError:
            return []
        amount = doc._approval_amount()
        return steps.filtered(lambda step: amount >= step.min_amount)

    @api.model
    def _prepare_box(self, label, signature):
        signed = signature.filtered(lambda s: s.state in ("approved", "refused"))
        return {"label": label, "signature": signed}

    # ------------------------------------------------------------------ values

    @api.model
    def _is_plain_qt(self):
        """wkhtmltopdf is there, but built without the patches to Qt."""
        return not _wkhtml().is_patched_qt

    @api.model
    def _get_url(self, doc):
        """Address of the record for the QR code."""
        if hasattr(doc, "_form_url"):
            return doc._form_url()
        return f"{doc.get_base_url()}/odoo/{doc._name}/{doc.id}"

    @api.model
    def _get_address(self, company):
        """Address of the letterhead in one line, without the company's name."""
        address = company.partner_id._display_address(without_company=True)
        return ", ".join(line.strip() for line in address.splitlines() if line.strip())

    @api.model
    def _date(self, value):
        return format_date(self.env, value, date_format="yyyy-MM-dd") if value else ""

    @api.model
    def _time(self, value, dt_format="yyyy-MM-dd HH:mm"):
        return format_datetime(self.env, value, dt_format=dt_format) if value else ""

    @api.model
    def _quantity(self, value):
        """A quantity without trailing zeros; empty for none."""
        return f"{value:.6f}".rstrip("0").rstrip(".") if value else ""

    @api.model
    def _money(self, value, currency):
        """An amount without the sign of the currency."""
        return formatLang(self.env, value, digits=currency.decimal_places)

    @api.model
    def _is_chinese(self):
        """The reader's language is simplified Chinese."""
        return (self.env.lang or "").startswith("zh_CN")

    @api.model
    def _in_words(self, amount, currency):
        """The amount in words (金额大写) in the reader's language."""
        if not self._is_chinese() or abs(amount) > LIMIT:
            return currency.amount_to_text(amount)
        words = rmb_upper(amount)
        return words if currency.name == "CNY" else f"{currency.name} {words}"

    @api.model
    def _selection(self, record, fname):
        """The label of a selection field; empty when nothing is selected."""
        labels = dict(record._fields[fname]._description_selection(self.env))
        return labels.get(record[fname], "")

    @api.model
    def _options(self, model_name, fname):
        """All ``(value, label)`` of a selection field, to print as tick boxes."""
        return self.env[model_name]._fields[fname]._description_selection(self.env)

    @api.model
    def _product_name(self, products):
        """Names without the internal reference, which has a cell of its own."""
        products = products.with_context(display_default_code=False)
        return ", ".join(products.mapped("display_name"))

    @api.model
    def _specification(self, product):
        """The attribute values of a variant: 规格型号."""
        values = product.product_template_attribute_value_ids
        return ", ".join(values.mapped("name"))

    @api.model
    def _padding(self, rows, least):
        """How many empty lines to print so that a table has ``least`` lines."""
        return range(max(least - len(rows), 0))
