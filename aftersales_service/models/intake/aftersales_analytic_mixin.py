from odoo import api, fields, models


class AftersalesAnalyticMixin(models.AbstractModel):
    """Where the money of a case is counted, filled without anyone typing.

    Every amount of a case carries the analytic accounts of the case, its region,
    the engineer, the machine model and the customer. The model that inherits this
    has the data of the intake mixin.
    """

    _name = "aftersales.analytic.mixin"
    _description = "Analytic Accounts of a Case"

    analytic_account_id = fields.Many2one(
        "account.analytic.account",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="Made when the first amount of the case is booked.",
    )

    agreement_ids = fields.One2many(
        "aftersales.charge.agreement", "request_id", "Charging Agreements"
    )
    relief_ids = fields.One2many("aftersales.relief", "request_id", "Reliefs")
    agreement_count = fields.Integer(compute="_compute_counts")
    relief_count = fields.Integer(compute="_compute_counts")

    @api.model
    def _get_file_fields(self):
        """See the file mixin."""
        return [*super()._get_file_fields(), "agreement_ids", "relief_ids"]

    def action_create_agreement(self):
        """Open a charging agreement for this request."""
        return self._aftersales_open_new("agreement_ids")

    def action_create_relief(self):
        """Ask for a relief before there is a settlement (App.8 #10)."""
        action = self._aftersales_open_new("relief_ids")
        action["context"]["default_occasion"] = "before"
        return action

    def _aftersales_open_new(self, fname):
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self._fields[fname]._description_string(self.env),
            "res_model": self._fields[fname].comodel_name,
            "views": [(False, "form")],
            "context": {"default_request_id": self.id},
        }

    # ---------------------------------------------------------------- analytic

    def _aftersales_get_distribution(self, engineer=None):
        """The analytic distribution of an amount of this case.

        :param engineer: ``hr.employee`` who caused it; may be empty
        :return: dict ``{"<case>,<region>,<engineer>,<model>,<customer>": 100.0}``
            with the ids of the accounts of what is known; empty for no case
        """
        if not self:
            return {}
        self.ensure_one()
        engineer = self.env["hr.employee"] if engineer is None else engineer
        return self._aftersales_get_distributions([(self, engineer)])[self, engineer]

    @api.model
    def _aftersales_get_distributions(self, pairs):
        """The distributions of many amounts at once, in a few queries for all.

        :param pairs: iterable of ``(request, hr.employee)``; the employee may be empty
        :return: dict ``{(request, employee): distribution}``
        """
        pairs = list(dict.fromkeys(pairs))
        requests = self.browse().sudo().union(*(request for request, _eng in pairs))
        parts = {request: request._aftersales_get_keys() for request in requests}
        accounts = {}
        for company, group in requests.grouped("company_id").items():
            records = {record for request in group for record in parts[request]}
            records |= {eng for request, eng in pairs if eng and request in group}
            accounts[company] = self.env[
                "account.analytic.account"
            ]._aftersales_get_accounts(company, records)
            for request in group.filtered(lambda r: not r.analytic_account_id):
                if account := accounts[company].get(request):
                    request.analytic_account_id = account
        result = {}
        for request, engineer in pairs:
            own = accounts[request.sudo().company_id]
            case, region, *others = parts[request]
            row = [case, region, engineer, *others]
            ids = [str(own[record].id) for record in row if record in own]
            result[request, engineer] = {",".join(ids): 100.0} if ids else {}
        return result

    def _aftersales_get_keys(self):
        """What this case is counted by, beside the engineer.

        :return: list ``[request, region, model, customer]``; one may be empty
        """
        self.ensure_one()
        site = self.equipment_id.site_partner_id or self.partner_id
        regions = self.env["aftersales.region"]
        region_id = regions._get_ids_by_state(self.company_id).get(site.state_id.id)
        return [
            self,
            regions.sudo().browse(region_id or []),
            self.product_id,
            self.partner_id.commercial_partner_id,
        ]
