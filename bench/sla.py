"""Promises that run out: as many open clocks here as open lines of the OCA there."""

from odoo import SUPERUSER_ID, api
from odoo.fields import Command

from .grow import vacuum
from .measure import interleave
from .peers import OURS
from .world import User

FINISHED = 1_000_000
CLOSED = "('done', 'called_back', 'archived', 'cancelled')"


class Clocks:
    """Ours: one scheduled run tells everybody, or finds nothing to tell."""

    model = "aftersales.sla.clock"
    label = "this addon"

    def prepare(self, env, world, count):
        request = env[OURS.model].create(OURS.values(world, 0))
        head = env["res.users"].browse(world.colleagues[0])
        reader = env.ref("aftersales_service.group_aftersales_user")
        head.group_ids = [Command.link(reader.id)]
        env["aftersales.role.assignment"].create(
            {
                "role_id": env.ref("aftersales_service.role_aftersales_head").id,
                "company_id": env.company.id,
                "user_id": head.id,
            }
        )
        env.flush_all()
        clock = request.clock_ids.filtered("deadline")[:1]
        clock.timer_id.escalate_role_id.ensure_one()
        # What the requests of the other measurements have left.
        env.cr.execute("DELETE FROM aftersales_sla_clock WHERE id != %s", [clock.id])
        self._insert(
            env.cr,
            clock.id,
            {
                "res_id": "document.id",
                "document_name": "document.name",
                "partner_id": "document.partner_id",
                "user_id": "document.user_id",
            },
            "(SELECT * FROM aftersales_service_request"
            f" WHERE state NOT IN {CLOSED} AND id != {request.id}"
            f" ORDER BY id LIMIT {count}) AS document",
        )
        env.cr.execute("DELETE FROM aftersales_sla_clock WHERE id = %s", [clock.id])
        env.cr.execute("SELECT count(*) FROM aftersales_sla_clock")
        return env.cr.fetchone()[0]

    def grow(self, cr, count):
        """Finished clocks, which no run should ever look at."""
        cr.execute("SELECT max(id) FROM aftersales_sla_clock")
        self._insert(
            cr,
            cr.fetchone()[0],
            {
                "state": "CASE WHEN i % 10 = 0 THEN 'missed' ELSE 'met' END",
                "res_id": "1 + i % 50000",
                "started_at": "timestamp '2023-01-01' + i * interval '90 seconds'",
                "stopped_at": "timestamp '2023-01-02' + i * interval '90 seconds'",
            },
            f"generate_series(1, {count}) AS i",
        )

    def reset(self, cr, due):
        """All open clocks as before any run, due in ``due``."""
        cr.execute(
            "DELETE FROM mail_activity WHERE aftersales_clock_id IS NOT NULL;"
            " UPDATE aftersales_sla_clock SET state = 'running', warned_at = NULL,"
            " breached_at = NULL, deadline = now() AT TIME ZONE 'UTC' + %(due)s,"
            " warn_at = now() AT TIME ZONE 'UTC' + %(due)s - interval '1 minute'"
            " WHERE state NOT IN ('met', 'missed')",
            {"due": due},
        )

    def run(self, env):
        env[self.model]._cron_raise()

    def _insert(self, cr, model_id, changed, source):
        cr.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_schema ="
            " current_schema AND table_name = 'aftersales_sla_clock'"
            " AND column_name != 'id'"
        )
        columns = [name for (name,) in cr.fetchall()]
        names = ", ".join(f'"{name}"' for name in columns)
        values = ", ".join(changed.get(name, f'clock."{name}"') for name in columns)
        cr.execute(
            f"INSERT INTO aftersales_sla_clock ({names}) SELECT {values}"
            f" FROM aftersales_sla_clock AS clock, {source} WHERE clock.id = {model_id}"
        )


class Lines:
    """The OCA's helpdesk_mgmt_sla. It has no scheduled run: a line becomes late when
    it is computed anew, which is what is measured, for all open tickets."""

    model = "helpdesk.ticket.sla"
    label = "helpdesk_mgmt_sla"

    def prepare(self, env, world, count):
        stages = env["helpdesk.ticket.stage"]
        last = stages.search([("closed", "=", True)], order="sequence desc", limit=1)
        sla = env["helpdesk.sla"].create(
            {"name": "Four hours", "hours": 4, "stage_id": last.id}
        )
        env["helpdesk.ticket.team"].search([]).write({"use_sla": True})
        env.flush_all()
        env.cr.execute("DELETE FROM helpdesk_ticket_sla")
        env.cr.execute(
            "INSERT INTO helpdesk_ticket_sla (ticket_id, sla_id, hours,"
            " expected_stage_id, consumed_time, last_state_date, deadline, state)"
            " SELECT ticket.id, %s, 4, %s, 0, now() AT TIME ZONE 'UTC',"
            " now() AT TIME ZONE 'UTC', 'in_progress' FROM helpdesk_ticket AS ticket"
            " JOIN helpdesk_ticket_stage AS stage ON stage.id = ticket.stage_id"
            " WHERE NOT stage.closed ORDER BY ticket.id LIMIT %s",
            [sla.id, last.id, count],
        )
        return env.cr.rowcount

    def grow(self, cr, count):
        cr.execute(
            "INSERT INTO helpdesk_ticket_sla (ticket_id, sla_id, hours,"
            " expected_stage_id, consumed_time, last_state_date, deadline, state)"
            " SELECT ticket_id, sla_id, hours, expected_stage_id, 2, last_state_date,"
            " deadline, 'accomplished' FROM (SELECT * FROM helpdesk_ticket_sla"
            " ORDER BY id LIMIT 1) AS line, generate_series(1, %s)",
            [count],
        )

    def reset(self, cr, due):
        cr.execute(
            "UPDATE helpdesk_ticket_sla SET state = 'in_progress', consumed_time = 0,"
            " last_state_date = now() AT TIME ZONE 'UTC' - interval '1 hour',"
            " deadline = now() AT TIME ZONE 'UTC' + %s WHERE state != 'accomplished'",
            [due],
        )

    def run(self, env):
        for line in env[self.model].search([("state", "=", "in_progress")]):
            line._stage_recompute()


SIDES = [Clocks(), Lines()]


def measure(registry, world, measures, *, count, rounds, full):
    """One run with everything overdue, one with nothing due; with ``full`` among a
    million finished ones as well.

    :return: list of the suffixes of the operations that were measured
    """
    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        found = {side.model: side.prepare(env, world, count) for side in SIDES}
    if set(found.values()) != {count}:
        raise ValueError(f"{count} open clocks on each side, not {found}")
    suffixes = [""]
    _measure(registry, measures, "", count, rounds)
    if full:
        for side in SIDES:
            with registry.cursor() as cr:
                side.grow(cr, FINISHED)
        suffixes.append(f"@{FINISHED}")
        _measure(registry, measures, suffixes[-1], count, rounds)
    return suffixes


def _measure(registry, measures, suffix, count, rounds):
    vacuum(registry, ["aftersales_sla_clock", "helpdesk_ticket_sla", "mail_activity"])
    user = User(SUPERUSER_ID, {})

    def preparing(side, due):
        def prepare():
            with registry.cursor() as cr:
                side.reset(cr, due)
            return user, side.run

        return prepare

    for name, due in (("overdue", "-1 hour"), ("idle", "1 day")):
        interleave(
            measures,
            registry,
            f"sla {name}{suffix}",
            {side.model: preparing(side, due) for side in SIDES},
            rounds=rounds,
            warm=0,
        )
