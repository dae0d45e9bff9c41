from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from ..common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestRpc(AftersalesCommon, HttpCase):
    """What a client sees who calls the server past the screens."""

    def _post(self, user, route, **params):
        """``(result, error)`` of a JSON call as ``user``."""
        self.authenticate(user.login, user.login.ljust(8, "x"))
        with mute_logger("odoo.http", "odoo.sql_db"):
            response = self.opener.post(
                f"{self.base_url()}{route}",
                json={"jsonrpc": "2.0", "method": "call", "id": 1, "params": params},
                timeout=60,
            )
        response.raise_for_status()
        answer = response.json()
        return answer.get("result"), (answer.get("error") or {}).get("data")

    def _call(self, user, records, method, *args, **kwargs):
        return self._post(
            user,
            "/web/dataset/call_kw",
            model=records._name,
            method=method,
            args=[records.ids, *args],
            kwargs=kwargs,
        )

    def _assert_refused(self, answer, exception, text):
        result, error = answer
        self.assertFalse(result)
        self.assertEqual(error["name"].rpartition(".")[2], exception)
        self.assertIn(text, error["message"])

    def test_button(self):
        request = self._create_request()
        _result, error = self._call(self.agent, request, "action_accept")
        self.assertFalse(error)
        self.assertEqual(request.state, "accepted")
        self._assert_refused(
            self._call(self.agent, request, "action_accept"), "UserError", request.name
        )

    def test_state(self):
        dispatch = self._create_dispatch()
        for user in (self.dispatcher, self.manager):
            self._assert_refused(
                self._call(user, dispatch, "write", {"state": "issued"}),
                "AccessError",
                "is set by its button only",
            )
        self.assertEqual(dispatch.state, "draft")

    def test_state_through_the_context(self):
        count = self.env["aftersales.service.request"].search_count
        before = count([("state", "=", "archived")])
        result, _error = self._post(
            self.agent,
            "/web/dataset/call_kw",
            model="aftersales.service.request",
            method="create",
            args=[{"partner_id": self.customer.id}],
            kwargs={"context": {"default_state": "archived"}},
        )
        self.assertTrue(result)
        self.assertEqual(count([("state", "=", "archived")]), before)

    def test_inner_methods_are_out_of_reach(self):
        dispatch = self._create_dispatch()
        dispatch.action_submit()
        box = dispatch.sudo().signature_ids[0]
        for records, method, args in (
            (box, "_sign", [True]),
            (dispatch, "_approval_done", []),
            (dispatch, "_approval_settle", []),
            (dispatch.request_id, "_advance", ["archived"]),
            (dispatch.request_id, "_reopen", []),
        ):
            _result, error = self._call(self.manager, records, method, *args)
            with self.subTest(method=method):
                self.assertIn("rivate method", error["message"])
        self.assertEqual(box.state, "pending")
        self.assertEqual(dispatch.request_id.state, "to_dispatch")

    def test_gateway_is_out_of_reach(self):
        """What the mail gateway calls with the rights of the system."""
        portal = new_test_user(self.env, "as_portal", groups="base.group_portal")
        requests = self.env["aftersales.service.request"]
        request = self._create_request()
        count = requests.search_count([])
        mail = {"subject": "A", "body": "B", "email_from": "a@b.test"}
        values = {"state": "archived", "company_id": self.company.id}
        for user in (self.agent, portal):
            for records, method in (
                (requests, "message_new"),
                (request, "message_update"),
            ):
                _result, error = self._post(
                    user,
                    "/web/dataset/call_kw",
                    model=records._name,
                    method=method,
                    args=[*([records.ids] if records else []), mail, values],
                    kwargs={},
                )
                with self.subTest(user=user.login, method=method):
                    self.assertIn("rivate method", error["message"])
        self.assertEqual(requests.search_count([]), count)
        self.assertEqual(request.state, "new")

    def test_ten_megabytes(self):
        request = self._create_request()
        huge = "x" * 10_000_000
        self._assert_refused(
            self._call(self.agent, request, "write", {"symptom": huge}),
            "ValidationError",
            "Attach a file instead",
        )
        self._assert_refused(
            self._post(
                self.agent,
                "/mail/message/post",
                thread_model=request._name,
                thread_id=request.id,
                post_data={"body": huge, "message_type": "comment"},
            ),
            "ValidationError",
            "note is too long",
        )
        self.assertEqual(request.symptom, "Does not spray")

    def test_duplicate_machine_is_explained(self):
        """A constraint of the database answers in words."""
        _result, error = self._post(
            self.agent,
            "/web/dataset/call_kw",
            model="aftersales.equipment",
            method="create",
            args=[
                {
                    "product_id": self.machine.id,
                    "serial": "MK-0001",
                    "partner_id": self.customer.id,
                }
            ],
            kwargs={},
        )
        self.assertIn("exists already", error["message"])

    def test_request_without_a_customer_is_explained(self):
        _result, error = self._post(
            self.agent,
            "/web/dataset/call_kw",
            model="aftersales.service.request",
            method="create",
            args=[{"symptom": "Drips"}],
            kwargs={},
        )
        self.assertIn("Customer", error["message"])
