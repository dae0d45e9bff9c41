from datetime import timedelta

from odoo import fields
from odoo.fields import Domain
from odoo.tests import Form, tagged
from odoo.tools.safe_eval import safe_eval

from .common import SlaCommon


@tagged("post_install", "-at_install")
class TestSlaScreen(SlaCommon):
    """What the screens show of promises: time left, filters, board, analysis."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls._create_policy({"limit": 36, "pauses_customer": True})

    def _create_late(self, hours=40, **vals):
        request = self._create_request(received_at=self._ago(hours=hours), **vals)
        self._run()
        return request

    def _filter(self, view, name):
        """Domain of a filter of a search view."""
        arch = self.env[view.model].get_view(view.id, "search")["arch"]
        start = arch.index(f'name="{name}"')
        node = arch[arch.rindex("<filter", 0, start) : arch.index("/>", start)]
        text = node.split('domain="')[1].split('"')[0]
        text = text.replace("&gt;", ">").replace("&lt;", "<")
        return Domain(safe_eval(text))

    # ------------------------------------------------------------- one request

    def test_a_paused_clock_says_why(self):
        request = self._create_request()
        self.assertEqual(request.sla_info["state"], "running")
        self.assertNotIn("reason", request.sla_info)
        request._sla_wait("customer", note="Site closed")
        self.assertEqual(request.sla_info["state"], "paused")
        self.assertEqual(request.sla_info["reason"], "Waiting for Customer")
        request.action_resume()
        self.assertNotIn("reason", request.sla_info)

    def test_form_shows_the_clocks(self):
        request = self._create_late()
        with Form(request.with_user(self.agent)) as form:
            self.assertEqual(len(form.clock_ids), 1)
            self.assertEqual(form.sla_info["state"], "breached")
            self.assertLess(form.sla_info["remaining"], 0)

    def test_an_engineer_sees_the_most_urgent_clock(self):
        dispatch = self._issue_dispatch(self._create_late())
        request = dispatch.request_id.with_user(self.engineer_user)
        view = request.get_view(view_type="form")["arch"]
        self.assertIn("sla_info", view)
        self.assertNotIn("clock_ids", view)
        self.assertEqual(request.sla_info["state"], "breached")

    # ------------------------------------------------------------ many at once

    def test_a_list_costs_the_same_for_more(self):
        def cost(count):
            self._create_many(count)
            requests = self.env["aftersales.service.request"].with_user(self.agent)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            requests.web_search_read(
                [], {"name": {}, "sla_info": {}, "sla_state": {}}, limit=count
            )
            return self.env.cr.sql_log_count - before

        cost(5)
        self.assertEqual(cost(5), cost(60))

    def _create_many(self, count, **vals):
        return (
            self.env["aftersales.service.request"]
            .with_user(self.agent)
            .create(
                [
                    {"partner_id": self.customer.id, "symptom": str(number), **vals}
                    for number in range(count)
                ]
            )
        )

    def test_filters(self):
        requests = self.env["aftersales.service.request"]
        late = self._create_late()
        long_late = self._create_late(hours=24 * 9)
        paused = self._create_request()
        paused._sla_wait("customer")
        now = fields.Datetime.now()
        soon = self._create_request()
        soon.sudo().clock_ids.deadline = now + timedelta(seconds=1)
        soon.sudo()._sla_refresh()
        view = self.env.ref("aftersales_service.aftersales_service_request_view_search")
        mine = Domain("id", "in", (late | long_late | paused | soon).ids)

        def found(name):
            return requests.search(mine & self._filter(view, name))

        self.assertEqual(found("filter_breached"), long_late | late)
        self.assertEqual(found("filter_paused"), paused)
        self.assertNotIn(long_late, found("filter_breached_today"))
        self.assertNotIn(late, found("filter_due_today"))
        late.sudo().clock_ids.deadline = now
        late.sudo()._sla_refresh()
        self.assertEqual(found("filter_breached_today"), late)
        self.assertEqual(found("filter_due_today"), soon)

    def test_board_counts_the_late_ones(self):
        late, calm = self._create_late(), self._create_request()
        view = self.env.ref("aftersales_service.aftersales_service_request_view_kanban")
        arch = late.get_view(view.id, "kanban")["arch"]
        self.assertIn('js_class="aftersales_board"', arch)
        self.assertIn('field="sla_state"', arch)
        counts = late.with_user(self.agent).read_progress_bar(
            [("id", "in", (late | calm).ids)],
            "state",
            {
                "field": "sla_state",
                "colors": {"breached": "danger", "running": "success"},
            },
        )
        self.assertEqual(counts["new"]["breached"], 1)
        self.assertEqual(counts["new"]["running"], 1)

    # ------------------------------------------------------------------ clocks

    def test_clock_shows_ledger_and_hours(self):
        request = self._create_request(received_at=self._ago(hours=10))
        request._sla_wait("customer", self._ago(hours=4), "Site closed")
        request._sla_resume(self._ago(hours=2))
        request.sudo()._sla_event("plan_agreed", self._ago(hours=1))
        clock = self._get_clock(request).with_user(self.agent)
        self.assertEqual(clock.pause_ids.mapped("note"), ["Site closed"])
        self.assertEqual(clock.event_ids.mapped("event"), ["plan_agreed"])
        self.assertEqual((clock.allowed_hours, clock.extra_hours), (36, 0))
        self.assertEqual(clock.time_left["state"], "running")
        self.assertAlmostEqual(clock.time_left["remaining"] / 3600, 28, 1)
        request.sudo()._sla_event("arrived")
        clock.invalidate_recordset()
        self.assertFalse(clock.time_left)
        self.assertAlmostEqual(clock.used_hours, 8, 1)
        self.assertEqual((clock.state, clock.met_rate), ("met", 100))

    def test_ledger_of_many_clocks(self):
        def cost(count):
            requests = self._create_many(count)
            requests.sudo()._sla_event("plan_agreed")
            clocks = self.env["aftersales.sla.clock"].with_user(self.agent)
            clocks = clocks.browse(requests.sudo().clock_ids.ids)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(len(clocks.mapped("event_ids.event")), count)
            clocks.mapped("time_left")
            return self.env.cr.sql_log_count - before

        cost(3)
        self.assertEqual(cost(3), cost(40))

    def test_rate_counts_finished_clocks_only(self):
        met, missed, _running, late = (
            self._create_request(),
            self._create_request(received_at=self._ago(hours=50)),
            self._create_request(),
            self._create_request(received_at=self._ago(hours=50)),
        )
        met.sudo()._sla_event("arrived")
        missed.sudo()._sla_event("arrived")
        self._run()
        requests = met | missed | _running | late
        clocks = self.env["aftersales.sla.clock"].with_user(self.agent)
        [(rate, used, count)] = clocks._read_group(
            [("res_id", "in", requests.ids), ("policy_id", "=", self.policy.id)],
            [],
            ["met_rate:avg", "used_hours:avg", "__count"],
        )
        self.assertEqual((rate, count), (50, 4))
        self.assertAlmostEqual(used, 25, 1)
        self.assertEqual(
            clocks.fields_get(["met_rate"])["met_rate"]["aggregator"], "avg"
        )

    def test_clock_filters(self):
        late = self._get_clock(self._create_late())
        view = self.env.ref("aftersales_service.aftersales_sla_clock_view_search")
        clocks = self.env["aftersales.sla.clock"]
        mine = Domain("id", "=", late.id)
        for name, expected in (
            ("filter_open", True),
            ("filter_breached", True),
            ("filter_breached_today", True),
            ("filter_paused", False),
            ("filter_met", False),
            ("filter_due_today", False),
        ):
            with self.subTest(name):
                found = clocks.search(mine & self._filter(view, name))
                self.assertEqual(bool(found), expected)

    def test_nobody_writes_a_clock_by_hand(self):
        clock = self._get_clock(self._create_request())
        for user in (self.agent, self.dispatcher, self.manager):
            self.assertFalse(clock.with_user(user).has_access("write"))
        form = clock.with_user(self.manager).get_view(view_type="form")["arch"]
        self.assertIn('edit="0"', form)

    # ------------------------------------------------------------------ policy

    def test_policy_form_warns_of_a_calendar_without_hours(self):
        empty = self.env["resource.calendar"].create(
            {"name": "Empty", "attendance_ids": [(5,)], "company_id": self.company.id}
        )
        policies = self.env["aftersales.sla.policy"].with_user(self.manager)
        with Form(policies) as form:
            form.name, form.code = "Round the clock", "round"
            form.calendar_id = empty
            with form.timer_ids.new() as timer:
                timer.kind = "response"
                timer.limit = 4
                timer.unit = "working_day"
            self.assertIn("Empty has no fixed working hours", form.calendar_warning)
            form.calendar_id = self.calendar
            self.assertFalse(form.calendar_warning)
        policy = form.record
        self.assertEqual(policy.company_id, self.company)
        self.assertEqual(policy.timer_ids.start_event, "received")
        self.assertEqual(policy.timer_ids.stop_event, "accepted")
