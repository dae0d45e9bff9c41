from base64 import b64encode
from datetime import timedelta

from psycopg2.errors import CheckViolation, NotNullViolation

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ..common_company import TwoCompaniesCommon

PAPER = b64encode(b"Page 1")


class PapersCommon(TwoCompaniesCommon):
    """A machine with its papers and what came with it, entered by the agent."""

    def _add_document(self, user=None, **vals):
        return (
            self.env["aftersales.equipment.document"]
            .with_user(user or self.agent)
            .create(
                {
                    "equipment_id": self.equipment.id,
                    "name": "Manual.pdf",
                    "file": PAPER,
                    **vals,
                }
            )
        )

    def _add_supply(self, user=None, **vals):
        return (
            self.env["aftersales.equipment.supply"]
            .with_user(user or self.agent)
            .create(
                {
                    "equipment_id": self.equipment.id,
                    **({} if "product_id" in vals else {"name": "Spanner"}),
                    **vals,
                }
            )
        )

    def _get_attachment(self, document):
        return (
            self.env["ir.attachment"]
            .sudo()
            .search(
                [
                    ("res_model", "=", document._name),
                    ("res_field", "=", "file"),
                    ("res_id", "in", document.ids),
                ]
            )
        )


@tagged("post_install", "-at_install")
class TestMachineDocument(PapersCommon):
    """The papers of one machine."""

    def test_agent_keeps_them(self):
        document = self._add_document()
        self.assertEqual(document.kind, "manual")
        self.assertEqual(document.date, fields.Date.context_today(document))
        self.assertEqual(document.company_id, self.company)
        document.write({"kind": "certificate", "name": "Certificate.pdf"})
        attachment = self._get_attachment(document)
        self.assertEqual(attachment.raw, b"Page 1")
        document.unlink()
        self.assertFalse(attachment.exists(), "no file is left behind")

    def test_not_onto_a_machine_of_another_company(self):
        for record in (self._add_document(), self._add_supply()):
            with self.subTest(model=record._name), self.assertRaises(AccessError):
                record.equipment_id = self.foreign_equipment.id
            record.invalidate_recordset()
            self.assertEqual(record.equipment_id, self.equipment)

    def test_who_reads_and_who_writes(self):
        document = self._add_document()
        for user in (self.engineer_user, self.keeper, self.quality):
            with self.subTest(user=user.login):
                mine = document.with_user(user)
                self.assertEqual(mine.name, "Manual.pdf")
                self.assertEqual(mine.file, PAPER)
                with self.assertRaises(AccessError):
                    mine.write({"kind": "other"})
                with self.assertRaises(AccessError):
                    mine.unlink()
                with self.assertRaises(AccessError):
                    self._add_document(user)
        self.assertTrue(document.exists())

    @mute_logger("odoo.sql_db")
    def test_nothing_without_a_file_or_a_name(self):
        for fname in ("name", "kind"):
            with self.subTest(field=fname), self.assertRaises(NotNullViolation):
                self._add_document(**{fname: False})
        with self.assertRaisesRegex(ValidationError, "file"):
            self._add_document(file=False)
        document = self._add_document()
        with self.assertRaisesRegex(ValidationError, "file"):
            document.file = False
        self.assertEqual(self.equipment.document_ids.file, PAPER)

    def test_days_that_cannot_be(self):
        for day, message in (
            (fields.Date.today() + timedelta(days=2), "lies in the future"),
            ("1969-12-31", "lies before 1970"),
        ):
            with self.subTest(day=day):
                with self.assertRaisesRegex(ValidationError, message):
                    self._add_document(date=day)
        first = self._add_document(date="1970-01-01")
        self.assertEqual(first.date, fields.Date.to_date("1970-01-01"))
        self.assertFalse(self._add_document(date=False).date)

    def test_in_order_of_kind(self):
        for kind in ("photo", "acceptance", "manual", "certificate", "acceptance"):
            self._add_document(kind=kind)
        kinds = self.equipment.document_ids.mapped("kind")
        self.assertEqual(kinds, sorted(kinds))

    def test_sister_company(self):
        document = self._add_document()
        attachment = self._get_attachment(document)
        theirs = document.with_user(self.foreign_manager)
        self.assertFalse(theirs.search([("id", "=", document.id)]))
        for record in (theirs, attachment.with_user(self.foreign_manager)):
            with self.subTest(model=record._name), self.assertRaises(AccessError):
                record.read(["name"])
        with self.assertRaises(AccessError):
            self._add_document(equipment_id=self.foreign_equipment.id)
        own = self._add_document(
            self.foreign_manager, equipment_id=self.foreign_equipment.id
        )
        self.assertEqual(own.company_id, self.sister)

    def test_papers_go_with_the_machine(self):
        document = self._add_document()
        attachment = self._get_attachment(document)
        self.equipment.with_user(self.manager).unlink()
        self.assertFalse(document.exists())
        self.assertFalse(attachment.exists())

    def test_many_at_once(self):
        def create(count):
            before = self.env.cr.sql_log_count
            self.env["aftersales.equipment.document"].with_user(self.agent).create(
                [
                    {
                        "equipment_id": self.equipment.id,
                        "name": f"Photo {number}",
                        "kind": "photo",
                        "file": b64encode(b"%d" % number),
                    }
                    for number in range(count)
                ]
            )
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        create(2)
        few, many = create(3), create(23)
        self.assertLess((many - few) / 20, 3, "queries per file")


@tagged("post_install", "-at_install")
class TestMachineSupply(PapersCommon):
    """Tools and spares that came with a machine."""

    def test_described_by_its_product(self):
        supply = self._add_supply(product_id=self.seal.id, kind="spare")
        self.assertEqual(supply.name, self.seal.display_name)
        supply.product_id = self.pump
        self.assertEqual(supply.name, self.pump.display_name)
        supply.name = "Pump with hose"
        supply.write({"quantity": 2, "note": "In the red case"})
        self.assertEqual(supply.name, "Pump with hose", "own words stay")
        supply.product_id = False
        self.assertEqual(supply.name, "Pump with hose")

    @mute_logger("odoo.sql_db")
    def test_neither_product_nor_words(self):
        with self.assertRaises(NotNullViolation):
            self._add_supply(name=False)
        self.assertFalse(self.equipment.supply_ids)

    @mute_logger("odoo.sql_db")
    def test_quantity_of_nothing(self):
        for quantity in (0, -1):
            with self.subTest(quantity=quantity), self.assertRaises(CheckViolation):
                self._add_supply(quantity=quantity)
        supply = self._add_supply()
        self.assertEqual((supply.quantity, supply.kind), (1, "tool"))
        with self.assertRaises(CheckViolation):
            supply.quantity = 0
            self.env.flush_all()

    def test_who_reads_and_who_writes(self):
        supply = self._add_supply()
        for user in (self.engineer_user, self.keeper, self.finance):
            with self.subTest(user=user.login):
                self.assertEqual(supply.with_user(user).name, "Spanner")
                with self.assertRaises(AccessError):
                    supply.with_user(user).quantity = 3
                with self.assertRaises(AccessError):
                    supply.with_user(user).unlink()
        supply.with_user(self.agent).unlink()
        self.assertFalse(supply.exists())

    def test_product_and_machine_of_the_sister(self):
        theirs = self.env["product.product"].create(
            {"name": "Theirs", "company_id": self.sister.id}
        )
        with self.assertRaises(UserError):
            self._add_supply(product_id=theirs.id)
        with self.assertRaises(AccessError):
            self._add_supply(equipment_id=self.foreign_equipment.id)
        supply = self._add_supply()
        with self.assertRaises(AccessError):
            supply.with_user(self.foreign_manager).read(["name"])
        both = self._add_supply(self.both_user, product_id=self.seal.id)
        with self.assertRaises(UserError):
            both.product_id = theirs

    def test_typed_on_the_machine(self):
        with Form(self.equipment.with_user(self.agent)) as form:
            with form.supply_ids.new() as line:
                line.product_id = self.seal
                line.quantity = 4
            with form.supply_ids.new() as line:
                line.name = "Grease gun"
        self.assertEqual(
            self.equipment.supply_ids.mapped(lambda s: (s.name, s.quantity)),
            [("Seal", 4), ("Grease gun", 1)],
        )

    def test_too_long_a_note(self):
        with self.assertRaisesRegex(ValidationError, "too long"):
            self._add_supply(note="x" * 100_001)
        self.assertFalse(self.equipment.supply_ids)
