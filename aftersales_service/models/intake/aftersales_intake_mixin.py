from odoo import api, fields, models
from odoo.exceptions import ValidationError

WARRANTY_STATES = [
    ("in", "In Warranty"),
    ("out", "Out of Warranty"),
    ("unknown", "Unknown"),
]


class AftersalesIntakeMixin(models.AbstractModel):
    """What is written down when a customer reports: who, which machine, what.

    The data block of handbook 4.2 (001 Art.19), prefilled from the customer and
    the machine and open to correction by the person on the phone. The model that
    inherits this inherits the form mixin as well.
    """

    _name = "aftersales.intake.mixin"
    _description = "Intake Data"

    received_at = fields.Datetime(
        required=True, index=True, default=fields.Datetime.now
    )
    received_by_id = fields.Many2one(
        "res.users", required=True, default=lambda self: self.env.user
    )
    # --- customer, 001 Art.19(1)
    partner_id = fields.Many2one("res.partner", "Customer", required=True, index=True)
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
    phone_spare = fields.Char(
        "Spare Contact", help="A second number; needed when the first is a landline."
    )
    address = fields.Char(
        compute="_compute_address", store=True, readonly=False, precompute=True
    )
    # --- machine, 001 Art.19(2)
    equipment_id = fields.Many2one(
        "aftersales.equipment", "Machine", index="btree_not_null", check_company=True
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
    factory_date = fields.Date(
        compute="_compute_machine", store=True, readonly=False, precompute=True
    )
    purchase_date = fields.Date(
        compute="_compute_machine", store=True, readonly=False, precompute=True
    )
    warranty_state = fields.Selection(
        WARRANTY_STATES,
        "Under Warranty",
        compute="_compute_warranty_state",
        store=True,
        readonly=False,
        precompute=True,
        help="Judged on the day the request was received; may be corrected.",
    )
    # --- what happened, what is wished
    symptom = fields.Text("Symptom and Present Condition")
    description = fields.Text("Problem Description")
    occurred_at = fields.Datetime("Time of Occurrence")
    wish_at = fields.Datetime("Wished Resolution Time")
    requested_service = fields.Text()
    proof_ids = fields.Many2many("ir.attachment", string="Proof of Purchase")

    # -------------------------------------------------------------- computes

    @api.depends("partner_id")
    def _compute_contact(self):
        partners = self.partner_id
        # Only what is needed here and for the address: a partner has many columns.
        partners.fetch(
            [
                "name",
                "phone",
                "is_company",
                "commercial_partner_id",
                "commercial_company_name",
                *partners._display_address_depends(),
            ]
        )
        contacts = {}
        for contact in self.env["res.partner"].search_fetch(
            [
                ("parent_id", "in", partners.filtered("is_company").ids),
                ("type", "=", "contact"),  # a person, not a site or a till
            ],
            ["name", "phone", "parent_id"],
        ):
            contacts.setdefault(contact.parent_id.id, contact)
        for request in self:
            partner = request.partner_id
            contact = partner
            if partner.is_company:
                contact = contacts.get(partner._origin.id, partners.browse())
            request.contact_name = contact.name
            request.phone = contact.phone or partner.phone

    @api.depends("partner_id", "equipment_id")
    def _compute_address(self):
        addresses = {}
        for request in self:
            site = request.equipment_id.site_partner_id or request.partner_id
            if site not in addresses:
                text = site._display_address(without_company=True)
                # The address format leaves commas where a part is empty.
                parts = text.replace("\n", ",").split(",")
                addresses[site] = ", ".join(
                    part.strip() for part in parts if part.strip()
                )
            request.address = addresses[site]

    @api.depends("equipment_id")
    def _compute_machine(self):
        for request in self:
            machine = request.equipment_id
            if not machine:
                request.product_id = request.product_id
                request.serial = request.serial
                request.factory_date = request.factory_date
                request.purchase_date = request.purchase_date
                continue
            request.product_id = machine.product_id
            request.serial = machine.serial
            request.factory_date = machine.factory_date
            request.purchase_date = machine.purchase_date or machine.delivery_date

    @api.depends("equipment_id", "received_at", "company_id")
    def _compute_warranty_state(self):
        for request in self:
            day = request._form_day(request.received_at)
            if request.equipment_id:
                state = request.equipment_id._get_warranty_state(day)
            else:
                state = request.warranty_state or "unknown"
            request.warranty_state = state

    @api.onchange("equipment_id")
    def _onchange_equipment_id(self):
        """The caller often reads out the machine's plate before his own name."""
        if self.equipment_id and not self.partner_id:
            self.partner_id = self.equipment_id.partner_id

    # ----------------------------------------------------------- constraints

    def _form_same_company(self, fname):
        """See the form mixin; a machine's own model was checked with the machine."""
        if fname == "product_id" and all(
            request.product_id == request.equipment_id.product_id for request in self
        ):
            return True
        return super()._form_same_company(fname)

    @api.constrains("received_at", "occurred_at")
    def _check_times(self):
        now = fields.Datetime.now()
        for request in self:
            for fname in ("received_at", "occurred_at"):
                label = self._fields[fname]._description_string(self.env)
                if request[fname] and request[fname] > now:
                    raise ValidationError(
                        self.env._("%(field)s must not lie in the future.", field=label)
                    )
                if request[fname] and request[fname].year < 1970:
                    raise ValidationError(
                        self.env._("%(field)s must not lie before 1970.", field=label)
                    )

    @api.constrains("equipment_id", "partner_id")
    def _check_equipment(self):
        for request in self:
            request.equipment_id._check_owner(request.partner_id)
