from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..common import GROUP
from ..common_company import TwoCompaniesCommon


@tagged("post_install", "-at_install")
class TestRequestRights(TwoCompaniesCommon):
    """Who sees and writes which request; nothing crosses the company."""

    def test_who_may_create(self):
        for user in (self.agent, self.dispatcher, self.manager):
            with self.subTest(user=user.login):
                self.assertTrue(self._create_request(user))
        for user in (
            self.engineer_user,
            self.keeper,
            self.finance,
            self.quality,
            self.signers["superior"],
        ):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self._create_request(user)

    def test_who_may_write(self):
        request = self._create_request()
        for user in (self.keeper, self.signers["superior"]):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                request.with_user(user).write({"symptom": "x"})
        for user in (self.quality, self.finance, self.dispatcher):
            with self.subTest(user=user.login):
                request.with_user(user).write({"symptom": user.login})

    def test_engineer_sees_his_own(self):
        mine = self._issue_dispatch().request_id
        helped = self._create_dispatch(
            engineer_id=self.other_engineer.id, assistant_ids=self.engineer.ids
        ).request_id
        other = self._create_dispatch(engineer_id=self.other_engineer.id).request_id
        untouched = self._create_request()
        requests = self.env["aftersales.service.request"].with_user(self.engineer_user)
        self.assertEqual(
            requests.search([("id", "in", (mine | helped | other | untouched).ids)]),
            (helped | mine).with_user(self.engineer_user).sorted("id", reverse=True),
        )
        with self.assertRaises(AccessError):
            other.with_user(self.engineer_user).read(["symptom"])
        with self.assertRaises(AccessError):
            mine.with_user(self.engineer_user).write({"symptom": "x"})

    def test_engineer_with_another_user(self):
        """Who takes over an engineer's work takes over what he sees."""
        first = self._issue_dispatch().request_id
        helped = self._create_dispatch(
            engineer_id=self.other_engineer.id, assistant_ids=self.engineer.ids
        )
        both = first | helped.request_id
        successor = new_test_user(
            self.env, login="as_successor", groups=f"{GROUP}engineer"
        )
        requests = self.env["aftersales.service.request"]

        def seen(user):
            self.env.flush_all()
            return set(requests.with_user(user).search([("id", "in", both.ids)]).ids)

        self.assertEqual(seen(self.engineer_user), set(both.ids))
        self.engineer.user_id = successor
        self.assertEqual(seen(successor), set(both.ids))
        self.assertFalse(seen(self.engineer_user))
        helped.assistant_ids = False
        self.assertEqual(seen(successor), set(first.ids))
        self.engineer.user_id = False
        self.assertFalse(seen(successor))

    def test_stranger_sees_nothing(self):
        request = self._create_request()
        for group in ("base.group_user", "base.group_portal"):
            user = new_test_user(self.env, login=f"as_{group}", groups=group)
            with self.subTest(group=group), self.assertRaises(AccessError):
                request.with_user(user).read(["name"])

    # ------------------------------------------------------------ two companies

    def test_requests_of_the_sister_are_not_there(self):
        foreign = self._create_foreign_request()
        own = self._create_request()
        requests = self.env["aftersales.service.request"]
        self.assertNotIn(foreign, requests.with_user(self.manager).search([]))
        self.assertNotIn(own, requests.with_user(self.foreign_manager).search([]))
        for action in ("action_accept", "action_plan_visit", "action_cancel"):
            with self.subTest(action=action), self.assertRaises(AccessError):
                getattr(foreign.with_user(self.manager), action)()
        with self.assertRaises(AccessError):
            foreign.with_user(self.manager).write({"symptom": "x"})
        self.assertEqual(foreign.state, "new")

    def test_one_who_works_in_both(self):
        foreign, own = self._create_foreign_request(), self._create_request()
        both = self.env["aftersales.service.request"].with_user(self.both_user)
        domain = [("id", "in", (foreign | own).ids)]
        for companies, seen in (
            (self.company, own),
            (self.sister, foreign),
            (self.company | self.sister, foreign | own),
        ):
            with self.subTest(companies=companies.mapped("name")):
                found = both.with_context(allowed_company_ids=companies.ids)
                self.assertEqual(set(found.search(domain).ids), set(seen.ids))

    def test_request_is_not_made_for_the_sister(self):
        with self.assertRaises(AccessError):
            self._create_request(self.agent, company_id=self.sister.id)

    def test_machine_of_the_sister(self):
        both = self.both_user
        both.company_ids = self.company | self.sister
        with self.assertRaisesRegex(UserError, "SI-0001|compan"):
            self._create_request(both, equipment_id=self.foreign_equipment.id)
        request = self._create_request(both)
        with self.assertRaises(UserError):
            request.write({"equipment_id": self.foreign_equipment.id})
        self.assertEqual(request.equipment_id, self.equipment)

    def test_dispatch_with_people_of_the_sister(self):
        request = self._create_request()
        request.action_plan_visit()
        dispatches = self.env["aftersales.dispatch"].with_user(self.both_user)
        dispatches = dispatches.with_context(
            allowed_company_ids=(self.company | self.sister).ids
        )
        for vals in (
            {"engineer_id": self.foreign_engineer.id},
            {
                "engineer_id": self.engineer.id,
                "assistant_ids": self.foreign_engineer.ids,
            },
            {
                "engineer_id": self.engineer.id,
                "equipment_ids": self.foreign_equipment.ids,
            },
        ):
            with self.subTest(vals=vals), self.assertRaises(UserError):
                dispatches.create({"request_id": request.id, **vals})

    def test_dispatch_of_a_request_of_the_sister(self):
        foreign = self._create_foreign_request()
        foreign.action_plan_visit()
        dispatches = self.env["aftersales.dispatch"]
        with self.assertRaises(UserError):
            dispatches.with_user(self.both_user).with_context(
                allowed_company_ids=(self.company | self.sister).ids
            ).create(
                {
                    "request_id": foreign.id,
                    "engineer_id": self.engineer.id,
                    "company_id": self.company.id,
                }
            )
        with self.assertRaises(AccessError):
            dispatches.with_user(self.dispatcher).create(
                {"request_id": foreign.id, "engineer_id": self.engineer.id}
            )
