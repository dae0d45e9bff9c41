from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import clean_context

# Nobody announces a machine for a day so far away: a slip of the keyboard.
FARTHEST_DAYS = 366


class AftersalesFactoryNotice(models.Model):
    """Announcement of a machine that comes to the factory (来厂预报), 001 Art.23(1).

    Written by marketing or the hotline; the machines on it are register sheets in
    their first state. Agents write it, the gate reads it.
    """

    _name = "aftersales.factory.notice"
    _description = "Factory Visit Notice"
    _inherit = ["aftersales.reception.mixin", "aftersales.form.mixin"]
    _rec_names_search = ["name", "partner_id"]
    _order = "expected_at desc, id desc"

    _form_sequence = ("aftersales.factory.notice", "YB")
    _form_company_field = "request_id"
    _form_protected = frozenset({"name", "state"})

    state = fields.Selection(
        [
            ("announced", "Announced"),
            ("arrived", "Arrived"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="announced",
        tracking=True,
    )
    request_id = fields.Many2one(
        "aftersales.service.request",
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        required=True,
        index=True,
        compute="_compute_from_request",
        store=True,
        readonly=False,
        precompute=True,
    )
    contact_name = fields.Char(
        "Contact",
        compute="_compute_contact",
        store=True,
        readonly=False,
        precompute=True,
    )
    phone = fields.Char(
        compute="_compute_contact", store=True, readonly=False, precompute=True
    )
    expected_at = fields.Datetime(required=True, index=True, tracking=True)
    plate = fields.Char("Plate Number")
    problem = fields.Text(
        compute="_compute_from_request", store=True, readonly=False, precompute=True
    )
    announced_by = fields.Char(help="Who told us (告知人).")
    announced_on = fields.Datetime(default=fields.Datetime.now, required=True)
    marketing_user_id = fields.Many2one(
        "res.users",
        "Marketing Contact",
        domain=[("share", "=", False)],
        default=lambda self: self.env.user,
    )
    reception_need = fields.Text("Wishes for the Reception")
    reception_ids = fields.One2many(
        "aftersales.reception.line", "notice_id", "Reception Plan"
    )
    repair_ids = fields.One2many(
        "aftersales.factory.repair", "notice_id", "Machines", copy=False
    )
    machine_text = fields.Text(
        "Machines in Words", compute="_compute_machine_text", compute_sudo=True
    )
    entry_ids = fields.One2many(
        "aftersales.gate.entry", "notice_id", "Gate Entries", readonly=True
    )
    is_late = fields.Boolean(
        "Late", compute="_compute_is_late", search="_search_is_late"
    )

    @api.depends("request_id")
    def _compute_from_request(self):
        for notice in self:
            request = notice.request_id
            notice.partner_id = notice.partner_id or request.partner_id
            notice.problem = notice.problem or request.symptom

    @api.depends("partner_id", "request_id")
    def _compute_contact(self):
        for notice in self:
            request, partner = notice.request_id, notice.partner_id
            known = request if request.partner_id == partner else request.browse()
            person = partner.child_ids.filtered(lambda p: p.type == "contact")[:1]
            notice.contact_name = known.contact_name or person.name or partner.name
            notice.phone = known.phone or person.phone or partner.phone

    @api.depends("repair_ids.product_id", "repair_ids.serial", "repair_ids.state")
    def _compute_machine_text(self):
        for notice in self:
            notice.machine_text = "\n".join(
                sheet._get_machine_text()
                for sheet in notice.repair_ids
                if sheet.state != "cancelled"
            )

    @api.depends("expected_at", "state")
    def _compute_is_late(self):
        now = fields.Datetime.now()
        for notice in self:
            notice.is_late = (
                notice.state == "announced"
                and bool(notice.expected_at)
                and notice.expected_at < now
            )

    @api.model
    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [
            ("state", "=", "announced"),
            ("expected_at", "<", fields.Datetime.now()),
        ]

    @api.constrains("expected_at", "announced_on")
    def _check_times(self):
        for notice in self:
            notice._form_check_event_time(notice.announced_on)
            days = (notice.expected_at - notice.announced_on).days
            if not -1 <= days <= FARTHEST_DAYS:
                raise ValidationError(
                    self.env._(
                        "%(time)s cannot be the expected arrival: it must follow the"
                        " announcement within a year.",
                        time=notice._form_date(notice.expected_at, with_time=True),
                    )
                )

    def write(self, vals):
        if not self.env.su and {"partner_id", "expected_at", "request_id"} & set(vals):
            self._form_check_state("announced")
        return super().write(vals)

    def action_enter(self):
        """One click at the gate: the machine is here.

        :return: action that opens the gate entry
        """
        self.ensure_one()
        self.env["aftersales.gate.entry"].check_access("create")
        self.check_access("read")
        notice = self.sudo()
        notice._form_lock()
        notice._form_check_state("announced")
        # The defaults in the context of this form are not for the other one.
        entries = self.env["aftersales.gate.entry"].with_context(
            clean_context(self.env.context)
        )
        entry = entries.create(
            {"notice_id": notice.id, "company_id": notice.company_id.id}
        )
        return entry._get_records_action()

    def action_cancel(self):
        """The customer does not come."""
        notices = self._form_begin("announced")
        notices.repair_ids.filtered(lambda s: s.state == "announced").write(
            {"state": "cancelled"}
        )
        notices.write({"state": "cancelled"})

    @api.ondelete(at_uninstall=False)
    def _unlink_not_arrived(self):
        if any(notice.state == "arrived" for notice in self):
            raise UserError(self.env._("The machine is here: the notice is kept."))
