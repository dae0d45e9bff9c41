from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html

# A call of each type opens a request of this type.
REQUEST_TYPES = {
    "consultation": "consultation",
    "repair": "repair",
    "complaint": "complaint",
    "other": "consultation",
}
# What the caller said goes into the request word by word.
SAID = (
    "received_at",
    "received_by_id",
    "partner_id",
    "contact_name",
    "phone",
    "phone_spare",
    "address",
    "equipment_id",
    "product_id",
    "serial",
    "factory_date",
    "purchase_date",
    "symptom",
    "description",
    "occurred_at",
    "wish_at",
    "requested_service",
)
TURN_STATES = ("open", "answered", "done")


class AftersalesTurnMixin(models.AbstractModel):
    """A call becomes a service request or a lead in one click, never two.

    The model that inherits this inherits the intake and form mixins and has
    ``call_type`` and ``unit_name``.
    """

    _name = "aftersales.turn.mixin"
    _description = "From a Call to Its Document"

    request_id = fields.Many2one(
        "aftersales.service.request",
        "Service Request",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
    )
    lead_ids = fields.One2many("crm.lead", "aftersales_call_id", "Leads")
    lead_count = fields.Integer(compute="_compute_lead_count")

    @api.depends("lead_ids")
    def _compute_lead_count(self):
        """Also for those who may not open the leads of Sales."""
        counts = dict(
            self.env["crm.lead"]
            .sudo()
            .with_context(active_test=False)
            ._read_group(
                [("aftersales_call_id", "in", self.ids)],
                ["aftersales_call_id"],
                ["__count"],
            )
        )
        for call in self:
            call.lead_count = counts.get(call._origin, 0)

    def _is_turned(self):
        """Whether the call has become another document."""
        self.ensure_one()
        return bool(self.request_id or self.lead_count)

    # ------------------------------------------------------------- a request

    def action_create_request(self):
        """Make the service request of this call and open it.

        :raises UserError: when nobody can tell who called
        """
        self.ensure_one()
        call = self._form_begin(*TURN_STATES)
        if not call.request_id:
            if not call.partner_id:
                call.partner_id = self._create_caller()
            # With the rights of the agent, unlike the link back.
            call.request_id = (
                self.env["aftersales.service.request"]
                .with_company(call.company_id)
                .create(call._prepare_request())
            )
        return self.request_id._get_records_action()

    def _prepare_request(self):
        self.ensure_one()
        vals = {
            fname: self._fields[fname].convert_to_write(self[fname], self)
            for fname in SAID
            if self[fname]
        }
        return {
            **vals,
            "company_id": self.company_id.id,
            "channel": "phone",
            "request_type": REQUEST_TYPES[self.call_type],
        }

    def action_link_request(self):
        """The caller asks after the open file of his machine: no second one."""
        self.ensure_one()
        call = self._form_begin(*TURN_STATES)
        if not call.request_id:
            request = self.duplicate_request_id
            if not request:
                raise UserError(
                    self.env._("There is no open request for this machine.")
                )
            call.request_id = request.id
            request.message_post(
                body=self.env._(
                    "%(call)s: the customer called again. %(content)s",
                    call=call._get_html_link(),
                    content=call.symptom or "",
                )
            )
        return self.request_id._get_records_action()

    def _create_caller(self):
        """The customer as the caller described himself, or the one we know by
        that phone number; made with the rights of the user.

        :return: ``res.partner``
        :raises UserError: without a name or a number
        """
        self.ensure_one()
        partners = self.env["res.partner"]
        unit = (self.unit_name or "").strip()
        person = (self.contact_name or "").strip()
        phone = (self.phone or "").strip()
        if not (unit or person) or not phone:
            raise UserError(
                self.env._(
                    "Write down who called, the unit or the contact, and the phone"
                    " number."
                )
            )
        known = partners._aftersales_find_by_phone(phone).commercial_partner_id
        if len(known) == 1:
            return known
        vals = {"phone": phone, "street": self.address}
        if not unit:
            return partners.create({**vals, "name": person})
        children = []
        if person:
            children = [fields.Command.create({"name": person, "phone": phone})]
        return partners.create(
            {**vals, "name": unit, "is_company": True, "child_ids": children}
        )

    # ---------------------------------------------------------------- a lead

    def action_create_lead(self):
        """Pass the call to Sales as a lead, and open it for those who may.

        Made as the system: an agent has no right on the leads of Sales.
        """
        self.ensure_one()
        call = self._form_begin(*TURN_STATES)
        if not call.lead_count:
            if not (call.partner_id or call.unit_name or call.contact_name):
                raise UserError(
                    self.env._("Write down who called: the unit or the contact.")
                )
            self.env["crm.lead"].sudo().create(call._prepare_lead())
            self.invalidate_recordset(["lead_ids", "lead_count"])
        return self.action_view_leads()

    def _prepare_lead(self):
        self.ensure_one()
        subject = (self.symptom or "").strip().split("\n")[0][:80]
        salesman = self.env.ref("sales_team.group_sale_salesman")
        qualify = self.env.ref("crm.group_use_lead") in salesman.all_implied_ids
        return {
            "name": f"{self.name}: {subject}" if subject else self.name,
            "type": "lead" if qualify else "opportunity",
            "aftersales_call_id": self.id,
            "company_id": self.company_id.id,
            "user_id": False,
            "partner_id": self.partner_id.id,
            "partner_name": self.unit_name,
            "contact_name": self.contact_name,
            "phone": self.phone,
            "description": plaintext2html(
                "\n".join(filter(None, [self.symptom, self.requested_service]))
            ),
        }

    def action_view_leads(self):
        """Open the lead of this call, or say that Sales has it."""
        self.ensure_one()
        leads = self.env["crm.lead"].with_context(active_test=False)
        if leads.has_access("read"):
            mine = leads.search([("aftersales_call_id", "=", self.id)])
            if mine:
                return mine._get_records_action()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("Sales has the lead of this call."),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
