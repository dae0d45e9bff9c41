from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ..common_company import TwoCompaniesCommon


@tagged("post_install", "-at_install")
class TestFaultCaseLine(TwoCompaniesCommon):
    """Steps and parts of a fault case: they change with their draft only."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cases = cls.env["aftersales.fault.case"]
        cls.steps = cls.env["aftersales.fault.case.step"]
        cls.parts = cls.env["aftersales.fault.case.part"]

    def _create_case(self, user=None, **vals):
        return self.cases.with_user(user or self.engineer_user).create(
            {
                "title": "Pump builds no pressure",
                "symptom": "No pressure at all",
                "cause": "Worn seal",
                "solution": "Exchange the seal",
                "step_ids": [
                    Command.create({"name": "Gauge", "finding": "Below 2 bar"}),
                    Command.create({"name": "Filter", "sequence": 5}),
                ],
                "part_ids": [Command.create({"product_id": self.seal.id})],
                **vals,
            }
        )

    def _publish(self, case):
        case.action_to_check()
        case.with_user(self.quality).action_publish()
        return case

    # ----------------------------------------------------------------- a draft

    def test_typed_in_by_an_engineer(self):
        form = Form(self.cases.with_user(self.engineer_user))
        form.title = "Leaks"
        form.symptom = "Oil under the pump"
        with form.step_ids.new() as step:
            step.name = "Look under the pump"
            step.finding = "Oil: the seal"
        with form.part_ids.new() as part:
            part.product_id = self.seal
        case = form.save()
        self.assertEqual(case.step_ids.finding, "Oil: the seal")
        self.assertEqual(case.part_ids.quantity, 1.0)
        self.assertEqual(case.part_ids.product_uom_id, self.seal.uom_id)
        self.assertEqual(case.part_ids.display_name, self.seal.display_name)

    def test_steps_in_their_order(self):
        case = self._create_case()
        case.invalidate_recordset()
        self.assertEqual(case.step_ids.mapped("name"), ["Filter", "Gauge"])
        case.step_ids[1].sequence = 1
        case.invalidate_recordset()
        self.assertEqual(case.step_ids.mapped("name"), ["Gauge", "Filter"])

    def test_copy_takes_them_along(self):
        case = self._create_case()
        copy = case.copy()
        self.assertEqual(len(copy.step_ids), 2)
        self.assertEqual(copy.part_ids.product_id, self.seal)
        copy.step_ids.unlink()
        self.assertEqual(len(case.step_ids), 2)

    def test_company_of_the_case(self):
        case = self._create_case(self.foreign_manager)
        self.assertEqual(case.company_id, self.sister)
        self.assertEqual(case.step_ids.company_id, self.sister)
        self.assertEqual(case.part_ids.company_id, self.sister)

    def test_deleted_with_their_case(self):
        case = self._create_case()
        lines = [*case.step_ids, *case.part_ids]
        case.unlink()
        self.assertFalse(any(line.exists() for line in lines))

    # --------------------------------------------------------------- bad input

    def _assert_refused(self, exception, model, **vals):
        case = self._create_case()
        with (
            self.subTest(vals=vals),
            self.assertRaises(exception),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            model.with_user(self.engineer_user).create(
                {"case_id": case.id, **vals}
            ).flush_recordset()

    def test_quantities(self):
        for quantity in (0, -1, 0.0001):
            self._assert_refused(
                IntegrityError,
                self.parts,
                product_id=self.seal.id,
                quantity=quantity,
            )
        case = self._create_case()
        case.part_ids.quantity = 0.5
        self.assertEqual(case.part_ids.quantity, 0.5)

    def test_what_must_be_said(self):
        self._assert_refused(IntegrityError, self.parts, quantity=1)
        self._assert_refused(IntegrityError, self.steps, finding="Oil")
        self._assert_refused(ValidationError, self.steps, name="x" * 100_001)
        with (
            self.assertRaises(IntegrityError),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            self.steps.create({"name": "Of no case"})

    def test_part_of_the_sister(self):
        part = self.env["product.product"].create(
            {"name": "Her Part", "company_id": self.sister.id}
        )
        with self.assertRaises(UserError):
            self._create_case(part_ids=[Command.create({"product_id": part.id})])

    # --------------------------------------------------------- no draft any more

    def _get_changes(self, case):
        step, part = case.step_ids[0], case.part_ids
        return {
            "write step": lambda: step.write({"finding": "x"}),
            "write part": lambda: part.write({"quantity": 9}),
            "delete step": step.unlink,
            "delete part": part.unlink,
            "new step": lambda: step.create({"case_id": case.id, "name": "x"}),
            "new part": lambda: part.create(
                {"case_id": case.id, "product_id": self.seal.id}
            ),
            "by the case": lambda: case.write(
                {"step_ids": [Command.create({"name": "x"})]}
            ),
        }

    def test_handed_in_or_published_or_withdrawn(self):
        case = self._create_case()
        steps = (
            case.action_to_check,
            case.with_user(self.quality).action_publish,
            case.with_user(self.quality).action_withdraw,
        )
        for go_on in steps:
            go_on()
            for user in (self.engineer_user, self.quality, self.manager):
                for name, change in self._get_changes(case.with_user(user)).items():
                    with (
                        self.subTest(state=case.state, user=user.login, change=name),
                        self.assertRaises(UserError),
                    ):
                        change()
        self.assertEqual(len(case.step_ids), 2)
        self.assertEqual(case.part_ids.quantity, 1.0)

    def test_back_to_draft_they_change_again(self):
        case = self._create_case()
        case.action_to_check()
        case.with_user(self.quality).action_back_to_draft()
        case.step_ids[0].finding = "Dirt"
        case.part_ids.quantity = 2
        self.assertEqual(case.part_ids.quantity, 2.0)

    def test_smuggled_into_a_published_case(self):
        published, draft = self._publish(self._create_case()), self._create_case()
        for lines in (draft.step_ids[0], draft.part_ids):
            with self.assertRaises(UserError):
                lines.write({"case_id": published.id})
        for lines in (published.step_ids[0], published.part_ids):
            with self.assertRaises(UserError):
                lines.write({"case_id": draft.id})
        published.invalidate_recordset()
        self.assertEqual(len(published.step_ids), 2)

    def test_new_version_has_its_own(self):
        case = self._publish(self._create_case())
        action = case.with_user(self.agent).action_new_version()
        draft = self.cases.browse(action["res_id"])
        self.assertEqual(draft.part_ids.product_id, self.seal)
        draft.with_user(self.agent).part_ids.quantity = 3
        draft.with_user(self.agent).step_ids[0].unlink()
        self.assertEqual(case.part_ids.quantity, 1.0)
        self.assertEqual(len(case.step_ids), 2)
        again = case.with_user(self.other_engineer_user).action_new_version()
        self.assertEqual(again["res_id"], draft.id, "one draft at a time")
        self._publish(draft.with_user(self.agent))
        self.assertEqual((case.state, draft.state), ("withdrawn", "published"))
        self.assertEqual(draft.version, 2)

    # ------------------------------------------------------------------- rights

    def test_an_engineer_writes_his_own(self):
        case = self._create_case()
        other = self.other_engineer_user
        with self.assertRaises(AccessError):
            case.step_ids.with_user(other).read(["name"])
        with self.assertRaises(AccessError):
            self.steps.with_user(other).create({"case_id": case.id, "name": "x"})
        self._publish(case)
        self.assertEqual(
            set(case.step_ids.with_user(other).mapped("name")), {"Gauge", "Filter"}
        )
        self.assertEqual(case.part_ids.with_user(other).product_id, self.seal)
        for lines in (case.step_ids, case.part_ids):
            with self.assertRaises(UserError):
                lines.with_user(other).write({"sequence": 1})
            with self.assertRaises(UserError):
                lines.with_user(other).unlink()
        self.assertEqual(len(case.step_ids), 2)

    def test_reader_and_keeper_change_nothing(self):
        case = self._create_case()
        for user in (self.signers["superior"], self.keeper, self.finance):
            step = case.step_ids[0].with_user(user)
            with self.subTest(user=user.login):
                self.assertTrue(step.name)
                with self.assertRaises(AccessError):
                    step.name = "x"
                with self.assertRaises(AccessError):
                    step.create({"case_id": case.id, "name": "x"})
                with self.assertRaises(AccessError):
                    case.part_ids.with_user(user).unlink()

    def test_lines_of_the_sister_are_not_there(self):
        foreign = self._create_case(self.foreign_manager)
        self._publish_foreign(foreign)
        for model, lines in (
            (self.steps, foreign.step_ids),
            (self.parts, foreign.part_ids),
        ):
            for user in (self.agent, self.engineer_user, self.manager):
                with self.subTest(model=model._name, user=user.login):
                    self.assertFalse(model.with_user(user).search([]) & lines)
                    with self.assertRaises(AccessError):
                        lines.with_user(user).read(["sequence"])

    def _publish_foreign(self, case):
        case.action_to_check()
        case.with_user(self.both_user).with_context(
            allowed_company_ids=[self.sister.id]
        ).action_publish()
        self.assertEqual(case.checked_by_id, self.both_user)
