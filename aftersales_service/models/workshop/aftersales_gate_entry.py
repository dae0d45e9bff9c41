from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import clean_context


class AftersalesGateEntry(models.Model):
    """Entry at the gate (进厂登记), 001 Art.23(1).

    The gatekeeper writes it and calls the department; the advisor then receives the
    machines on their register sheets. Works without a notice.
    """

    _name = "aftersales.gate.entry"
    _description = "Gate Entry"
    _inherit = ["aftersales.form.mixin"]
    _rec_names_search = ["name", "plate", "partner_id", "customer_text"]
    _order = "entered_at desc, id desc"

    _form_sequence = ("aftersales.gate.entry", "JC")
    _form_company_field = "notice_id"
    _form_protected = frozenset({"name", "called_at", "exit_at"})

    notice_id = fields.Many2one(
        "aftersales.factory.notice",
        index="btree_not_null",
        check_company=True,
        domain="[('state', '=', 'announced')]",
        ondelete="restrict",
    )
    entered_at = fields.Datetime(
        "Time of Entry", required=True, default=fields.Datetime.now, index=True
    )
    plate = fields.Char(
        "Plate Number",
        compute="_compute_from_notice",
        store=True,
        readonly=False,
        precompute=True,
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        index="btree_not_null",
        compute="_compute_from_notice",
        store=True,
        readonly=False,
        precompute=True,
    )
    customer_text = fields.Char(
        "Customer in Words",
        compute="_compute_from_notice",
        store=True,
        readonly=False,
        precompute=True,
        help="As the driver says; the advisor finds the customer.",
    )
    driver = fields.Char("Brought By")
    driver_phone = fields.Char("Phone")
    machine_text = fields.Text(
        "Machines",
        compute="_compute_from_notice",
        store=True,
        readonly=False,
        precompute=True,
    )
    gatekeeper_id = fields.Many2one(
        "res.users", required=True, default=lambda self: self.env.user
    )
    place = fields.Char(
        "Machine Waits",
        compute="_compute_place",
        store=True,
        readonly=False,
        precompute=True,
    )
    called_at = fields.Datetime("Department Called At", readonly=True, copy=False)
    exit_at = fields.Datetime("Time of Exit", readonly=True, copy=False)
    repair_ids = fields.One2many(
        "aftersales.factory.repair", "entry_id", "Register Sheets", copy=False
    )
    repair_count = fields.Integer(
        "Register Sheet Count", compute="_compute_repair_count", compute_sudo=True
    )
    is_waiting = fields.Boolean(
        "Machine Waits for the Advisor",
        compute="_compute_repair_count",
        compute_sudo=True,
    )
    note = fields.Text("Remarks")

    @api.depends("notice_id")
    def _compute_from_notice(self):
        for entry in self:
            notice = entry.notice_id
            entry.plate = entry.plate or notice.plate
            entry.partner_id = entry.partner_id or notice.partner_id
            entry.customer_text = entry.customer_text or notice.partner_id.name
            entry.machine_text = entry.machine_text or notice.machine_text

    @api.depends("company_id")
    def _compute_place(self):
        for entry in self:
            company = entry.company_id.sudo()
            entry.place = entry.place or company.aftersales_waiting_place

    @api.depends("repair_ids.state")
    def _compute_repair_count(self):
        for entry in self:
            entry.repair_count = len(entry.repair_ids)
            entry.is_waiting = "entered" in entry.repair_ids.mapped("state")

    # -------------------------------------------------------------- lifecycle

    @api.model_create_multi
    def create(self, vals_list):
        entries = super().create(vals_list)
        for entry in entries:
            entry.sudo()._open_sheets()
        return entries

    def _open_sheets(self):
        """The sheets announced are here now; without any, one for the advisor."""
        self.ensure_one()
        self._form_check_event_time(self.entered_at)
        notice = self.notice_id
        if notice:
            notice._form_lock()
            notice._form_check_state("announced")
            notice.write({"state": "arrived"})
        sheets = notice.repair_ids.filtered(lambda sheet: sheet.state == "announced")
        sheets = sheets or self._add_sheet()
        for sheet in sheets:
            sheet._admit(self)
            sheet.write(self._prepare_sheet(sheet))

    def _add_sheet(self):
        """One more register sheet of this entry; called with sudo."""
        self.ensure_one()
        sheets = self.env["aftersales.factory.repair"].with_context(
            clean_context(self.env.context)
        )
        return sheets.create(
            {
                "company_id": self.company_id.id,
                "notice_id": self.notice_id.id,
                "request_id": self.notice_id.request_id.id,
                "partner_id": self.partner_id.id,
                "announced_at": self.entered_at,
            }
        )

    def _prepare_sheet(self, sheet):
        """What the gate knows and the sheet does not."""
        return {
            "bringer": sheet.bringer or self.driver,
            "bringer_phone": sheet.bringer_phone or self.driver_phone,
        }

    def write(self, vals):
        if not self.env.su and {"entered_at", "notice_id"} & set(vals):
            raise UserError(
                self.env._("The time of entry and the notice are fixed once entered.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("The gate book is kept, nothing is deleted in it."))

    # ----------------------------------------------------------------- buttons

    def action_call(self, event_time=False):
        """The gate has called the department (Art.23(1)).

        :param event_time: when it happened, UTC; empty means now
        """
        entries = self._begin_entry()
        for entry in entries:
            if entry.called_at:
                raise UserError(self.env._("The department was called already."))
            entry.called_at = entry._form_check_event_time(
                event_time,
                entry.entered_at,
                self._fields["entered_at"]._description_string(self.env),
            )

    def action_exit(self, event_time=False):
        """The machines leave through the gate.

        :raises UserError: while one of them has not left the workshop
        """
        entries = self._begin_entry()
        for entry in entries:
            if entry.exit_at:
                raise UserError(self.env._("The exit is recorded already."))
            here = entry.repair_ids.filtered(lambda sheet: sheet._is_here())
            if here:
                raise UserError(
                    self.env._(
                        "%(sheets)s: not released by the workshop yet.",
                        sheets=", ".join(here.mapped("name")),
                    )
                )
            left = [sheet.left_at for sheet in entry.repair_ids if sheet.left_at]
            entry.exit_at = entry._form_check_event_time(
                event_time,
                max([entry.entered_at, *left]),
                self.env._("the machine left the workshop")
                if left
                else self._fields["entered_at"]._description_string(self.env),
            )

    def _begin_entry(self):
        """As ``_form_begin``, for a form without state."""
        self.sudo().fetch(["company_id"])
        self.check_access("write")
        self._form_lock()
        return self.sudo()

    def action_receive(self):
        """“Machine received”: take over every machine of this entry that waits.

        :raises UserError: what a sheet lacks, see the sheet's own button
        """
        self.ensure_one()
        sheets = self.repair_ids.filtered(lambda sheet: sheet.state == "entered")
        if not sheets:
            raise UserError(self.env._("No machine of this entry waits any more."))
        sheets.action_receive()
        return self._form_action_view("repair_ids")

    def action_add_machine(self):
        """One more machine has come on the same truck."""
        self.ensure_one()
        self.env["aftersales.factory.repair"].check_access("create")
        entry = self._begin_entry()
        if entry.exit_at:
            raise UserError(self.env._("The exit is recorded already."))
        sheet = entry._add_sheet()
        sheet._admit(entry)
        sheet.write(entry._prepare_sheet(sheet))
        return sheet.with_env(self.env)._get_records_action()

    def action_view_repairs(self):
        """Open the register sheets of this entry."""
        return self._form_action_view("repair_ids")
