from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_list

from .aftersales_sla_mixin import SLA_FIELDS
from .aftersales_verdict_decision_mixin import VERDICT_PROTECTED

# The way of a case (handbook 4.6); the order is the order of the work.
STATES = [
    ("new", "New"),
    ("accepted", "Accepted"),
    ("remote", "Remote Support"),
    ("to_dispatch", "To Dispatch"),
    ("to_factory", "To Factory"),
    ("dispatched", "Dispatched"),
    ("in_work", "In Work"),
    ("confirm", "To Confirm"),
    ("done", "Done"),
    ("called_back", "Called Back"),
    ("archived", "Archived"),
    ("cancelled", "Cancelled"),
]
CLOSED_STATES = ("done", "called_back", "archived", "cancelled")
FROZEN_STATES = ("archived", "cancelled")


class AftersalesServiceRequest(models.Model):
    """Service request (服务请求): the file of a case, handbook 4.2 and 4.6.

    A thin hub: dispatches, requisitions, cards, settlement and call-backs hang on
    it and tell it how far the work has come through :meth:`_advance`.
    """

    _name = "aftersales.service.request"
    _description = "Service Request"
    _inherit = [
        "aftersales.sla.screen.mixin",
        "aftersales.attempt.mixin",
        "aftersales.escalation.mixin",
        "aftersales.merge.mixin",
        "aftersales.gateway.mixin",
        "aftersales.channel.mixin",
        "aftersales.door.mixin",
        "aftersales.caller.mixin",
        "aftersales.sla.request.mixin",
        "aftersales.remote.mixin",
        "aftersales.qr.mixin",
        "aftersales.intake.mixin",
        "aftersales.triage.mixin",
        "aftersales.verdict.decision.mixin",
        "aftersales.repair.mixin",
        "aftersales.triage.check.mixin",
        "aftersales.fault.library.mixin",
        "aftersales.factory.mixin",
        "aftersales.fault.code.mixin",
        "aftersales.analytic.mixin",
        "aftersales.file.mixin",
        "aftersales.form.mixin",
    ]
    _rec_names_search = ["name", "serial", "partner_id"]

    _form_sequence = ("aftersales.service.request", "SR")
    _form_files = frozenset({"proof_ids"})
    _form_protected = frozenset(
        {
            "name",
            "state",
            "accepted_at",
            "done_at",
            "closed_at",
            "remote_user_id",
            "remote_at",
            "remote_solution",
            "reopen_count",
            *VERDICT_PROTECTED,
            "external_ref",
            "merged_into_id",
            "wait_reason",
            "analytic_account_id",
            *SLA_FIELDS,
        }
    )

    state = fields.Selection(
        STATES,
        required=True,
        readonly=True,
        copy=False,
        default="new",
        tracking=True,
        group_expand="_group_expand_state",
    )
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        index="btree_not_null",
        domain=[("share", "=", False)],
        default=lambda self: self.env.user,
    )
    # --- how it went
    accepted_at = fields.Datetime(readonly=True, copy=False)
    done_at = fields.Datetime(readonly=True, copy=False)
    closed_at = fields.Datetime("Archived At", readonly=True, copy=False)
    reopen_count = fields.Integer("Times Reopened", readonly=True, copy=False)
    visit_missing = fields.Char("Missing for a Visit", compute="_compute_visit_missing")
    # --- what hangs on the file: one2many for the buttons, nothing more
    dispatch_ids = fields.One2many("aftersales.dispatch", "request_id", "Dispatches")
    card_ids = fields.One2many("aftersales.service.card", "request_id", "Service Cards")
    requisition_ids = fields.One2many(
        "aftersales.parts.requisition", "request_id", "Parts Requisitions"
    )
    part_use_ids = fields.One2many("aftersales.part.use", "request_id", "Parts Used")
    parts_return_ids = fields.One2many(
        "aftersales.parts.return", "request_id", "Old Parts"
    )
    sale_order_ids = fields.One2many(
        "sale.order", "aftersales_request_id", "Settlements"
    )
    collection_ids = fields.One2many(
        "aftersales.collection", "request_id", "Collections"
    )
    followup_ids = fields.One2many("aftersales.followup", "request_id", "Call-backs")
    dispatch_count = fields.Integer(compute="_compute_counts")
    card_count = fields.Integer(compute="_compute_counts")
    requisition_count = fields.Integer(compute="_compute_counts")
    part_use_count = fields.Integer(compute="_compute_counts")
    parts_return_count = fields.Integer(compute="_compute_counts")
    sale_order_count = fields.Integer(compute="_compute_counts")
    collection_count = fields.Integer(compute="_compute_counts")
    followup_count = fields.Integer(compute="_compute_counts")

    _open_idx = models.Index(
        "(company_id, id DESC)"
        " WHERE state NOT IN ('done', 'called_back', 'archived', 'cancelled')"
    )
    # What the board counts: the counting reads this index and no request.
    _board_idx = models.Index(
        "(company_id, state, sla_state)"
        " WHERE state NOT IN ('done', 'called_back', 'archived', 'cancelled')"
    )
    _state_idx = models.Index("(state, company_id, id DESC)")

    # -------------------------------------------------------------- computes

    @api.model
    def _group_expand_state(self, states, domain):
        """Columns of the board: those with requests, in the order of the work."""
        return [key for key, _label in STATES if key in states]

    @api.depends(
        "contact_name",
        "phone",
        "address",
        "product_id",
        "purchase_date",
        "symptom",
        "requested_service",
    )
    @api.depends_context("lang")
    def _compute_visit_missing(self):
        for request in self:
            missing = [name for name in self._get_visit_fields() if not request[name]]
            labels = (
                self._fields[name]._description_string(self.env) for name in missing
            )
            request.visit_missing = format_list(self.env, labels)

    @api.model
    def _get_visit_fields(self):
        """What must be known before a visit is decided (001 Art.19)."""
        return [
            "contact_name",
            "phone",
            "address",
            "product_id",
            "purchase_date",
            "symptom",
            "requested_service",
        ]

    @api.model
    def _get_file_fields(self):
        """See the file mixin."""
        return [
            *super()._get_file_fields(),
            "call_ids",
            "dispatch_ids",
            "factory_repair_ids",
            "card_ids",
            "requisition_ids",
            "part_use_ids",
            "parts_return_ids",
            "sale_order_ids",
            "collection_ids",
            "followup_ids",
        ]

    def _story_entries(self):
        """See the form mixin; the request's own milestones."""
        self.ensure_one()
        channel = self._fields["channel"].convert_to_export(self.channel, self)
        entries = super()._story_entries()
        entries.append(
            {
                "date": self.received_at,
                "title": self.env._("Request received"),
                "text": f"{channel}: {self.symptom or ''}",
            }
        )
        if self.accepted_at:
            entries.append(
                {"date": self.accepted_at, "title": self.env._("Request accepted")}
            )
        if self.closed_at:
            entries.append(
                {"date": self.closed_at, "title": self.env._("File archived")}
            )
        return entries

    # ----------------------------------------------------------- constraints

    def write(self, vals):
        if not self.env.su and vals.keys() - {"message_follower_ids", "activity_ids"}:
            self._check_not_frozen()
        return super().write(vals)

    def _check_not_frozen(self):
        """:raises UserError: on an archived or cancelled file"""
        for request in self:
            if request.state in FROZEN_STATES:
                raise UserError(
                    self.env._(
                        "%(request)s is closed and cannot be changed. Reopen it first.",
                        request=request.name,
                    )
                )

    def _check_open_for_work(self):
        """:raises UserError: when no new work may be started on this file"""
        for request in self:
            if request.state in CLOSED_STATES:
                raise UserError(
                    self.env._(
                        "%(request)s is finished. Reopen it before starting new work.",
                        request=request.name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_only_new(self):
        for request in self:
            if request.state not in ("new", "cancelled"):
                raise UserError(
                    self.env._(
                        "%(request)s is in work. Cancel it instead of deleting it.",
                        request=request.name,
                    )
                )

    # --------------------------------------------------------------- buttons

    def action_accept(self):
        """Take the request in charge."""
        requests = self._form_begin("new")
        requests.write({"state": "accepted", "accepted_at": fields.Datetime.now()})
        requests.filtered(lambda r: not r.user_id).write({"user_id": self.env.uid})

    def action_plan_visit(self):
        """Decide on a visit: the Art.19 data must be complete."""
        requests = self._form_begin("new", "accepted", "remote", "to_factory")
        for request in requests:
            if request.visit_missing:
                raise UserError(
                    self.env._(
                        "Before a visit these must be known (Art. 19): %(fields)s.",
                        fields=request.visit_missing,
                    )
                )
        requests._check_triage()
        requests.filtered(lambda r: not r.accepted_at).write(
            {"accepted_at": fields.Datetime.now()}
        )
        requests.write({"state": "to_dispatch", "handling": "visit"})

    def action_plan_factory(self):
        """Decide that the machine comes to the factory (来厂维修)."""
        requests = self._form_begin("new", "accepted", "remote", "to_dispatch")
        requests.write({"state": "to_factory", "handling": "factory"})

    def action_create_dispatch(self):
        """Open a dispatch order prefilled from the request."""
        self.ensure_one()
        self._form_check_state("to_dispatch", "dispatched", "in_work", "confirm")
        return {
            "type": "ir.actions.act_window",
            "name": self._fields["dispatch_ids"]._description_string(self.env),
            "res_model": self._fields["dispatch_ids"].comodel_name,
            "views": [(False, "form")],
            "context": {"default_request_id": self.id},
        }

    def action_create_settlement(self):
        """Make the settlement for what is charged, and open it."""
        self.ensure_one()
        self._form_begin("in_work", "confirm", "done", "called_back", "dispatched")
        order = self.env["sale.order"]._aftersales_create_settlement(self)
        return order._get_records_action()

    def action_create_followup(self):
        """Open the call-back that is due, or a new one."""
        self.ensure_one()
        self._form_check_state("confirm", "done", "called_back")
        due = self.followup_ids.filtered(lambda followup: followup.state == "due")
        if due:
            return due[0]._get_records_action()
        return {
            "type": "ir.actions.act_window",
            "name": self._fields["followup_ids"]._description_string(self.env),
            "res_model": self._fields["followup_ids"].comodel_name,
            "views": [(False, "form")],
            "context": {"default_request_id": self.id},
        }

    def action_confirm_done(self):
        """The customer confirms that the work is done."""
        requests = self._form_begin(
            "accepted", "remote", "to_factory", "in_work", "confirm"
        )
        requests.write({"state": "done", "done_at": fields.Datetime.now()})

    def action_archive_file(self):
        """Close the file for good; nothing may be owed any more."""
        requests = self._form_begin("done", "called_back")
        for request in requests:
            if debts := request._get_debts():
                raise UserError(
                    self.env._(
                        "%(request)s cannot be archived yet:\n%(debts)s",
                        request=request.name,
                        debts="\n".join(debts),
                    )
                )
        requests._archive_file()

    def _archive_file(self):
        self.write({"state": "archived", "closed_at": fields.Datetime.now()})

    def action_reopen(self):
        """Take the case up again: serve until satisfied (001 App.8 #16, #18)."""
        requests = self._form_begin("done", "called_back", "archived", "cancelled")
        requests._reopen()

    def _reopen(self):
        for request in self:
            request.write(
                {
                    "state": "accepted",
                    "done_at": False,
                    "closed_at": False,
                    "reopen_count": request.reopen_count + 1,
                }
            )

    def action_cancel(self):
        """Cancel a request nobody has left for yet."""
        requests = self._form_begin(
            "new", "accepted", "remote", "to_dispatch", "to_factory"
        )
        for request in requests:
            if debts := request._get_debts():
                raise UserError(
                    self.env._(
                        "%(request)s cannot be cancelled yet:\n%(debts)s",
                        request=request.name,
                        debts="\n".join(debts),
                    )
                )
        requests.write({"state": "cancelled", "closed_at": fields.Datetime.now()})

    # --------------------------------------------------------- for children

    def _advance(self, state):
        """Move the case forward to ``state``, never back; called with sudo.

        :param str state: one of :data:`STATES`
        """
        order = [key for key, _label in STATES]
        for request in self:
            if request.state in CLOSED_STATES:
                continue
            if order.index(request.state) < order.index(state):
                vals = {"state": state}
                if state == "done":
                    vals["done_at"] = fields.Datetime.now()
                request.write(vals)

    @api.model
    def _get_open_domain(self):
        return Domain("state", "not in", CLOSED_STATES)
