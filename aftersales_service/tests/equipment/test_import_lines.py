from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common_company import TwoCompaniesCommon

COLUMNS = ("partner_id", "product_id", "serial")


@tagged("post_install", "-at_install")
class TestImportLines(TwoCompaniesCommon):
    """What a line of the file names, as the import itself takes it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.ref = "C-100"
        cls.machine.write({"default_code": "LM-1", "barcode": "690000000001"})

    def _load(self, *rows, columns=COLUMNS, user=None, model="aftersales.equipment"):
        records = self.env[model].with_user(user or self.agent)
        records = records.with_context(import_file=True)
        return records.load(list(columns), [list(row) for row in rows])

    def _get_errors(self, result):
        return {
            message["rows"]["from"]: message["message"]
            for message in result["messages"]
            if message["type"] == "error"
        }

    def test_model_by_barcode_and_customer_by_full_name(self):
        person = self.customer.child_ids
        result = self._load(
            [person.complete_name, "690000000001", "L-1"],
            ["  C-100  ", " lm-1 ", "L-2"],
        )
        self.assertFalse(result["messages"])
        machines = self.env["aftersales.equipment"].browse(result["ids"])
        self.assertEqual(machines.mapped("partner_id"), person | self.customer)
        self.assertEqual(machines.mapped("serial"), ["L-1", "L-2"])

    def test_reference_before_name(self):
        """A name that is the reference of another customer means that one."""
        self.env["res.partner"].create({"name": "C-100"})
        result = self._load(["C-100", "LM-1", "L-1"])
        machine = self.env["aftersales.equipment"].browse(result["ids"])
        self.assertEqual(machine.partner_id, self.customer)

    def test_archived_are_not_meant(self):
        self.customer.child_ids.active = False
        self.env["res.partner"].create({"name": "Gone Ltd", "active": False})
        errors = self._get_errors(self._load(["Gone Ltd", "LM-1", "L-1"]))
        self.assertIn("“Gone Ltd” is not known", errors[0])

    def test_serial_of_a_machine_out_of_use(self):
        self.equipment.state = "scrapped"
        errors = self._get_errors(self._load(["C-100", "LM-1", "MK-0001"]))
        self.assertIn("known already", errors[0])

    def test_serial_of_the_sister_is_free_here(self):
        result = self._load(["C-100", "LM-1", "SI-0001"])
        self.assertFalse(result["messages"])
        machine = self.env["aftersales.equipment"].browse(result["ids"])
        self.assertEqual(machine.company_id, self.company)

    def test_three_times_the_same_serial(self):
        errors = self._get_errors(
            self._load(
                ["C-100", "LM-1", "L-1"],
                ["C-100", "LM-1", " L-1 "],
                ["C-100", "690000000001", "L-1"],
            )
        )
        self.assertEqual(sorted(errors), [1, 2])
        for text in errors.values():
            self.assertIn("stands on line 1", text)

    def test_two_errors_on_one_line_are_both_told(self):
        result = self._load(["Nobody", "Nothing", "L-1"], ["C-100", "LM-1", "L-2"])
        told = [message["message"] for message in result["messages"]]
        self.assertEqual(len(told), 2)
        self.assertIn("“Nobody” is not known", told[0])
        self.assertIn("“Nothing” is not known", told[1])
        self.assertFalse(result["ids"])

    def test_what_is_computed_is_not_imported(self):
        before = self.env["aftersales.equipment"].search_count([])
        result = self._load(
            ["C-100", "LM-1", "L-1", "99"], columns=[*COLUMNS, "run_hours"]
        )
        self.assertFalse(result["ids"])
        self.assertIn("computed, not entered", result["messages"][0]["message"])
        self.assertEqual(self.env["aftersales.equipment"].search_count([]), before)

    def test_lookups_do_not_grow_with_the_file(self):
        machines = self.env["aftersales.equipment"].with_user(self.agent)

        def resolve(count):
            rows = [["C-100", "LM-1", f"L-{n}"] for n in range(count)]
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            messages, columns, data = machines._import_resolve(list(COLUMNS), rows)
            self.assertFalse(messages)
            self.assertEqual(columns[:2], ["partner_id/.id", "product_id/.id"])
            self.assertEqual(len(data), count)
            return self.env.cr.sql_log_count - before

        resolve(1)
        self.assertEqual(resolve(2), resolve(200))

    def test_empty_cells_are_left_to_the_model(self):
        machines = self.env["aftersales.equipment"].with_user(self.agent)
        messages, _columns, data = machines._import_resolve(
            list(COLUMNS), [["", "  ", ""], ["C-100", "LM-1", ""]]
        )
        self.assertFalse(messages)
        self.assertEqual(data[0], ["", "  ", ""])
        self.assertEqual(data[1][0], str(self.customer.id))

    # --------------------------------------------------------- meter readings

    def test_readings_from_a_file_say_so(self):
        today = fields.Date.context_today(self.equipment)
        columns = ["equipment_id/.id", "date", "value"]
        days = [fields.Date.subtract(today, days=n) for n in (20, 10)]
        result = self._load(
            [str(self.equipment.id), str(days[1]), "120.5"],
            [str(self.equipment.id), str(days[0]), "100"],
            columns=columns,
            model="aftersales.meter.reading",
        )
        self.assertFalse(result["messages"])
        readings = self.equipment.reading_ids
        self.assertEqual(set(readings.mapped("source")), {"import"})
        self.assertEqual(self.equipment.meter_hours, 120.5)
        self.assertEqual(self.equipment.meter_read_on, days[1])

    @mute_logger("odoo.sql_db")
    def test_reading_that_runs_backwards_stops_the_file(self):
        today = fields.Date.context_today(self.equipment)
        rows = [
            [str(self.equipment.id), str(fields.Date.subtract(today, days=n)), hours]
            for n, hours in ((20, "100"), (10, "90"))
        ]
        result = self._load(
            *rows,
            columns=["equipment_id/.id", "date", "value"],
            model="aftersales.meter.reading",
        )
        self.assertFalse(result["ids"])
        self.assertIn("backwards", str(result["messages"]))
        self.assertFalse(self.equipment.reading_ids)

    def test_readings_of_the_sister(self):
        result = self._load(
            [str(self.foreign_equipment.id), "2026-01-01", "5"],
            columns=["equipment_id/.id", "date", "value"],
            model="aftersales.meter.reading",
        )
        self.assertFalse(result["ids"])
        self.assertFalse(self.foreign_equipment.sudo().reading_ids)
