from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ..common_company import TwoCompaniesCommon


@tagged("post_install", "-at_install")
class TestFaultCase(TwoCompaniesCommon):
    """Fault cases: drafted by everybody, checked by another, published, renewed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cases = cls.env["aftersales.fault.case"]

    def _create_case(self, user=None, **vals):
        return self.cases.with_user(user or self.engineer_user).create(
            {
                "title": "Pump builds no pressure",
                "symptom": "No pressure at all",
                "cause": "Worn seal",
                "solution": "Exchange the seal",
                "product_id": self.machine.id,
                **vals,
            }
        )

    def _publish(self, case):
        case.action_to_check()
        case.with_user(self.quality).action_publish()
        return case

    def _read_action(self, action):
        self.assertEqual(action["res_model"], "aftersales.fault.case")
        return self.cases.browse(action["res_id"])

    def test_way_of_a_case(self):
        case = self._create_case(
            step_ids=[Command.create({"name": "Look at the gauge"})],
            part_ids=[Command.create({"product_id": self.seal.id})],
        )
        self.assertRegex(case.name, r"^FC\d{4}-\d{5}$")
        self.assertEqual(case.author_id, self.engineer_user)
        self.assertEqual(case.category_id, self.machine.categ_id)
        self.assertEqual(case.version, 1)
        self._publish(case)
        self.assertEqual(case.state, "published")
        self.assertEqual(case.checked_by_id, self.quality)
        self.assertTrue(case.published_at)
        case.with_user(self.dispatcher).action_withdraw()
        self.assertEqual(case.state, "withdrawn")

    def test_typed_in(self):
        form = Form(self.cases.with_user(self.engineer_user))
        form.title = "Leaks"
        form.product_id = self.machine
        form.symptom = "Oil under the pump"
        case = form.save()
        self.assertEqual(case.author_id, self.engineer_user)
        self.assertEqual(case.display_name, f"{case.name} Leaks")

    def test_not_checked_by_its_author(self):
        case = self._create_case(self.quality)
        case.action_to_check()
        with self.assertRaisesRegex(UserError, "You wrote"):
            case.action_publish()
        case.with_user(self.dispatcher).action_publish()
        self.assertEqual(case.checked_by_id, self.dispatcher)

    def test_who_checks(self):
        case = self._create_case()
        case.action_to_check()
        for user in (self.engineer_user, self.agent, self.keeper):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                case.with_user(user).action_publish()
        self.assertEqual(case.state, "to_check")
        case.with_user(self.quality).action_publish()
        with self.assertRaises(AccessError):
            case.with_user(self.agent).action_withdraw()

    def test_incomplete(self):
        case = self._create_case(cause=" ", solution=False)
        with self.assertRaisesRegex(UserError, "without: Cause, Solution"):
            case.action_to_check()

    def test_wrong_order(self):
        case = self._create_case()
        with self.assertRaisesRegex(UserError, "is in state “Draft”"):
            case.with_user(self.quality).action_publish()
        case.action_to_check()
        with self.assertRaisesRegex(UserError, "is in state “To Check”"):
            case.action_to_check()
        case.with_user(self.quality).action_back_to_draft()
        self.assertEqual(case.state, "draft")
        case.title = "Better"
        self._publish(case)
        with self.assertRaisesRegex(UserError, "is in state “Published”"):
            case.with_user(self.quality).action_publish()

    def test_published_case_does_not_change(self):
        case = self._create_case(
            step_ids=[Command.create({"name": "Look"})],
            part_ids=[Command.create({"product_id": self.seal.id})],
        )
        self._publish(case)
        for user in (self.engineer_user, self.manager):
            mine = case.with_user(user)
            for change in (
                lambda c: c.write({"solution": "Hit it"}),
                lambda c: c.step_ids.write({"name": "Hit it"}),
                lambda c: c.step_ids.unlink(),
                lambda c: c.part_ids.write({"quantity": 9}),
                lambda c: c.step_ids.create({"case_id": c.id, "name": "More"}),
                lambda c: c.unlink(),
            ):
                with self.assertRaisesRegex(UserError, "is in state “Published”"):
                    change(mine)
        draft = self._create_case(step_ids=[Command.create({"name": "Look"})])
        with self.assertRaisesRegex(UserError, "is in state “Published”"):
            draft.step_ids.case_id = case

    def test_protected(self):
        case = self._create_case()
        for vals in (
            {"state": "published"},
            {"author_id": self.agent.id},
            {"checked_by_id": self.agent.id},
            {"version": 7},
            {"times_used": 9},
            {"usefulness": 100},
        ):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                case.write(vals)
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                self._create_case(**vals)

    def test_engineers_see_and_write(self):
        case = self._create_case()
        other = case.with_user(self.other_engineer_user)
        with self.assertRaises(AccessError):
            other.read(["title"])
        self._publish(case)
        self.assertEqual(other.title, "Pump builds no pressure")
        with self.assertRaises(AccessError):
            other.write({"title": "Mine"})
        with self.assertRaises(AccessError):
            case.with_user(self.foreign_manager).read(["title"])

    def test_new_version(self):
        case = self._publish(
            self._create_case(
                step_ids=[Command.create({"name": "Look"})],
                part_ids=[Command.create({"product_id": self.seal.id})],
            )
        )
        other = case.with_user(self.other_engineer_user)
        draft = self._read_action(other.action_new_version())
        self.assertEqual(self._read_action(case.action_new_version()), draft)
        self.assertEqual((draft.version, draft.previous_id), (2, case))
        self.assertEqual(draft.author_id, self.other_engineer_user)
        self.assertEqual(draft.step_ids.name, "Look")
        self.assertEqual(draft.part_ids.product_id, self.seal)
        self.assertNotEqual(draft.name, case.name)
        self.assertEqual(case.state, "published")
        draft.with_user(self.other_engineer_user).solution = "Exchange seal and ring"
        self._publish(draft.with_user(self.other_engineer_user))
        self.assertEqual(case.state, "withdrawn")
        self.assertEqual(draft.state, "published")
        with self.assertRaisesRegex(UserError, "is in state “Withdrawn”"):
            case.action_new_version()
        with self.assertRaises(AccessError):
            draft.with_user(self.keeper).action_new_version()

    def test_new_version_of_a_case_from_a_request(self):
        request = self._create_request()
        request._solve_remote(self.agent, False, "Reset the controller")
        case = self._read_action(request.action_draft_fault_case())
        case.with_user(self.agent).cause = "Controller hung"
        self._publish(case.with_user(self.agent))
        second = self._read_action(case.with_user(self.agent).action_new_version())
        self.assertEqual(
            (second.version, second.previous_id, second.request_id), (2, case, request)
        )
        self._publish(second.with_user(self.agent))
        third = self._read_action(second.with_user(self.agent).action_new_version())
        self.assertEqual((third.version, third.previous_id), (3, second))
        self.assertEqual(len(request.fault_case_ids), 3)

    def test_bad_numbers(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self._create_case(hours=-1)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self._create_case(
                part_ids=[Command.create({"product_id": self.seal.id, "quantity": 0})]
            )

    # ------------------------------------------------- from a closed request

    def test_from_a_request_solved_by_phone(self):
        code = self.env["aftersales.fault.code"].search(
            [("kind", "=", "symptom"), ("company_id", "=", False)], limit=1
        )
        request = self._create_request(fault_code_id=code.id)
        with self.assertRaisesRegex(UserError, "is in state “New”"):
            request.action_draft_fault_case()
        request._solve_remote(self.agent, False, "Reset the controller")
        case = self._read_action(request.action_draft_fault_case())
        self.assertEqual(self._read_action(request.action_draft_fault_case()), case)
        self.assertEqual(case.author_id, self.agent)
        self.assertEqual(case.request_id, request)
        self.assertEqual(case.title, "Does not spray")
        self.assertEqual(case.solution, "Reset the controller")
        self.assertEqual(case.product_id, self.machine)
        self.assertEqual(case.fault_code_id, code)
        self.assertEqual(case.company_id, self.company)

    def test_from_a_visit(self):
        dispatch = self._issue_dispatch()
        self._issue_parts(dispatch, [(self.seal, 3)])
        visit = self._go_to_customer(dispatch)
        self._use(dispatch, self.seal, 2)
        visit.write({"fault_cause": "Seal worn", "work_done": "Seals exchanged"})
        request = dispatch.request_id
        request.sudo().state = "done"
        action = request.with_user(self.engineer_user).action_draft_fault_case()
        case = self._read_action(action).with_user(self.engineer_user)
        self.assertEqual(case.cause, "Seal worn")
        self.assertIn("Seals exchanged", case.solution)
        self.assertEqual(case.part_ids.product_id, self.seal)
        self.assertEqual(case.part_ids.quantity, 2)
        case.title = "Spray gun without pressure"
        with self.assertRaises(AccessError):
            request.with_user(self.other_engineer_user).action_draft_fault_case()
        with self.assertRaises(AccessError):
            request.with_user(self.keeper).action_draft_fault_case()

    def test_from_an_archived_request_without_words(self):
        request = self._create_request(symptom=False)
        request.sudo().state = "archived"
        case = self._read_action(request.action_draft_fault_case())
        self.assertEqual(case.title, request.name)

    def test_one_case_a_request(self):
        request = self._create_request()
        self._create_case(self.agent, request_id=request.id)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self._create_case(self.agent, request_id=request.id)

    def test_case_of_the_other_company(self):
        foreign = self._create_foreign_request()
        with self.assertRaises(AccessError):
            self._create_case(self.agent, request_id=foreign.id)
