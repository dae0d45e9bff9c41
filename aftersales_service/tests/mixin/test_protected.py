from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestProtectedFields(AftersalesCommon):
    """What the buttons set, nobody sets by a call: not even the manager."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.people = (
            cls.agent
            | cls.dispatcher
            | cls.keeper
            | cls.finance
            | cls.quality
            | cls.manager
            | cls.engineer_user
        )

    def _assert_write_refused(self, record, vals):
        """No person may write ``vals``, and nothing of it is written."""
        before = {name: record.sudo()[name] for name in vals}
        for user in self.people:
            with (
                self.subTest(user=user.login, fields=list(vals)),
                self.assertRaises(AccessError),
            ):
                record.with_user(user).write(vals)
        record.invalidate_recordset()
        self.assertEqual({name: record.sudo()[name] for name in vals}, before)

    def test_state_of_a_request(self):
        request = self._create_request()
        now = fields.Datetime.now()
        for vals in (
            {"state": "archived"},
            {"name": "SR-MINE"},
            {"accepted_at": now},
            {"done_at": now},
            {"closed_at": now},
            {"reopen_count": 7},
            {"remote_user_id": self.agent.id},
            {"remote_solution": "Never happened"},
            {"symptom": "harmless", "state": "done"},
        ):
            self._assert_write_refused(request, vals)

    def test_state_and_signatures_of_a_dispatch(self):
        dispatch = self._create_dispatch()
        now = fields.Datetime.now()
        for vals in (
            {"state": "issued"},
            {"approval_state": "approved"},
            {"submitted_by_id": self.agent.id},
            {"issued_at": now},
            {"contacted_at": now},
            {"departed_at": now},
            {"arrived_at": now},
            {"finished_at": now},
            {"returned_at": now},
            {"visit_hours": 99.0},
        ):
            self._assert_write_refused(dispatch, vals)

    def test_state_and_times_of_a_card(self):
        dispatch = self._issue_dispatch()
        now = fields.Datetime.now()
        for vals in (
            {"state": "checked"},
            {"signed_at": now},
            {"handed_in_at": now},
            {"checked_at": now},
            {"issued_at": now},
            {"issued_by_id": self.agent.id},
            {"received_by_id": self.agent.id},
            {"hand_in_due": "2099-12-31"},
        ):
            self._assert_write_refused(dispatch.card_ids, vals)

    def test_what_is_computed(self):
        """Odoo takes a value for a stored computed field from any client: a total
        set to nothing would spare the general manager's signature."""
        dispatch = self._issue_dispatch()
        requisition = self._create_requisition(dispatch, [(self.seal, 2)])
        for record, vals in (
            (dispatch, {"partner_id": self.env.company.partner_id.id}),
            (dispatch.card_ids, {"serial": "OTHER"}),
            (dispatch.card_ids, {"engineer_id": self.other_engineer.id}),
            (requisition, {"total_amount": 0.0}),
        ):
            self._assert_write_refused(record, vals)

    def test_what_is_computed_at_creation(self):
        dispatch = self._issue_dispatch()
        requisitions = self.env["aftersales.parts.requisition"]
        vals = {"dispatch_id": dispatch.id}
        with self.assertRaisesRegex(AccessError, "is computed"):
            requisitions.with_user(self.engineer_user).create(
                {**vals, "total_amount": 0.01}
            )
        requisition = (
            requisitions.with_user(self.engineer_user)
            .with_context(default_total_amount=0.01)
            .create(
                {**vals, "line_ids": [Command.create({"product_id": self.seal.id})]}
            )
        )
        self.assertEqual(
            requisition.total_amount, sum(requisition.line_ids.mapped("amount"))
        )
        self.assertGreater(requisition.total_amount, 1)

    def test_message_names_the_field(self):
        request = self._create_request()
        with self.assertRaisesRegex(AccessError, "Status|State.*its button"):
            request.with_user(self.manager).write({"state": "done"})

    def test_protected_value_at_creation(self):
        values = {"partner_id": self.customer.id}
        requests = self.env["aftersales.service.request"]
        for extra in (
            {"state": "archived"},
            {"name": "SR-MINE"},
            {"done_at": fields.Datetime.now()},
            {"reopen_count": 3},
        ):
            for user in (self.agent, self.dispatcher, self.manager):
                with (
                    self.subTest(user=user.login, extra=extra),
                    self.assertRaises(AccessError),
                ):
                    requests.with_user(user).create([values, {**values, **extra}])
        self.assertFalse(requests.search_count([("name", "=", "SR-MINE")]))

    def test_default_value_at_creation_is_no_offence(self):
        request = self._create_request(state="new", name="/", done_at=False)
        self.assertEqual(request.state, "new")
        self.assertRegex(request.name, r"^SR\d{4}-\d{5}$")

    def test_protected_value_through_the_context(self):
        """``default_state`` in the context of a call is a value like any other."""
        requests = self.env["aftersales.service.request"].with_user(self.agent)
        request = requests.with_context(
            default_state="archived",
            default_name="SR-MINE",
            default_done_at="2020-01-01 00:00:00",
            default_symptom="Drips",
        ).create({"partner_id": self.customer.id})
        self.assertEqual(request.state, "new")
        self.assertRegex(request.name, r"^SR\d{4}-\d{5}$")
        self.assertFalse(request.done_at)
        self.assertEqual(request.symptom, "Drips", "An ordinary default still counts")

    def test_dispatch_through_the_context_is_not_issued(self):
        request = self._create_request()
        request.action_plan_visit()
        dispatches = self.env["aftersales.dispatch"].with_user(self.dispatcher)
        dispatch = dispatches.with_context(
            default_state="issued",
            default_approval_state="approved",
            default_issued_at="2020-01-01 00:00:00",
        ).create({"request_id": request.id, "engineer_id": self.engineer.id})
        self.assertEqual(dispatch.state, "draft")
        self.assertEqual(dispatch.approval_state, "draft")
        self.assertFalse(dispatch.issued_at)

    def test_protected_value_through_a_parent(self):
        """A one2many command is a call on the child."""
        request = self._create_request()
        request.action_plan_visit()
        with self.assertRaises(AccessError):
            request.with_user(self.manager).write(
                {
                    "dispatch_ids": [
                        Command.create(
                            {"engineer_id": self.engineer.id, "state": "issued"}
                        )
                    ]
                }
            )
        dispatch = self._create_dispatch(request)
        with self.assertRaises(AccessError):
            request.with_user(self.manager).write(
                {"dispatch_ids": [Command.update(dispatch.id, {"state": "returned"})]}
            )
        self.assertEqual(dispatch.state, "draft")

    def test_copy_starts_afresh(self):
        dispatch = self._issue_dispatch()
        copy = dispatch.with_user(self.dispatcher).copy()
        self.assertEqual(copy.state, "draft")
        self.assertEqual(copy.approval_state, "draft")
        self.assertFalse(copy.issued_at)
        self.assertFalse(copy.signature_ids)
