from odoo import api, fields, models, tools


class AftersalesRegion(models.Model):
    """After-sales region (大区); follows the sales regions (001 Art.8)."""

    _name = "aftersales.region"
    _description = "After-Sales Region"
    _inherit = ["mail.alias.mixin.optional"]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", help="Empty: for all companies.")
    state_ids = fields.Many2many("res.country.state", string="Provinces")
    is_mobile_team = fields.Boolean(
        "Mobile Team",
        help="Serves places without formal sales management (001 Art.8).",
    )
    user_id = fields.Many2one("res.users", "Supervisor", domain=[("share", "=", False)])

    alias_id = fields.Many2one(
        help="Mail to this address becomes a service request of the supervisor."
    )

    _code_company_uniq = models.UniqueIndex(
        "(COALESCE(company_id, 0), code)",
        "The code of a region must be unique per company.",
    )

    @api.model
    @tools.ormcache("company.id")
    def _get_ids_by_state(self, company):
        """Region of each province as ``company`` divides them; its own regions
        come before those of all companies.

        :return: dict ``{id of res.country.state: id of the region}``
        """
        regions = self.sudo().search(
            [("company_id", "in", (company.id, False)), ("is_mobile_team", "=", False)]
        )
        found = {}
        for region in regions.sorted(lambda region: not region.company_id):
            for state in region.state_ids:
                found.setdefault(state.id, region.id)
        return found

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        self.env.registry.clear_cache()
        result = super().write(vals)
        if vals.keys() & {"user_id", "company_id"}:
            for region in self.filtered("alias_id"):
                region.alias_id.sudo().write(region._alias_get_creation_values())
        return result

    def _alias_get_creation_values(self):
        """Mail becomes a request of the region's company and supervisor."""
        values = super()._alias_get_creation_values()
        values["alias_model_id"] = self.env.ref(
            "aftersales_service.model_aftersales_service_request"
        ).id
        defaults = {}
        if self.company_id:
            defaults["company_id"] = self.company_id.id
        if self.user_id:
            defaults["user_id"] = self.user_id.id
        values["alias_defaults"] = repr(defaults)
        return values

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()
