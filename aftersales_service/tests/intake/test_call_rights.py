from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..common_company import TwoCompaniesCommon
from .test_call_record import CallCommon


@tagged("post_install", "-at_install")
class TestCallRights(TwoCompaniesCommon, CallCommon):
    """The agent writes, the reader reads, the engineer sees what led to his visit."""

    def test_who_may_write(self):
        call = self._create_call()
        for user in (self.agent, self.dispatcher, self.manager):
            with self.subTest(user=user.login):
                self._create_call(user).with_user(user).note = "x"
        for user in (
            self.engineer_user,
            self.keeper,
            self.finance,
            self.quality,
            self.signers["superior"],
        ):
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    self._create_call(user)
                with self.assertRaises(AccessError):
                    call.with_user(user).write({"note": "x"})
                for action in ("answer", "create_request", "create_lead", "cancel"):
                    with self.assertRaises(AccessError):
                        getattr(call.with_user(user), f"action_{action}")()
        self.assertEqual(call.state, "open")
        self.assertFalse(call.request_id or call.lead_count)

    def test_reader_reads(self):
        call = self._create_call()
        reader = call.with_user(self.signers["superior"])
        self.assertEqual(reader.symptom, "Does not spray")
        self.assertEqual(reader.lead_count, 0)

    def test_engineer_sees_the_calls_of_his_visits(self):
        mine = self._create_call()
        mine.action_create_request()
        self._create_dispatch(mine.request_id)
        other = self._create_call()
        calls = self.env["aftersales.call.record"].with_user(self.engineer_user)
        self.assertEqual(calls.search([("id", "in", (mine | other).ids)]), mine)
        with self.assertRaises(AccessError):
            other.with_user(self.engineer_user).read(["symptom"])
        request = mine.request_id.with_user(self.engineer_user)
        self.assertEqual(request.call_count, 1)
        self.assertFalse(request.caller_call_ids - mine)

    def test_stranger_sees_nothing(self):
        call = self._create_call()
        for group in ("base.group_user", "base.group_portal"):
            user = new_test_user(self.env, login=f"as_{group}", groups=group)
            with self.subTest(group=group), self.assertRaises(AccessError):
                call.with_user(user).read(["name"])

    # ------------------------------------------------------------ two companies

    def test_calls_of_the_sister_are_not_there(self):
        foreign = self._create_call(
            self.foreign_manager, equipment_id=self.foreign_equipment.id
        )
        self.assertEqual(foreign.company_id, self.sister)
        own = self._create_call()
        calls = self.env["aftersales.call.record"]
        self.assertNotIn(foreign, calls.with_user(self.manager).search([]))
        self.assertNotIn(own, calls.with_user(self.foreign_manager).search([]))
        with self.assertRaises(AccessError):
            foreign.with_user(self.manager).action_create_request()
        self.assertFalse(foreign.request_id)

    def test_request_is_of_the_company_of_the_call(self):
        call = self._create_call(
            self.foreign_manager, equipment_id=self.foreign_equipment.id
        )
        call.action_create_request()
        call.action_create_lead()
        self.assertEqual(call.request_id.company_id, self.sister)
        self.assertEqual(call.sudo().lead_ids.company_id, self.sister)

    def test_machine_of_the_sister(self):
        with self.assertRaises((UserError, AccessError)):
            self._create_call(self.both_user, equipment_id=self.foreign_equipment.id)

    def test_what_is_known_stays_in_the_company(self):
        foreign = self._create_foreign_request()
        both = self.both_user
        call = self._create_call().with_user(both)
        call = call.with_context(allowed_company_ids=(self.company | self.sister).ids)
        self.assertEqual(call.caller_equipment_ids, self.equipment)
        self.assertNotIn(foreign, call.caller_request_ids)
