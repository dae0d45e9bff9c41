from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ..common_company import TwoCompaniesCommon


@tagged("post_install", "-at_install")
class TestRemoteAttempts(TwoCompaniesCommon):
    """The log of remote support: who tried what, how long, and with what result."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.now = fields.Datetime.now().replace(microsecond=0)

    def _create_old_request(self, **vals):
        return self._create_request(received_at=self.now - timedelta(hours=3), **vals)

    def _log(self, request, user=None, **vals):
        return (
            self.env["aftersales.remote.attempt"]
            .with_user(user or self.agent)
            .create({"request_id": request.id, "tried": "Restarted it", **vals})
        )

    def test_on_the_request(self):
        request = self._create_old_request()
        with Form(request) as form:
            with form.attempt_ids.new() as row:
                row.tried = "Bled the pump"
                row.minutes = 12
                row.way = "video"
                row.result = "not_solved"
        attempt = request.attempt_ids
        self.assertEqual(attempt.user_id, self.agent)
        self.assertEqual(attempt.company_id, self.company)
        entry = next(
            e
            for e in request.with_user(self.manager).story
            if e["title"] == "Remote support: Video"
        )
        self.assertEqual(
            entry["text"],
            "As Agent: Bled the pump (Not Solved)".replace("As Agent", self.agent.name),
        )

    def test_solved_by_phone_is_an_attempt(self):
        request = self._create_old_request()
        self._log(request, started_at=self.now - timedelta(hours=2))
        self.env["aftersales.service.request.solve"].with_user(self.agent).create(
            {
                "request_id": request.id,
                "solution": "Reset the controller",
                "solved_at": self.now - timedelta(hours=1),
                "minutes": 10,
                "way": "tool",
                "user_id": self.dispatcher.id,
            }
        ).action_solve()
        self.assertEqual(request.state, "done")
        solving = request.attempt_ids.filtered(lambda a: a.result == "solved")
        self.assertEqual(
            (solving.way, solving.minutes, solving.user_id, solving.tried),
            ("tool", 10, self.dispatcher, "Reset the controller"),
        )
        self.assertEqual(solving.started_at, self.now - timedelta(hours=1, minutes=10))
        titles = [e["title"] for e in request.with_user(self.manager).story]
        self.assertEqual(titles.count("Solved by phone"), 1)
        self.assertEqual(titles.count("Remote support: Phone"), 1)

    def test_refused_solution_leaves_no_attempt(self):
        request = self._create_old_request()
        for solution, when in (
            ("", self.now),
            ("Reset", self.now + timedelta(hours=1)),
            ("Reset", self.now - timedelta(days=2)),
        ):
            with self.assertRaises(UserError):
                request._solve_remote(self.agent, when, solution)
        self.assertFalse(request.attempt_ids)

    def test_first_attempt_is_the_first_contact(self):
        request = self._create_old_request()
        first = self.now - timedelta(hours=2)
        self._log(request, started_at=first)
        events = self.env["aftersales.sla.event"].search(
            [("res_id", "=", request.id), ("event", "=", "contacted")]
        )
        self.assertEqual(events.event_time, first)

    def test_corrected_time_corrects_the_contact(self):
        request = self._create_old_request()
        wrong = self.now - timedelta(hours=2)
        right = self.now - timedelta(hours=1)
        attempt = self._log(request, started_at=wrong)
        later = self._log(request, started_at=self.now - timedelta(minutes=5))
        attempt.started_at = right
        domain = [("res_id", "=", request.id), ("event", "=", "contacted")]
        events = self.env["aftersales.sla.event"].search(domain)
        self.assertEqual(
            events.filtered("is_void").mapped("event_time"), [wrong], "audited"
        )
        self.assertEqual(
            events.filtered(lambda event: not event.is_void).mapped("event_time"),
            [right, later.started_at],
        )
        attempt.started_at = right
        attempt.minutes = 3
        self.assertEqual(self.env["aftersales.sla.event"].search_count(domain), 3)
        with self.assertRaisesRegex(UserError, "future"):
            attempt.started_at = self.now + timedelta(hours=1)

    def test_bad_input(self):
        request = self._create_old_request()
        for vals, words in (
            ({"started_at": self.now + timedelta(hours=1)}, "future"),
            ({"started_at": self.now - timedelta(days=1)}, "Received At"),
        ):
            with self.subTest(vals=vals), self.assertRaisesRegex(UserError, words):
                self._log(request, **vals)
        for minutes in (-1, 1441):
            with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
                self._log(request, minutes=minutes)
        with self.assertRaisesRegex(ValidationError, "too long"):
            self._log(request, tried="x" * 100_001)

    def test_closed_request(self):
        request = self._create_old_request()
        attempt = self._log(request)
        request.action_solve_remote()
        request._solve_remote(self.agent, self.now, "Reset")
        with self.assertRaisesRegex(UserError, "is finished"):
            self._log(request)
        with self.assertRaisesRegex(UserError, "is finished"):
            attempt.with_user(self.agent).tried = "Something else"
        other = self._create_old_request()
        moved = self._log(other)
        with self.assertRaisesRegex(UserError, "is finished"):
            moved.with_user(self.agent).request_id = request
        with self.assertRaisesRegex(UserError, "is finished"):
            attempt.with_user(self.manager).unlink()

    def test_engineer_writes_his_own(self):
        request = self._create_dispatch(self._create_old_request()).request_id
        attempt = self._log(request, self.engineer_user)
        self.assertEqual(attempt.user_id, self.engineer_user)
        theirs = self._log(request)
        self.assertEqual(theirs.with_user(self.engineer_user).way, "phone")
        with self.assertRaises(AccessError):
            theirs.with_user(self.engineer_user).tried = "Mine"
        with self.assertRaises(AccessError):
            self._log(request, self.other_engineer_user)
        with self.assertRaises(AccessError):
            theirs.with_user(self.other_engineer_user).read(["tried"])

    def test_reader_reads(self):
        attempt = self._log(self._create_old_request())
        reader = self.signers["superior"]
        self.assertTrue(attempt.with_user(reader).tried)
        with self.assertRaises(AccessError):
            self._log(attempt.request_id, reader)
        with self.assertRaises(AccessError):
            attempt.with_user(self.foreign_manager).read(["tried"])

    def test_many_at_once(self):
        """One contact for each request, with few queries."""

        def cost(count):
            requests = self.env["aftersales.service.request"].browse()
            for _number in range(count):
                requests |= self._create_old_request()
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.env["aftersales.remote.attempt"].with_user(self.agent).create(
                [{"request_id": r.id, "tried": "Call"} for r in requests]
            )
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        cost(2)
        self.assertLess((cost(22) - cost(2)) / 20, 2)

    def test_request_is_deleted_with_its_attempts(self):
        request = self._create_old_request(
            attempt_ids=[Command.create({"tried": "Called back"})]
        )
        attempt = request.attempt_ids
        request.with_user(self.manager).unlink()
        self.assertFalse(attempt.exists())
