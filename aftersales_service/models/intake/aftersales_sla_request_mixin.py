from odoo import api, fields, models
from odoo.tools import SQL

from .aftersales_sla_choice_mixin import Start

# A change of one of these may change which promises hold.
SCOPE_FIELDS = (
    "received_at",
    "partner_id",
    "equipment_id",
    "product_id",
    "warranty_state",
    "fault_level",
    "request_class",
    "request_type",
    "urgency",
    "charge_agreed",
)
WATCHED = {*SCOPE_FIELDS, "state", "accepted_at", "remote_at", "user_id"}
# What the open clocks take over from their request.
FOLLOWED = ("partner_id", "user_id")
CLOSED = ("done", "called_back", "archived", "cancelled")
# What may still happen when the work is done.
AFTER_WORK = ("called_back", "handed_in", "signed", "returned", "answered")


class AftersalesSlaRequestMixin(models.AbstractModel):
    """The promises of a service request: from its receipt to its last call-back.

    The request's own writes tell what happened (accepted, done, reopened); visits,
    cards, requisitions and call-backs report through ``_sla_event``.
    """

    _name = "aftersales.sla.request.mixin"
    _description = "SLA of a Request"
    _inherit = ["aftersales.sla.mixin"]

    _sla_uses_policies = True

    # ------------------------------------------------------------------- facts

    def _sla_get_received_at(self):
        return self.received_at

    def _sla_can_come(self, event):
        if self.state in ("archived", "cancelled"):
            return False
        return self.state not in CLOSED or event in AFTER_WORK

    def _sla_get_facts(self):
        """See the choice mixin; one query however many requests there are."""
        names = [name for name in SCOPE_FIELDS if name != "received_at"]
        self.flush_recordset([*names, "company_id"])
        self.env["res.partner"].flush_model(["state_id", "aftersales_tier"])
        self.env["product.template"].flush_model(["categ_id"])
        self.env["product.category"].flush_model(["parent_path"])
        self.env["aftersales.equipment"].flush_model(["site_partner_id"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT request.id, category.parent_path, site.state_id,
                    home.state_id, main.aftersales_tier
                FROM %(table)s AS request
                JOIN res_partner AS customer ON customer.id = request.partner_id
                LEFT JOIN res_partner AS main
                    ON main.id = customer.commercial_partner_id
                LEFT JOIN aftersales_equipment AS machine
                    ON machine.id = request.equipment_id
                LEFT JOIN res_partner AS site
                    ON site.id = COALESCE(machine.site_partner_id, customer.id)
                JOIN res_company AS company ON company.id = request.company_id
                JOIN res_partner AS home ON home.id = company.partner_id
                LEFT JOIN product_product AS product ON product.id = request.product_id
                LEFT JOIN product_template AS template
                    ON template.id = product.product_tmpl_id
                LEFT JOIN product_category AS category
                    ON category.id = template.categ_id
                WHERE request.id IN %(ids)s
                """,
                table=SQL.identifier(self._table),
                ids=tuple(self.ids),
            )
        )
        facts = {}
        for request_id, path, site_state, home_state, tier in rows:
            request = self.browse(request_id)
            regions = self.env["aftersales.region"]._get_ids_by_state(
                request.company_id
            )
            is_far = site_state and home_state and site_state != home_state
            facts[request_id] = {
                "category_id": tuple(map(int, filter(None, (path or "").split("/")))),
                "region_id": regions.get(site_state, False),
                "tier": tier or False,
                "province": "cross" if is_far else "in",
                "warranty_state": request.warranty_state,
                "fault_level": request.fault_level,
                "request_class": request.request_class,
                "request_type": request.request_type,
                "urgency": request.urgency,
                "charge_agreed": request.charge_agreed,
            }
        return facts

    # -------------------------------------------------------------------- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        requests = super().create(vals_list)
        documents = requests.sudo()
        starts = [
            Start(request, "received", request.received_at, "", None)
            for request in documents
        ]
        documents._sla_start(starts, fresh=True)
        policies = self.env["aftersales.sla.policy"]
        if any(policies._get_rules(company.id) for company in documents.company_id):
            documents._sla_refresh()
        return requests

    def write(self, vals):
        watched = WATCHED & vals.keys()
        before = {
            request: {name: request[name] for name in (*watched, "state")}
            for request in (self.sudo() if watched else ())
        }
        result = super().write(vals)
        if before:
            self.sudo()._sla_follow(before, vals)
        return result

    def _sla_follow(self, before, vals):
        """Tell the clocks what a write has changed; called with sudo.

        :param dict before: request -> the watched values it had
        :param dict vals: what was written
        """
        now = fields.Datetime.now()
        rescoped = closed = done = self.browse()
        rows = []
        for request, values in before.items():
            if any(
                request[name] != values[name] for name in SCOPE_FIELDS if name in values
            ):
                rescoped |= request
            if vals.get("remote_at"):
                rows.append((request, "advised", request.remote_at, None))
            if request.accepted_at and not values.get("accepted_at", True):
                rows.append((request, "accepted", request.accepted_at, None))
            if request.state == values["state"]:
                continue
            if request.state == "remote":
                rows.append((request, "supported", now, None))
            if request.state in CLOSED:
                closed |= request
            elif values["state"] in CLOSED:
                rows.append((request, "received", now, None))
                rows.append((request, "accepted", now, None))
            if request.state == "done":
                done |= request
        if rows:
            self._sla_record(rows)
        self._sla_hand_over(before, vals)
        rescoped._sla_rescope()
        done._sla_work_done()
        closed._sla_close()

    def _sla_hand_over(self, before, vals):
        """Open clocks follow the customer and the responsible of their request."""
        values = {name: vals[name] for name in FOLLOWED if name in vals}
        changed = self.filtered(
            lambda request: any(
                request[name] != before[request][name] for name in values
            )
        )
        if changed:
            changed._sla_get_clocks()._hand_over(values)

    def _sla_work_done(self):
        """Done without a visit, by phone or in the factory: repaired then."""
        if not self:
            return
        known = {
            start.document.id
            for start in self._sla_get_starts()
            if start.event == "repaired"
        }
        rows = [
            (request, "repaired", request.done_at, None)
            for request in self
            if request.id not in known
        ]
        if rows:
            self._sla_record(rows)

    def _sla_close(self):
        """No pause and no clock outlives its request, but what may still happen.

        A promise that was broken by then stays broken. Of a request that is
        cancelled only what was known to be broken does: nobody waits for the rest.
        """
        if not self:
            return
        now = fields.Datetime.now()
        ends = {
            request.id: request.state == "done" and request.done_at or now
            for request in self
        }
        self._sla_end_pauses(ends)
        clocks = self._sla_get_clocks().filtered(
            lambda clock: not self.browse(clock.res_id)._sla_can_come(clock.stop_event)
        )
        late = clocks.filtered(
            lambda clock: (
                clock.deadline
                and clock.deadline < ends[clock.res_id]
                and (
                    clock.breached_at or self.browse(clock.res_id).state != "cancelled"
                )
            )
        )
        late._finish({clock: ends[clock.res_id] for clock in late})
        rest = clocks - late
        rest._cancel()
        withdrawn = rest.filtered("breached_at")  # done in time, entered late
        withdrawn.write({"breached_at": False})
        withdrawn._withdraw()
        self._sla_refresh()

    # ----------------------------------------------------------------- buttons

    def _sla_begin(self):
        """See the wait mixin; a closed request neither waits nor runs."""
        states = self._fields["state"].get_values(self.env)
        return self._form_begin(*(state for state in states if state not in CLOSED))

    def action_plan_agreed(self, event_time=False):
        """The plan is agreed with the customer (方案确认).

        :param event_time: when it happened, UTC; empty means now
        """
        requests = self._sla_begin()
        for request in requests:
            when = request._form_check_event_time(
                event_time, request.received_at, self.env._("Received At")
            )
            request._sla_event("plan_agreed", when)

    def action_wait(self):
        """Dialog: what the work waits for, and since when."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Wait"),
            "res_model": "aftersales.service.request.wait",
            "view_mode": "form",
            "target": "new",
            "context": {"default_request_id": self.id},
        }

    def action_resume(self):
        """The work goes on now, whatever it waited for."""
        self._sla_resume()

    # ------------------------------------------------------------------- story

    def _story_entries(self):
        entries = super()._story_entries()
        titles = {
            "received": self.env._("Reopened"),
            "plan_agreed": self.env._("Plan agreed"),
        }
        entries += [
            {"date": event.event_time, "title": titles[event.event]}
            for event in self.sudo()._sla_get_events()
            if event.event in titles
        ]
        return entries + self._sla_pause_entries()

    # ------------------------------------------------------- advice by phone

    def _solve_remote(self, user, when, solution, way="phone", minutes=0):
        result = super()._solve_remote(user, when, solution, way, minutes)
        self.sudo()._sla_create_callback(user)
        return result

    def _sla_create_callback(self, user):
        """Ask for the call-back that is promised after advice by phone, once.

        The limit comes from the policy (001 App.8 #2: two hours); where none is
        promised, none is made.
        """
        self.ensure_one()
        clock = self._sla_get_clocks().filtered(lambda c: c.kind == "callback_phone")
        followups = self.followup_ids
        if not clock or followups.filtered(
            lambda f: f.state == "due" and f.followup_type == "phone_advice"
        ):
            return
        followups.create(
            {
                "request_id": self.id,
                "followup_type": "phone_advice",
                "due_at": clock[:1].deadline or fields.Datetime.now(),
                "caller_id": (user or self.user_id or self.env.user).id,
            }
        )
