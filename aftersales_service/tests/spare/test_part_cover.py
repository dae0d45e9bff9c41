from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import SpareCommon

COVERS = ("main_component", "accessory", "wear_part", "software")


@tagged("post_install", "-at_install")
class TestPartCover(SpareCommon):
    """Free or charged by the cover of the part, at each kind of promise."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls.env["aftersales.warranty.policy"].create(
            {
                "name": "By Cover",
                "code": "COVER",
                "line_ids": [
                    Command.create({"cover": "whole_machine", "months": 12}),
                    Command.create({"cover": "main_component", "months": 36}),
                    Command.create({"cover": "accessory", "months": 6}),
                    Command.create({"cover": "wear_part", "months": 0}),
                ],
            }
        )
        cls.policy.action_make_default()
        cls.today = fields.Date.context_today(cls.equipment)

    def _visit(self, days, **vals):
        """A visit to a machine that was delivered so many days ago."""
        machine = self.env["aftersales.equipment"].create(
            {
                "product_id": self.machine.id,
                "serial": f"PC-{days}",
                "partner_id": self.customer.id,
                "delivery_date": self.today - timedelta(days=days),
                **vals,
            }
        )
        dispatch = self._issue_dispatch(self._create_request(equipment_id=machine.id))
        self._issue_parts(dispatch, [(self.seal, 5)])
        return dispatch

    def _judge(self, dispatch, cover):
        self.seal.aftersales_cover = cover
        use = self._use(dispatch, self.seal)
        return use.verdict

    def test_each_cover_by_its_own_term(self):
        for days, results in (
            (30, ("free", "free", "charged", "free")),
            (300, ("free", "charged", "charged", "free")),
            (500, ("free", "charged", "charged", "charged")),
            (1500, ("charged",) * 4),
        ):
            dispatch = self._visit(days)
            for cover, result in zip(COVERS, results, strict=True):
                with self.subTest(days=days, cover=cover):
                    self.assertEqual(self._judge(dispatch, cover), result)

    def test_ordinary_part_goes_with_the_machine(self):
        for days, result in ((30, "free"), (500, "charged")):
            with self.subTest(days=days):
                dispatch = self._visit(days)
                self.assertEqual(self._judge(dispatch, "normal"), result)
                self.assertEqual(self._judge(dispatch, False), result)

    def test_hours_at_the_limit(self):
        self.policy.line_ids[0].hours_limit = 100
        for value, result in ((100.0, "free"), (100.1, "charged")):
            machine = self.env["aftersales.equipment"].create(
                {
                    "product_id": self.machine.id,
                    "serial": f"PH-{value}",
                    "partner_id": self.customer.id,
                    "delivery_date": self.today - timedelta(days=9),
                    "reading_ids": [Command.create({"value": value})],
                }
            )
            dispatch = self._issue_dispatch(
                self._create_request(equipment_id=machine.id)
            )
            self._issue_parts(dispatch, [(self.seal, 2)])
            with self.subTest(value=value):
                self.assertEqual(self._judge(dispatch, "normal"), result)
                self.assertEqual(
                    self._judge(dispatch, "main_component"), "free", "no limit there"
                )

    def test_undecided_is_charged_until_somebody_says_otherwise(self):
        self.policy.line_ids[0].hours_limit = 100  # and nobody read the meter
        dispatch = self._visit(30)
        use = self._use(dispatch, self.seal)
        self.assertEqual((use.verdict, use.charge), ("undecided", "charged"))
        use.charge = "free"
        self.assertFalse(use.charge_reason, "nothing was decided: no reason needed")

    def test_reason_in_both_directions(self):
        for days, charge in ((30, "charged"), (500, "free")):
            dispatch = self._visit(days)
            self.seal.aftersales_cover = "normal"
            for reason in (False, "", "   "):
                with (
                    self.subTest(days=days, reason=reason),
                    self.assertRaises(ValidationError),
                ):
                    self._use(dispatch, self.seal, charge=charge, charge_reason=reason)
            use = self._use(
                dispatch, self.seal, charge=charge, charge_reason="By contract"
            )
            with self.assertRaises(ValidationError):
                use.charge_reason = " "
            self.assertEqual(use.charge_reason, "By contract")

    def test_verdict_is_not_typed(self):
        use = self._use(self._visit(30), self.seal)
        for vals in ({"verdict": "charged"}, {"verdict_text": "Because"}):
            with self.subTest(vals=vals):
                try:
                    use.write(vals)
                except (AccessError, UserError):
                    continue
                use.invalidate_recordset()
                self.assertEqual(use.verdict, "free")

    def test_cover_changed_after_the_part_was_entered(self):
        """The verdict is that of today, the charge that of its day."""
        use = self._use(self._visit(30), self.seal)
        self.assertEqual((use.verdict, use.charge), ("free", "free"))
        self.seal.aftersales_cover = "wear_part"
        use.invalidate_recordset()
        self.assertEqual((use.verdict, use.charge), ("charged", "free"))

    def test_words_in_the_language_of_the_reader(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.env["ir.module.module"].search(
            [("name", "=", "aftersales_service")]
        )._update_translations(["zh_CN"])
        self.seal.aftersales_cover = "wear_part"
        use = self._use(self._visit(30), self.seal, charge="charged")
        english = use.with_context(lang="en_US").verdict_text
        chinese = use.with_context(lang="zh_CN").verdict_text
        self.assertIn("not covered", english)
        self.assertRegex(chinese, "[\u4e00-\u9fff]")

    def test_many_parts_few_queries(self):
        dispatch = self._visit(30)
        uses = self.env["aftersales.part.use"]
        for _number in range(5):
            uses |= self._use(dispatch, self.seal)
        self.env.flush_all()
        counts = []
        for records in (uses[:1], uses):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            records.mapped("verdict")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
