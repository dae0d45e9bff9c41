"""One adapter per model: what a user enters, which step he takes, what he opens.

``grown`` holds the SQL of the columns that differ between the rows by which a table
is grown; ``i`` counts the rows, :func:`one_of` picks from a list. Of all rows one in
ten is open, as in a department that closes its cases.
"""

PERIOD = "timestamp '2023-01-01' + i * interval '90 seconds'"


def one_of(ids, step=1):
    """SQL that picks from ``ids`` by ``i``; another one every ``step`` rows."""
    values = ", ".join(map(str, ids))
    return f"(ARRAY[{values}])[1 + (i / {step}) % {len(ids)}]"


def one_text_of(values, step=1):
    return one_of([f"'{value}'" for value in values], step)


def open_or_closed(opened, closed):
    """SQL of a column that is one of ``opened`` in every tenth row."""
    return f"CASE WHEN i % 10 = 0 THEN {opened} ELSE {closed} END"


class Peer:
    """A model to measure; ``number`` tells one record's values from another's."""

    model = label = group = list_action = kanban_action = ""

    def prepare(self, env, world):
        """Make what only this model needs."""

    def values(self, world, number):
        """What a user enters for a new record."""
        raise NotImplementedError

    def step(self, record):
        """The first change of state, as the user's button or click makes it."""
        raise NotImplementedError

    def grown(self, env, world):
        """SQL by column for the rows that differ from the one that is copied."""
        raise NotImplementedError

    def grow_more(self, cr):
        """SQL for what hangs on the rows that were grown and is read with them."""

    def owners(self, world):
        return [world.users[self.model].id, *world.colleagues]


class Request(Peer):
    model = "aftersales.service.request"
    label = "this addon"
    group = "aftersales_service.group_aftersales_agent"
    list_action = kanban_action = "aftersales_service.aftersales_service_request_action"

    def prepare(self, env, world):
        size = len(world.products)
        machines = env["aftersales.equipment"].create(
            [
                {
                    "partner_id": customer,
                    "product_id": world.products[number % size],
                    "serial": f"SN{number:06d}",
                    "purchase_date": "2026-01-15",
                }
                for number, customer in enumerate(world.customers)
            ]
        )
        world.machines = machines.ids

    def values(self, world, number):
        place = number % len(world.customers)
        return {
            "partner_id": world.customers[place],
            "equipment_id": world.machines[place],
            "fault_level": "2",
            # with these a promise runs from the first moment (001 Art.18)
            "urgency": "high",
            "charge_agreed": True,
            "symptom": f"The machine stops after ten minutes, error E{number}.",
        }

    def step(self, record):
        record.action_accept()

    def grown(self, env, world):
        opened = (
            "new accepted remote to_dispatch to_factory dispatched in_work confirm"
        ).split()
        closed = ["done", "called_back", "cancelled", *["archived"] * 4]
        return {
            "name": "'SR2023-' || i",
            "state": open_or_closed(one_text_of(opened, 10), one_text_of(closed)),
            "partner_id": one_of(world.customers),
            "equipment_id": one_of(world.machines),
            "product_id": one_of(world.products),
            "serial": "'SN' || i",
            "user_id": one_of(self.owners(world)),
            "fault_level": one_text_of("1234", 3),
            "sla_state": open_or_closed(
                one_text_of(("running", "running", "warning", "breached"), 30), "NULL"
            ),
            "sla_kind": open_or_closed("'arrival'", "NULL"),
            "sla_deadline": open_or_closed(
                "now() AT TIME ZONE 'UTC' + (i % 4000) * interval '1 minute'", "NULL"
            ),
            "received_at": PERIOD,
            "create_date": PERIOD,
        }

    def grow_more(self, cr):
        """The clock of every open request, which list and board read with it."""
        cr.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_schema ="
            " current_schema AND table_name = 'aftersales_sla_clock'"
            " AND column_name != 'id'"
        )
        columns = [name for (name,) in cr.fetchall()]
        changed = {
            "res_id": "request.id",
            "document_name": "request.name",
            "state": "request.sla_state",
            "deadline": "request.sla_deadline",
            "partner_id": "request.partner_id",
            "user_id": "request.user_id",
        }
        names = ", ".join(f'"{name}"' for name in columns)
        values = ", ".join(changed.get(name, f'clock."{name}"') for name in columns)
        cr.execute(
            f"INSERT INTO aftersales_sla_clock ({names}) SELECT {values}"
            " FROM (SELECT * FROM aftersales_sla_clock WHERE deadline IS NOT NULL"
            " ORDER BY id DESC LIMIT 1) AS clock, aftersales_service_request AS request"
            " WHERE request.sla_state IS NOT NULL AND NOT EXISTS (SELECT FROM"
            " aftersales_sla_clock AS known WHERE known.res_id = request.id)"
        )


class Lead(Peer):
    model = "crm.lead"
    label = "crm.lead"
    group = "sales_team.group_sale_salesman_all_leads"
    list_action = kanban_action = "crm.crm_lead_action_pipeline"

    def values(self, world, number):
        return {
            "type": "opportunity",
            "name": f"Inquiry {number}",
            "partner_id": world.customers[number % len(world.customers)],
            "expected_revenue": 1000,
            "description": "<p>Asks for an offer.</p>",
        }

    def step(self, record):
        stages = self._stages(record.env)
        record.write({"stage_id": stages[1]})

    @staticmethod
    def _stages(env):
        return env["crm.stage"].search([("is_won", "=", False)]).ids

    def grown(self, env, world):
        won = env["crm.stage"].search([("is_won", "=", True)], limit=1).id
        stages = self._stages(env)
        # Half of what is closed is won; what is lost is archived, as Odoo does.
        return {
            "name": "'Inquiry ' || i",
            "stage_id": open_or_closed(
                one_of(stages, 10),
                f"CASE WHEN i % 2 = 0 THEN {won} ELSE {stages[0]} END",
            ),
            "active": "i % 10 = 0 OR i % 2 = 0",
            "probability": open_or_closed(
                "20", "CASE WHEN i % 2 = 0 THEN 100 ELSE 0 END"
            ),
            "won_status": open_or_closed(
                "'pending'", "CASE WHEN i % 2 = 0 THEN 'won' ELSE 'lost' END"
            ),
            "partner_id": one_of(world.customers),
            "user_id": one_of(self.owners(world)),
            "priority": one_text_of("0012", 3),
            "create_date": PERIOD,
        }


class Repair(Peer):
    model = "repair.order"
    label = "repair.order"
    group = "stock.group_stock_user"
    list_action = kanban_action = "repair.action_repair_order_tree"

    def values(self, world, number):
        return {
            "partner_id": world.customers[number % len(world.customers)],
            "product_id": world.products[number % len(world.products)],
            "internal_notes": "<p>The machine stops after ten minutes.</p>",
        }

    def step(self, record):
        record.action_validate()

    def grown(self, env, world):
        return {
            "name": "'WH/RO/' || i",
            "state": open_or_closed(
                one_text_of(("draft", "confirmed", "under_repair"), 10),
                one_text_of(("done", "done", "done", "cancel")),
            ),
            "partner_id": one_of(world.customers),
            "product_id": one_of(world.products),
            "user_id": one_of(self.owners(world)),
            "schedule_date": PERIOD,
            "create_date": PERIOD,
        }


class Ticket(Peer):
    model = "helpdesk.ticket"
    label = "helpdesk.ticket"
    group = "helpdesk_mgmt.group_helpdesk_user"
    list_action = kanban_action = "helpdesk_mgmt.helpdesk_ticket_action"

    def prepare(self, env, world):
        # Without SLAs of its own: they would add to what is measured of it.
        teams = env["helpdesk.ticket.team"]
        team = teams.create({"name": "Support", "user_ids": self.owners(world)})
        self.team = team.id

    def values(self, world, number):
        place = number % len(world.customers)
        return {
            "name": f"Machine {number} stops",
            "description": "<p>The machine stops after ten minutes.</p>",
            "partner_id": world.customers[place],
            "partner_name": f"Customer {place}",
            "team_id": self.team,
        }

    def step(self, record):
        record.write({"stage_id": self._stages(record.env, closed=False)[1]})

    @staticmethod
    def _stages(env, closed):
        return env["helpdesk.ticket.stage"].search([("closed", "=", closed)]).ids

    def grown(self, env, world):
        stages = env["helpdesk.ticket.stage"]
        fresh = stages.search([("unattended", "=", True)]).ids
        opened, closed = self._stages(env, False), self._stages(env, True)
        stage = open_or_closed(one_of(opened, 10), one_of(closed))
        return {
            "number": "'HT' || i",
            "stage_id": stage,
            "unattended": f"{stage} IN ({', '.join(map(str, fresh or [0]))})",
            "partner_id": one_of(world.customers),
            "commercial_partner_id": one_of(world.customers),
            "user_id": one_of(self.owners(world)),
            "priority": one_text_of("1112", 3),
            "create_date": PERIOD,
            "last_stage_update": PERIOD,
        }


class FieldOrder(Peer):
    model = "fsm.order"
    label = "fsm.order"
    group = "fieldservice.group_fsm_dispatcher"
    list_action = "fieldservice.action_fsm_operation_order"
    kanban_action = "fieldservice.action_fsm_dash_order"

    def prepare(self, env, world):
        locations = env["fsm.location"].create(
            [
                {"name": f"Site {number}", "owner_id": customer}
                for number, customer in enumerate(world.customers)
            ]
        )
        world.locations = locations.ids
        workers = env["fsm.person"].create(
            [{"name": f"Worker {number}"} for number in range(len(self.owners(world)))]
        )
        self.workers = workers.ids
        # The addon ships only the first and the closed stages.
        stage = {"name": "Planned", "stage_type": "order", "sequence": 20}
        self.planned = env["fsm.stage"].create(stage).id

    def values(self, world, number):
        return {
            "location_id": world.locations[number % len(world.locations)],
            "description": "<p>The machine stops after ten minutes.</p>",
            "priority": "1",
        }

    def step(self, record):
        record.write({"stage_id": self.planned})

    def grown(self, env, world):
        new = env.ref("fieldservice.fsm_stage_new").id
        closed = [
            env.ref(f"fieldservice.fsm_stage_{name}").id
            for name in ("completed", "completed", "completed", "cancelled")
        ]
        return {
            "name": "'SO' || i",
            "stage_id": open_or_closed(one_of([new, self.planned], 10), one_of(closed)),
            "location_id": one_of(world.locations),
            "person_id": one_of(self.workers),
            "scheduled_date_start": PERIOD,
            "create_date": PERIOD,
        }


OURS = Request()
OTHERS = [FieldOrder(), Repair(), Lead(), Ticket()]
PEERS = [OURS, *OTHERS]
