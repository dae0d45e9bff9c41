from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import SlaCommon

HOURS = st.floats(0, 60)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("wait"), HOURS, st.sampled_from(["customer", "parts"])),
        st.tuples(st.just("resume"), HOURS, st.just(None)),
        st.tuples(st.just("receive"), HOURS, st.just(None)),
        st.tuples(st.just("extend"), st.floats(0.1, 20), st.just(None)),
        st.tuples(st.just("run"), HOURS, st.just(None)),
        st.tuples(st.just("arrive"), HOURS, st.just(None)),
    ),
    max_size=9,
)


def play(case, request, step, hours, reason):
    """One of :data:`STEPS` on ``request``."""
    when = case._ago(hours=hours)
    if step == "wait":
        request._sla_wait(reason, when)
    elif step == "resume":
        request._sla_resume(when)
    elif step == "receive":
        request.received_at = when
    elif step == "run":
        case._run()
    elif step == "arrive":
        request._sla_event("arrived", when)
    else:
        clock = case._get_clock(request, "repair")
        clock.with_user(case.dispatcher)._extend(hours, "Snow")


@tagged("post_install", "-at_install")
class TestSlaRandom(SlaCommon):
    """Whatever happens in whatever order, what is stored follows from the ledger."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_policy(
            {"kind": "arrival", "limit": 12, "pauses_customer": True},
            {
                "kind": "repair",
                "limit": 9,
                "basis": "working",
                "pauses_customer": True,
                "pauses_parts": True,
            },
            {"kind": "plan", "unit": "working_day", "limit": 2},
        )

    @given(steps=STEPS)
    @settings(
        max_examples=100,
        deadline=timedelta(seconds=20),
        suppress_health_check=list(HealthCheck),
    )
    def test_stored_deadline_is_the_engine_s(self, steps):
        request = self._create_request(received_at=self._ago(hours=30))
        for step in steps:
            try:
                with self.env.cr.savepoint():
                    play(self, request, *step)
            except UserError:
                continue  # a time out of order is refused, and nothing is changed
        clocks = self._get_clocks(request)
        running = clocks.filtered(lambda clock: clock.state not in ("met", "missed"))
        for clock in running:
            self._assert_plan(clock)
        for clock in clocks - running:
            late = clock.stopped_at > clock.deadline
            self.assertEqual(clock.state, "missed" if late else "met")
            self.assertGreaterEqual(clock.stopped_at, clock.started_at)
        due = min(filter(None, running.mapped("deadline")), default=False)
        self.assertEqual(request.sla_deadline, due)
