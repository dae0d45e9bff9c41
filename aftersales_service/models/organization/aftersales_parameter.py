from odoo import api, fields, models


class AftersalesParameter(models.Model):
    """A number of the handbook that is no time limit of a clock (17.2, 17.3).

    Read by ``company._aftersales_parameter(key)``; the key is the code. A seed that
    leaves a number open ships the key without value.
    """

    _name = "aftersales.parameter"
    _description = "After-Sales Parameter"
    _inherit = ["aftersales.preset.mixin"]

    code = fields.Char("Key")
    value = fields.Float("Figure", digits=(16, 2))
    is_set = fields.Boolean(
        "Set",
        compute="_compute_is_set",
        store=True,
        readonly=False,
        precompute=True,
        help="Off: the company has not decided on a number yet.",
    )
    unit = fields.Selection(
        [
            ("minute", "Minute(s)"),
            ("hour", "Hour(s)"),
            ("day", "Day(s)"),
            ("working_day", "Working Day(s)"),
            ("month", "Month(s)"),
            ("hour_a_day", "Hours per Day"),
            ("count", "Piece(s)"),
            ("percent", "%"),
        ],
        required=True,
        default="count",
    )
    note = fields.Char(
        "Source and Note", translate=True, help="The article the number comes from."
    )

    _value_check = models.Constraint(
        "CHECK (value >= 0)", "The figure must not be negative."
    )

    @api.depends("value")
    def _compute_is_set(self):
        """A number that is entered counts; zero must be ticked."""
        for parameter in self:
            parameter.is_set = parameter.is_set or bool(parameter.value)

    def _preset_summary(self):
        """See the preset mixin."""
        self.ensure_one()
        if not self.is_set:
            return self.env._("to be set")
        unit = dict(self._fields["unit"]._description_selection(self.env))[self.unit]
        return f"{self.value:g} {unit}"

    @api.model
    def _get_number(self, company, key):
        """What ``key`` is in ``company``; called with sudo, kept by its caller.

        A parameter the company made itself comes before the one of its preset. One
        that came with a later version, so that the company has no copy of it, has the
        number of the preset; a copy that was archived or left open has none.

        :return: float, or False
        """
        own = self.with_context(active_test=False).search(
            [("company_id", "=", company.id), ("code", "=", key)]
        )
        found = own.filtered(lambda p: p.active and p.is_set).sorted(
            lambda parameter: bool(parameter.bundle_id)
        )
        bundle = company.sudo().aftersales_bundle_id
        decided = own.filtered(
            lambda p: p.bundle_id == bundle if p.bundle_id else p.active
        )
        if bundle and not found and not decided:
            found = self.search(
                [
                    ("company_id", "=", False),
                    ("bundle_id", "=", bundle.id),
                    ("code", "=", key),
                ]
            ).filtered("is_set")
        return found[0].value if found else False

    @api.model
    def _add_missing(self, companies):
        """Give companies the parameters of their preset that they have no copy of,
        such as those of a later version; nothing else changes. Called with sudo.

        :return: the new copies
        """
        added = self.browse()
        for company in companies.filtered("aftersales_bundle_id"):
            plan = self.with_context(lang="en_US")._preset_plan(
                company.aftersales_bundle_id, company
            )
            templates = self.union(
                *(row["template"] for row in plan if row["action"] == "create")
            )
            copies = self.with_context(lang="en_US").create(
                [template._preset_prepare_copy(company) for template in templates]
            )
            self._preset_translate(zip(templates, copies, strict=True))
            added |= copies
        return added

    # ---------------------------------------------------- the kept answers

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()
