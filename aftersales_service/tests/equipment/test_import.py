from datetime import timedelta

from odoo import fields
from odoo.tests import tagged
from odoo.tools import file_open, mute_logger

from ..common_company import TwoCompaniesCommon

COLUMNS = [
    "partner_id",
    "product_id",
    "serial",
    "contract_ref",
    "factory_date",
    "purchase_date",
    "delivery_date",
    "acceptance_date",
    "first_use_date",
    "site_location",
]
OPTIONS = {
    "quoting": '"',
    "separator": ",",
    "has_headers": False,
    "date_format": "%Y-%m-%d",
    "datetime_format": "%Y-%m-%d %H:%M:%S",
    "float_thousand_separator": ",",
    "float_decimal_separator": ".",
}


@tagged("post_install", "-at_install")
class TestImport(TwoCompaniesCommon):
    """Machines from a file: all of it, or nothing and every error by its line."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.ref = "C-100"
        cls.machine.default_code = "LM-1"

    def _import(self, *rows, columns=("partner_id", "product_id", "serial"), user=None):
        """Import ``rows`` as the agent does; the result of Odoo's import."""
        text = "\n".join(",".join(f'"{cell}"' for cell in row) for row in rows)
        wizard = (
            self.env["base_import.import"]
            .with_user(user or self.agent)
            .create(
                {
                    "res_model": "aftersales.equipment",
                    "file": text.encode(),
                    "file_name": "machines.csv",
                    "file_type": "text/csv",
                }
            )
        )
        return wizard.execute_import(list(columns), list(columns), OPTIONS)

    def _get_errors(self, result):
        """``{line number from 0: message}`` of the errors."""
        return {
            message["rows"]["from"] if message.get("rows") else message.get("record"): (
                message["message"]
            )
            for message in result["messages"]
            if message["type"] == "error"
        }

    def _count(self):
        return self.env["aftersales.equipment"].search_count([])

    def test_customer_and_model_as_people_write_them(self):
        before = self._count()
        result = self._import(
            ("Qingshan Roadworks", "LM-1", "I-1"),
            ("C-100", "Line Marking Machine", "I-2"),
            ("+86 28 8888 0000", "lm-1", "I-3"),
            ("qingshan roadworks", "LM-1", "I-4"),
        )
        self.assertFalse(result["messages"], result["messages"])
        self.assertEqual(self._count(), before + 4)
        machines = self.env["aftersales.equipment"].browse(result["ids"])
        self.assertEqual(machines.partner_id, self.customer)
        self.assertEqual(machines.product_id, self.machine)
        self.assertEqual(machines.mapped("serial"), ["I-1", "I-2", "I-3", "I-4"])

    def test_each_wrong_line_is_named_and_nothing_is_written(self):
        before = self._count()
        tomorrow = fields.Date.today() + timedelta(days=2)

        def row(partner="C-100", product="LM-1", serial="", **dates):
            cells = {"partner_id": partner, "product_id": product, "serial": serial}
            return [{**cells, **dates}.get(column, "") for column in COLUMNS]

        result = self._import(
            row(serial="I-1", delivery_date="2026-01-01"),
            row(partner="Nobody & Sons", serial="I-2"),
            row(product="XX-9", serial="I-3"),
            row(serial="I-4", purchase_date=str(tomorrow)),
            row(serial="I-5", delivery_date="2026-02-02", first_use_date="2026-02-01"),
            row(serial="I-1"),
            row(serial="I-7", delivery_date="2026-02-02", acceptance_date="2026-02-01"),
            row(serial="MK-0001"),
            columns=COLUMNS,
        )
        self.assertFalse(result["ids"])
        self.assertEqual(self._count(), before)
        errors = self._get_errors(result)
        self.assertEqual(sorted(errors), [1, 2, 3, 4, 5, 6, 7])
        for line, text in (
            (1, "Customer “Nobody & Sons” is not known."),
            (2, "Model “XX-9” is not known."),
            (3, f"Purchase Date {tomorrow} lies in the future."),
            (4, "First Use Date 2026-02-01 lies before Delivery Date 2026-02-02."),
            (5, "Serial Number I-1 stands on line 1 of the file already."),
            (6, "Acceptance Date 2026-02-01 lies before Delivery Date 2026-02-02."),
            (7, "Serial Number MK-0001 is known already"),
        ):
            with self.subTest(line=line):
                self.assertIn(text, errors[line])

    def test_warranty_ends_before_it_starts(self):
        result = self._import(
            ("C-100", "LM-1", "I-1", "2026-02-01", "2026-01-01"),
            columns=(
                "partner_id",
                "product_id",
                "serial",
                "purchase_date",
                "warranty_end",
            ),
        )
        self.assertIn("Warranty End 2026-01-01", self._get_errors(result)[0])

    def test_not_clear_who_is_meant(self):
        self.env["res.partner"].create([{"name": "Twin Ltd"}, {"name": "Twin Ltd"}])
        result = self._import(
            ("Twin Ltd", "LM-1", "I-1"),
            ("%", "LM-1", "I-2"),
            ("Qingshan_Roadworks", "LM-1", "I-3"),
        )
        errors = self._get_errors(result)
        self.assertIn("2 records fit", errors[0])
        self.assertIn("is not known", errors[1])
        self.assertIn("is not known", errors[2])

    @mute_logger("odoo.sql_db")
    def test_missing_values(self):
        before = self._count()
        errors = self._get_errors(
            self._import(
                ("", "LM-1", "I-1"), ("C-100", "", "I-2"), ("C-100", "LM-1", "")
            )
        )
        self.assertEqual(sorted(errors), [0, 1, 2])
        self.assertEqual(self._count(), before)

    def test_customer_of_the_sister(self):
        self.env["res.partner"].create(
            {"name": "Sister's Own", "company_id": self.sister.id}
        )
        errors = self._get_errors(self._import(("Sister's Own", "LM-1", "I-1")))
        self.assertIn("is not known", errors[0])

    def test_readers_import_nothing(self):
        result = self._import(("C-100", "LM-1", "I-1"), user=self.engineer_user)
        self.assertFalse(result["ids"])
        self.assertTrue(self._get_errors(result))

    def test_no_way_round_the_transfer(self):
        buyer = self.env["res.partner"].create({"name": "Buyer Ltd"})
        result = self._import(
            (str(self.equipment.id), buyer.name), columns=(".id", "partner_id")
        )
        self.assertIn("Use “Transfer”", self._get_errors(result)[0])
        self.assertEqual(self.equipment.partner_id, self.customer)

    def test_template_fits(self):
        for lang in ("en_US", "zh_CN"):
            self.env["res.lang"]._activate_lang(lang)
            machines = self.env["aftersales.equipment"].with_context(lang=lang)
            (template,) = machines.get_import_templates()
            path = template["template"].removeprefix("/")
            with self.subTest(lang=lang), file_open(path, "rb") as file:
                wizard = self.env["base_import.import"].create(
                    {
                        "res_model": "aftersales.equipment",
                        "file": file.read(),
                        "file_name": path,
                        "file_type": "application/vnd.openxmlformats-officedocument"
                        ".spreadsheetml.sheet",
                    }
                )
                preview = wizard.parse_preview({**OPTIONS, "has_headers": True})
                self.assertNotIn("error", preview)
                if lang == "en_US":
                    self.assertEqual(
                        [preview["matches"][n] for n in range(len(COLUMNS))],
                        [[column] for column in COLUMNS],
                    )
                self.assertEqual(len(preview["headers"]), len(COLUMNS))
