from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..common_company import TwoCompaniesCommon


@tagged("post_install", "-at_install")
class TestVisitRights(TwoCompaniesCommon):
    """The engineers of the order move it, or a dispatcher for them; nobody else."""

    def test_engineers_and_dispatcher(self):
        dispatch = self._issue_dispatch(assistant_ids=self.other_engineer.ids)
        dispatch.with_user(self.engineer_user).action_contacted()
        dispatch.with_user(self.other_engineer_user).action_departed()
        dispatch.with_user(self.dispatcher).action_arrived()
        dispatch.with_user(self.manager).action_finished()
        self.assertEqual(dispatch.state, "finished")
        self.assertTrue(dispatch.with_user(self.engineer_user).is_mine)
        self.assertTrue(dispatch.with_user(self.other_engineer_user).is_mine)
        self.assertFalse(dispatch.with_user(self.dispatcher).is_mine)

    def test_papers_of_the_visit_follow_the_user(self):
        dispatch = self._issue_dispatch()
        self._use_part(dispatch)
        papers = (dispatch, dispatch.card_ids, dispatch.sudo().part_use_ids)
        other = self.other_engineer_user
        self.other_engineer.user_id = False
        self.other_engineer.flush_recordset()  # one user, one employee
        self.engineer.user_id = other
        self.env.flush_all()
        for paper in papers:
            for user, expected in ((other, paper), (self.engineer_user, paper[:0])):
                found = paper.with_user(user).search([("id", "in", paper.ids)])
                self.assertEqual(found.ids, expected.ids, paper._name)

    def _use_part(self, dispatch):
        self.env["aftersales.part.use"].create(
            {"dispatch_id": dispatch.id, "product_id": self.seal.id}
        )

    def test_other_engineer_does_not_even_see_it(self):
        dispatch = self._issue_dispatch()
        other = self.env["aftersales.dispatch"].with_user(self.other_engineer_user)
        self.assertNotIn(dispatch, other.search([]))
        theirs = other.browse(dispatch.id)
        for call in (
            lambda: theirs.read(["name"]),
            lambda: theirs.write({"work_done": "x"}),
            theirs.action_contacted,
            theirs.action_cancel,
            lambda: theirs.card_ids.read(["name"]),
        ):
            with self.assertRaises(AccessError):
                call()
        cards = self.env["aftersales.service.card"].with_user(self.other_engineer_user)
        self.assertNotIn(dispatch.card_ids, cards.search([]))
        self.assertEqual(dispatch.state, "issued")

    def test_engineer_of_another_order_who_reads_all(self):
        """Reading everything is no right to report somebody else's steps."""
        self.other_engineer_user.group_ids += self.env.ref(
            "aftersales_service.group_aftersales_user"
        )
        dispatch = self._issue_dispatch()
        theirs = dispatch.with_user(self.other_engineer_user)
        self.assertEqual(theirs.state, "issued")
        with self.assertRaisesRegex(AccessError, "Only the engineers of"):
            theirs.action_contacted()
        self.assertFalse(dispatch.contacted_at)

    def test_people_without_write_access(self):
        dispatch = self._issue_dispatch()
        for user in (
            self.agent,
            self.keeper,
            self.finance,
            self.quality,
            self.signers["superior"],
        ):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                dispatch.with_user(user).action_contacted()

    def test_who_writes_orders(self):
        request = self._create_request()
        request.action_plan_visit()
        vals = {"request_id": request.id, "engineer_id": self.engineer.id}
        dispatches = self.env["aftersales.dispatch"]
        for user in (self.agent, self.engineer_user, self.keeper, self.finance):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                dispatches.with_user(user).create(vals)
        for user in (self.dispatcher, self.manager):
            with self.subTest(user=user.login):
                self.assertTrue(dispatches.with_user(user).create(vals))

    def test_engineer_taken_off_the_order(self):
        dispatch = self._issue_dispatch()
        dispatch.write({"engineer_id": self.other_engineer.id})
        dispatch.action_submit()
        self._sign(dispatch, *self.DISPATCH_ROLES)
        with self.assertRaises(AccessError):
            dispatch.with_user(self.engineer_user).action_contacted()
        dispatch.with_user(self.other_engineer_user).action_contacted()
        self.assertEqual(dispatch.state, "contacted")

    def test_dialog_is_no_back_door(self):
        dispatch = self._issue_dispatch()
        dialogs = self.env["aftersales.dispatch.event"]
        with self.assertRaises(AccessError):
            dialogs.with_user(self.other_engineer_user).create(
                {"dispatch_id": dispatch.id}
            ).action_record()
        self.assertEqual(dispatch.state, "issued")

    def test_orders_and_cards_of_the_sister_are_not_there(self):
        request = self._create_foreign_request()
        request.action_plan_visit()
        foreign = (
            self.env["aftersales.dispatch"]
            .with_user(self.foreign_manager)
            .create({"request_id": request.id, "engineer_id": self.foreign_engineer.id})
        )
        foreign.action_issue_cards()
        self._let_foreign_manager_sign()
        foreign.action_submit()
        own = self._issue_dispatch()
        for theirs, ours in (
            (foreign, own),
            (foreign.card_ids, own.card_ids),
            (foreign.sudo().signature_ids, own.sudo().signature_ids),
        ):
            records = self.env[theirs._name]
            with self.subTest(model=theirs._name):
                self.assertTrue(theirs)
                self.assertFalse(theirs & records.with_user(self.manager).search([]))
                self.assertFalse(
                    ours & records.with_user(self.foreign_manager).search([])
                )
                with self.assertRaises(AccessError):
                    theirs.with_user(self.manager).read(["company_id"])
        with self.assertRaises(AccessError):
            foreign.with_user(self.dispatcher).action_cancel()
        self.assertEqual(foreign.state, "signing")

    def _let_foreign_manager_sign(self):
        self.env["aftersales.role.assignment"].create(
            [
                {
                    "role_id": self.env.ref(f"aftersales_service.role_{role}").id,
                    "company_id": self.sister.id,
                    "user_id": self.foreign_manager.id,
                }
                for role in self.DISPATCH_ROLES
            ]
        )
