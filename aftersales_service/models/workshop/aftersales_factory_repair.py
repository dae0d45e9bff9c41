from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .aftersales_factory_evaluation_mixin import RATING_FIELDS
from .aftersales_factory_step_mixin import EVENT_FIELDS, NOT_HERE_STATES
from .aftersales_workshop_mixin import ADVISOR, AGENT

# What the technician writes on his sheets; the rest is the advisor's.
TECHNICIAN_FIELDS = {
    "diagnosis",
    "work_done",
    "exterior_result",
    "test_result",
    "fault_code_id",
    "area_code_id",
    "cause_code_id",
    "remedy_code_id",
    "part_ids",
    "labour_ids",
}
# What the customer has signed on the pre-repair orders belongs to this machine.
MACHINE_FIELDS = {"partner_id", "equipment_id", "product_id", "serial"}
EVALUATION_FIELDS = {*RATING_FIELDS, "opinion"}


class AftersalesFactoryRepair(models.Model):
    """Machine repair register sheet (设备维修情况登记表), 001 Art.23 and App.10.

    The hub of one machine's stay: pre-repair orders, repair order, quotation and
    settlement hang on it. Rights: advisors write it, the technician moves his own
    through diagnosis, repair and test, the gate only lets it in.
    """

    _name = "aftersales.factory.repair"
    _description = "Machine Repair Register Sheet"
    _inherit = [
        "aftersales.customer.machine.mixin",
        "aftersales.factory.evaluation.mixin",
        "aftersales.factory.charge.mixin",
        "aftersales.factory.order.mixin",
        "aftersales.factory.customer.mixin",
        "aftersales.factory.bench.mixin",
        "aftersales.factory.step.mixin",
        "aftersales.factory.file.mixin",
        "aftersales.factory.link.mixin",
        "aftersales.fault.code.mixin",
        "aftersales.reception.mixin",
        "aftersales.form.mixin",
    ]
    _rec_names_search = ["name", "serial", "partner_id"]

    _form_sequence = ("aftersales.factory.repair", "WX")
    _form_appendix = "10"
    _form_company_field = "request_id"
    _form_protected = frozenset(
        {
            "name",
            "state",
            "entry_id",
            "repair_order_id",
            "sale_order_id",
            "credit_reason",
            "credit_user_id",
            "decision",
            "decided_by",
            "decision_note",
            "acceptance",
            "accepted_by",
            "reject_reason",
            "test_passed",
            "test_fail_reason",
            "evaluation_way",
            "evaluated_by",
            "evaluation_asked_at",
            "access_token",
            *EVENT_FIELDS,
        }
    )

    # --- where it comes from
    request_id = fields.Many2one(
        "aftersales.service.request",
        index=True,
        check_company=True,
        ondelete="restrict",
        help="The file of the case; made when the machine is received.",
    )
    notice_id = fields.Many2one(
        "aftersales.factory.notice",
        index="btree_not_null",
        check_company=True,
        copy=False,
        ondelete="cascade",
    )
    entry_id = fields.Many2one(
        "aftersales.gate.entry",
        "Gate Entry",
        readonly=True,
        index="btree_not_null",
        check_company=True,
        copy=False,
        ondelete="restrict",
    )
    expected_at = fields.Datetime(related="notice_id.expected_at", store=True)
    # --- customer
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        index=True,
        compute="_compute_from_origin",
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
    address = fields.Char(
        compute="_compute_contact", store=True, readonly=False, precompute=True
    )
    bringer = fields.Char("Brought By", help="Who has brought the machine (送修人).")
    bringer_phone = fields.Char("Phone of the Bringer")
    # --- machine
    equipment_id = fields.Many2one(
        "aftersales.equipment",
        "Machine",
        index="btree_not_null",
        check_company=True,
        compute="_compute_from_origin",
        store=True,
        readonly=False,
        precompute=True,
    )
    product_id = fields.Many2one(
        "product.product",
        "Model",
        index="btree_not_null",
        check_company=True,
        compute="_compute_machine",
        store=True,
        readonly=False,
        precompute=True,
    )
    serial = fields.Char(
        "Serial Number",
        compute="_compute_machine",
        store=True,
        readonly=False,
        precompute=True,
        index="trigram",
    )
    purchase_date = fields.Date(
        compute="_compute_machine", store=True, readonly=False, precompute=True
    )
    warranty_state = fields.Selection(related="request_id.warranty_state")
    verdict_parts = fields.Selection(related="request_id.verdict_parts")
    verdict_labour = fields.Selection(related="request_id.verdict_labour")
    fault_level = fields.Selection(related="request_id.fault_level")
    symptom = fields.Text(
        compute="_compute_from_origin",
        store=True,
        readonly=False,
        precompute=True,
        help="What the customer says (Art. 23(2)).",
    )
    # --- people
    advisor_id = fields.Many2one(
        "res.users",
        index="btree_not_null",
        domain=[("share", "=", False)],
        tracking=True,
    )
    technician_id = fields.Many2one(
        "hr.employee",
        index="btree_not_null",
        check_company=True,
        domain="[('aftersales_engineer', '=', True), ('company_id', '=', company_id)]",
        tracking=True,
    )
    # --- what hangs on it
    prerepair_ids = fields.One2many(
        "aftersales.prerepair.order", "factory_repair_id", "Pre-Repair Orders"
    )
    reception_ids = fields.One2many(
        "aftersales.reception.line", "factory_repair_id", "Reception Plan"
    )
    prerepair_count = fields.Integer(compute="_compute_prerepair_count")
    currency_id = fields.Many2one(related="company_id.currency_id")
    diagnosis_fee = fields.Monetary(
        help="Charged when the customer declines the repair."
    )
    note = fields.Text("Remarks", help="Internal: not printed for the customer.")
    next_step = fields.Char("What Comes Next", compute="_compute_next_step")

    _here_uniq = models.UniqueIndex(
        "(equipment_id) WHERE state NOT IN"
        " ('announced', 'entered', 'left', 'archived', 'cancelled')",
        "This machine is in the house already, on another register sheet.",
    )
    _here_idx = models.Index(
        "(company_id, state)"
        " WHERE state NOT IN ('announced', 'left', 'archived', 'cancelled')"
    )

    # -------------------------------------------------------------- computes

    @api.depends("request_id", "notice_id", "entry_id")
    def _compute_from_origin(self):
        for sheet in self:
            request, notice = sheet.request_id, sheet.notice_id
            sheet.partner_id = (
                sheet.partner_id
                or request.partner_id
                or notice.partner_id
                or sheet.entry_id.partner_id
            )
            sheet.equipment_id = sheet.equipment_id or request.equipment_id
            sheet.symptom = sheet.symptom or request.symptom or notice.problem

    @api.depends("partner_id", "request_id")
    def _compute_contact(self):
        for sheet in self:
            request, partner = sheet.request_id, sheet.partner_id
            person = partner.child_ids.filtered(lambda p: p.type == "contact")[:1]
            known = request if request.partner_id == partner else request.browse()
            sheet.contact_name = known.contact_name or person.name or partner.name
            sheet.phone = known.phone or person.phone or partner.phone
            text = partner._display_address(without_company=True) if partner else ""
            sheet.address = known.address or ", ".join(
                filter(None, map(str.strip, text.replace("\n", ",").split(",")))
            )

    @api.depends("equipment_id", "request_id")
    def _compute_machine(self):
        for sheet in self:
            source = sheet.equipment_id or sheet.request_id
            sheet.product_id = source.product_id or sheet.product_id
            sheet.serial = source.serial or sheet.serial
            bought = source.purchase_date
            if sheet.equipment_id:
                bought = bought or sheet.equipment_id.delivery_date
            sheet.purchase_date = bought or sheet.purchase_date

    def _compute_prerepair_count(self):
        counts = dict(
            self.env["aftersales.prerepair.order"]._read_group(
                [("factory_repair_id", "in", self.ids)],
                ["factory_repair_id"],
                ["__count"],
            )
        )
        for sheet in self:
            sheet.prerepair_count = counts.get(sheet._origin, 0)

    @api.depends("state", "prerepair_ids.state", "technician_id")
    @api.depends_context("lang")
    def _compute_next_step(self):
        for sheet in self:
            sheet.next_step = sheet._get_next_step()

    def _get_next_step(self):
        self.ensure_one()
        waiting = self.prerepair_ids.filtered(lambda order: order._is_waiting())
        if waiting and self.state in ("received", "supplement", "agreed", "repair"):
            return self.env._(
                "Fill in %(order)s with the customer and let him sign it.",
                order=waiting[0].name,
            )
        texts = {
            "announced": self.env._("Wait for the machine at the gate."),
            "entered": self.env._("Go to the machine and receive it."),
            "received": self.env._(
                "Bring the machine to the inspection workshop and name a technician."
            ),
            "diagnosis": self.env._("Write the diagnosis and make the quotation."),
            "quoted": self.env._("Record what the customer decides."),
            "agreed": self.env._("Start the repair."),
            "declined": self.env._(
                "See the customer off; charge the diagnosis if due."
            ),
            "repair": self.env._("Repair; ask the customer before anything is added."),
            "testing": self.env._("Check the exterior and test the machine."),
            "acceptance": self.env._(
                "Let the customer look; explain use and maintenance."
            ),
            "settlement": self.env._("Go with the customer to pay."),
            "settled": self.env._("Ask for the evaluation, then see him off."),
            "evaluated": self.env._("See the customer off."),
            "left": self.env._("Put the sheet into the customer's file."),
        }
        return texts.get(self.state, "")

    def _get_machine_text(self):
        """Model and serial number in one line."""
        self.ensure_one()
        parts = [self.product_id.display_name, self.serial]
        return " ".join(filter(None, parts)) or self.env._("Machine not known yet")

    def _reception_is_here(self):
        """See the reception mixin."""
        return self._is_here()

    def _is_here(self):
        """Whether the machine is in the house."""
        self.ensure_one()
        return self.state not in NOT_HERE_STATES

    # ----------------------------------------------------------- constraints

    @api.constrains("equipment_id", "partner_id")
    def _check_equipment(self):
        for sheet in self:
            if sheet.partner_id:
                sheet.equipment_id._check_owner(sheet.partner_id)

    @api.model_create_multi
    def create(self, vals_list):
        self._check_advisor(AGENT)
        sheets = super().create(vals_list)
        for sheet in sheets.sudo().filtered(lambda sheet: not sheet.announced_at):
            now = fields.Datetime.now()
            sheet.announced_at = min(sheet.notice_id.announced_on or now, now)
            sheet._take_request()
        return sheets

    def write(self, vals):
        self._check_write(vals)
        result = super().write(vals)
        if MACHINE_FIELDS & vals.keys():
            self.prerepair_ids._content_changed()
        return result

    def _check_write(self, vals):
        """:raises AccessError: for the advisor's part of the sheet
        :raises UserError: when the sheet is archived
        """
        keys = {k for k in vals if not k.startswith(("message_", "activity_"))}
        if self.env.su or not keys:
            return
        states = set(self.mapped("state"))
        if states & {"archived", "cancelled"} or (
            keys & MACHINE_FIELDS and "left" in states
        ):
            raise UserError(
                self.env._("The sheet is closed and cannot be changed any more.")
            )
        if "request_id" in keys and states - {"announced", "entered"}:
            raise UserError(
                self.env._("The case of a sheet is fixed once the machine is received.")
            )
        if keys & EVALUATION_FIELDS and states & {"evaluated", "left"}:
            raise UserError(
                self.env._("The customer's evaluation is given and stays as it is.")
            )
        allowed = (ADVISOR, AGENT)
        if keys - TECHNICIAN_FIELDS and not any(map(self.env.user.has_group, allowed)):
            raise AccessError(
                self.env._("Only a workshop advisor changes this part of the sheet.")
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        if any(sheet.state not in ("announced", "cancelled") for sheet in self):
            raise UserError(self.env._("A register sheet is kept, never deleted."))
