from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo import Command, fields

from ...engine.clock import ALWAYS, deadline
from ..common import AftersalesCommon


class SlaCommon(AftersalesCommon):
    """A company in Shanghai without policies but those a test makes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.started = fields.Datetime.now()
        policies = cls.env["aftersales.sla.policy"]
        policies.search([("company_id", "=", cls.company.id)]).active = False
        # What is due of the demo data is none of a test's business.
        clocks = cls.env["aftersales.sla.clock"].sudo()
        clocks.search([("state", "in", ("running", "warning"))])._cancel()
        china = cls.env.ref("base.cn")
        cls.home, cls.far = cls.env["res.country.state"].search(
            [("country_id", "=", china.id)], limit=2
        )
        cls.company.partner_id.write(
            {"country_id": china.id, "state_id": cls.home.id, "lang": "en_US"}
        )
        cls.calendar = cls.env["resource.calendar"].create(
            {
                "name": "Office",
                "tz": "Asia/Shanghai",
                "company_id": cls.company.id,
                "attendance_ids": [
                    Command.create(
                        {
                            "name": f"Day {day}",
                            "dayofweek": str(day),
                            "hour_from": 8,
                            "hour_to": 18,
                            "day_period": "full_day",
                        }
                    )
                    for day in range(5)
                ],
            }
        )
        cls.company.resource_calendar_id = cls.calendar
        cls.customer.write({"country_id": china.id, "state_id": cls.home.id})

    @classmethod
    def _create_company(cls, name):
        """Another company, without the policies of its preset."""
        company = cls.env["res.company"].create({"name": name})
        policies = cls.env["aftersales.sla.policy"]
        policies.search([("company_id", "=", company.id)]).active = False
        return company

    @classmethod
    def _create_policy(cls, *timers, **vals):
        """A policy whose promises are ``timers``, dicts of values."""
        number = cls.env["aftersales.sla.policy"].with_context(active_test=False)
        return cls.env["aftersales.sla.policy"].create(
            {
                "name": "Policy",
                "code": f"test{number.search_count([])}",
                "company_id": cls.company.id,
                "timer_ids": [
                    Command.create({"kind": "arrival", "limit": 36, **timer})
                    for timer in timers
                ],
                **vals,
            }
        )

    def _get_clock(self, document, kind="arrival", **values):
        """The only clock of this kind that is not cancelled."""
        clocks = (
            self.env["aftersales.sla.clock"]
            .search(
                [
                    ("res_model", "=", document._name),
                    ("res_id", "=", document.id),
                    ("kind", "=", kind),
                    ("state", "!=", "cancelled"),
                ]
            )
            .filtered(lambda clock: all(clock[n] == v for n, v in values.items()))
        )
        clocks.ensure_one()
        return clocks

    def _get_clocks(self, document, **values):
        clocks = self.env["aftersales.sla.clock"].search(
            [("res_model", "=", document._name), ("res_id", "=", document.id)]
        )
        return clocks.filtered(lambda c: all(c[n] == v for n, v in values.items()))

    def _run(self):
        """The scheduled run: all that is due."""
        clocks = self.env["aftersales.sla.clock"]
        raised = clocks.browse()
        for state in ("breached", "warning"):
            while found := clocks._raise_due(state):
                raised |= found
        return raised

    def _assert_plan(self, clock):
        """What is stored equals what the engine says of the ledger."""
        pauses = clock._get_pauses()[clock]
        expected = deadline(
            clock._get_working_time() or ALWAYS,
            clock.started_at,
            clock.budget_seconds + clock.extra_seconds,
            pauses,
        )
        self.assertEqual(clock.deadline or None, expected)
        self.assertEqual(clock.state == "paused", expected is None)

    @staticmethod
    def _at(text):
        return datetime.fromisoformat(text)

    @classmethod
    def _ago(cls, **delta):
        """A time before now; one “now” for the whole class, so that no second
        passes between two of them. A frozen clock has its own."""
        now = fields.Datetime.now()
        if not timedelta(0) <= now - cls.started < timedelta(minutes=10):
            return now - timedelta(**delta)
        return cls.started - timedelta(**delta)

    freeze = staticmethod(freeze_time)
