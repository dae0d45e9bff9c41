from odoo.models import BaseModel
from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestDisplayNames(TransactionCase):
    def test_opened_records_have_names(self):
        """No form is headed by the technical name of its model and a number."""
        forms = self.env["ir.ui.view"].search(
            [("type", "=", "form"), ("model", "=like", "aftersales.%")]
        )
        names = {model for model in forms.mapped("model") if model in self.env}
        self.assertGreater(len(names), 30)
        nameless = [
            name
            for name in sorted(names)
            if not self.env[name].is_transient()
            and not self.env[name]._rec_name
            and type(self.env[name])._compute_display_name
            is BaseModel._compute_display_name
        ]
        self.assertFalse(nameless)

    def test_name_of_a_line_is_its_part(self):
        product = self.env["product.product"].create({"name": "Ring Seal"})
        for model in (
            "aftersales.part.use",
            "aftersales.repair.part",
            "aftersales.parts.return.line",
            "aftersales.parts.requisition.line",
        ):
            line = self.env[model].new({"product_id": product.id})
            self.assertEqual(line.display_name, "Ring Seal", model)
