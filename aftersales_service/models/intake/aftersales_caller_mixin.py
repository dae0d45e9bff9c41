from odoo import api, fields, models
from odoo.fields import Domain

SHOWN = 20


class AftersalesCallerMixin(models.AbstractModel):
    """Who is on the line: his machines, his open requests, his last calls.

    Read by the form while the agent talks, never stored. The model that inherits
    this inherits the intake mixin as well.
    """

    _name = "aftersales.caller.mixin"
    _description = "What Is Known About the Caller"

    caller_equipment_ids = fields.Many2many(
        "aftersales.equipment",
        string="Machines of the Customer",
        compute="_compute_caller_equipment_ids",
    )
    caller_request_ids = fields.Many2many(
        "aftersales.service.request",
        string="Open Requests of the Customer",
        compute="_compute_caller_request_ids",
    )
    caller_call_ids = fields.Many2many(
        "aftersales.call.record",
        string="Last Calls of the Customer",
        compute="_compute_caller_call_ids",
    )
    duplicate_request_id = fields.Many2one(
        "aftersales.service.request",
        "Open Request for the Same Machine",
        compute="_compute_duplicate_request_id",
    )

    def _get_by_caller(self, model_name, domain=Domain.TRUE):
        """The records of each caller's company and its contacts, newest first.

        :return: dict ``{commercial partner: records}``; empty without the right
            to read them
        """
        records = self.env[model_name]
        callers = self.partner_id.commercial_partner_id
        if not callers or not records.has_access("read"):
            return {}
        # By their ids: PostgreSQL then knows how few rows these are, and does not
        # walk through the whole table from the newest on.
        family = (
            self.env["res.partner"]
            .sudo()
            .with_context(active_test=False)
            .search([("commercial_partner_id", "in", callers.ids)])
        )
        found = records.search(
            domain
            & Domain("partner_id", "in", family.ids)
            & Domain("company_id", "in", self.company_id.ids),
            limit=SHOWN * len(callers),
        )
        return found.grouped(lambda record: record.partner_id.commercial_partner_id)

    @api.depends("partner_id", "company_id")
    def _compute_caller_equipment_ids(self):
        found = self._get_by_caller("aftersales.equipment")
        for record in self:
            caller = record.partner_id.commercial_partner_id
            record.caller_equipment_ids = found.get(caller)

    @api.depends("partner_id", "company_id")
    def _compute_caller_request_ids(self):
        requests = self.env["aftersales.service.request"]
        found = self._get_by_caller(requests._name, requests._get_open_domain())
        for record in self:
            caller = record.partner_id.commercial_partner_id
            mine = found.get(caller, requests)
            if record._name == requests._name:
                mine -= record._origin
            record.caller_request_ids = mine

    @api.depends("partner_id", "company_id")
    def _compute_caller_call_ids(self):
        calls = self.env["aftersales.call.record"]
        found = self._get_by_caller(calls._name, Domain("state", "!=", "cancelled"))
        for record in self:
            caller = record.partner_id.commercial_partner_id
            mine = found.get(caller, calls)
            if record._name == calls._name:
                mine -= record._origin
            record.caller_call_ids = mine[:SHOWN]

    @api.depends("equipment_id", "serial", "product_id", "company_id")
    def _compute_duplicate_request_id(self):
        """The other open file of this machine; the one that came first."""
        requests = self.env["aftersales.service.request"]
        machines = self.equipment_id
        serials = {record.serial for record in self if record.serial}
        found = requests
        if machines or serials:
            found = requests.search_fetch(
                requests._get_open_domain()
                & Domain("company_id", "in", self.company_id.ids)
                & (
                    Domain("equipment_id", "in", machines.ids)
                    | Domain("serial", "in", list(serials))
                ),
                ["equipment_id", "serial", "product_id", "company_id"],
                order="id",
            )
        for record in self:
            record.duplicate_request_id = found.filtered(record._is_same_machine)[:1]

    def _is_same_machine(self, request):
        """Whether ``request`` is another file about the machine of this record."""
        if request == self._origin and request._name == self._name:
            return False
        if request.company_id != self.company_id:
            return False
        if self.equipment_id and request.equipment_id:
            return self.equipment_id._origin == request.equipment_id
        products = {self.product_id._origin, request.product_id} - {
            self.env["product.product"]
        }
        if not self.serial or self.serial != request.serial:
            return False
        return len(products) < 2
