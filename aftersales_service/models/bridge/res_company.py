from odoo import api, fields, models, tools
from odoo.exceptions import UserError


class ResCompany(models.Model):
    """Places and operation types of after-sales, one set per company.

    Made by :meth:`_aftersales_setup`, which may be run again at any time: it
    makes what is missing and leaves what is there.
    """

    _name = "res.company"
    _inherit = [
        "res.company",
        "aftersales.company.price.mixin",
        "aftersales.workshop.company.mixin",
        "aftersales.repair.company.mixin",
        "aftersales.custody.company.mixin",
        "aftersales.old.part.company.mixin",
        "aftersales.cash.company.mixin",
        "aftersales.cost.company.mixin",
        "aftersales.company.mixin",
    ]

    aftersales_engineer_root_id = fields.Many2one(
        "stock.location", "Engineers' Locations", check_company=True
    )
    aftersales_consumption_location_id = fields.Many2one(
        "stock.location", "After-Sales Consumption", check_company=True
    )
    aftersales_return_location_id = fields.Many2one(
        "stock.location", "Returned Parts to Inspect", check_company=True
    )
    aftersales_issue_type_id = fields.Many2one(
        "stock.picking.type", "Issue to Engineer", check_company=True
    )
    aftersales_use_type_id = fields.Many2one(
        "stock.picking.type", "Used on Site", check_company=True
    )
    aftersales_unused_type_id = fields.Many2one(
        "stock.picking.type", "Return from Engineer", check_company=True
    )
    aftersales_old_part_type_id = fields.Many2one(
        "stock.picking.type", "Old Parts", check_company=True
    )
    aftersales_warehouse_id = fields.Many2one(
        "stock.warehouse", "Spare Parts Warehouse", check_company=True
    )
    aftersales_cash_journal_id = fields.Many2one(
        "account.journal",
        "Cash Journal of After-Sales",
        check_company=True,
        domain="[('type', 'in', ('cash', 'bank'))]",
    )
    aftersales_triage_required = fields.Boolean(
        "Triage Before a Visit",
        help="A visit is planned only when the triage questions are answered.",
    )
    aftersales_labour_product_id = fields.Many2one(
        "product.product", "Labour", domain=[("type", "=", "service")]
    )
    aftersales_travel_product_id = fields.Many2one(
        "product.product", "Travel", domain=[("type", "=", "service")]
    )
    aftersales_alias_id = fields.Many2one(
        "mail.alias",
        "E-mail of After-Sales",
        copy=False,
        help="Mail to this address becomes a service request.",
    )
    aftersales_warranty_policy_id = fields.Many2one(
        "aftersales.warranty.policy", "Default Warranty Policy", check_company=True
    )
    aftersales_guarantee_rule_id = fields.Many2one(
        "aftersales.guarantee.rule", "Three-Guarantees Rule", check_company=True
    )
    aftersales_bundle_id = fields.Many2one(
        "aftersales.preset.bundle",
        "After-Sales Preset",
        readonly=True,
        help="The bundle of numbers that was applied last.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        companies.sudo()._aftersales_setup()
        return companies

    def _aftersales_setup(self):
        """Make what is missing of locations and operation types (called with sudo)."""
        for company in self:
            company = company.with_company(company)
            company._aftersales_setup_sequences()
            company._aftersales_setup_locations()
            if company._aftersales_get_warehouse():
                company._aftersales_setup_picking_types()
            company._aftersales_setup_billing()
            company._aftersales_setup_alias()
            company._aftersales_setup_extra()
        self._aftersales_translate_names()
        self._aftersales_setup_presets()

    def _aftersales_setup_presets(self):
        """The machinery bundle for companies that have none yet."""
        bundle = self.env.ref(
            "aftersales_service.preset_bundle_p001_machinery", raise_if_not_found=False
        )
        if bundle:
            for company in self.filtered(lambda c: not c.aftersales_bundle_id):
                bundle.sudo()._apply(company.sudo())

    def _aftersales_setup_sequences(self):
        """A number sequence per form, before two people write the first one."""
        self.ensure_one()
        for model_name in self.env.registry.descendants(
            ["aftersales.form.mixin"], "_inherit"
        ):
            model = self.env[model_name]
            if not model._abstract:
                model._form_get_sequence(self)

    def _aftersales_setup_locations(self):
        self.ensure_one()
        locations = self.env["stock.location"]
        # Beside the company's inventory loss, and sorted after it: other modules
        # take the first location of this usage as the default one.
        virtual = locations.search(
            [("usage", "=", "inventory"), ("company_id", "=", self.id)], limit=1
        ).location_id
        wanted = {
            "aftersales_engineer_root_id": (
                self.env._("Service Engineers"),
                "view",
                False,
            ),
            "aftersales_consumption_location_id": (
                self.env._("Service Consumption"),
                "inventory",
                virtual.id,
            ),
            "aftersales_return_location_id": (
                self.env._("Service Returned Parts"),
                "inventory",
                virtual.id,
            ),
        }
        for fname, (name, usage, parent_id) in wanted.items():
            if not self[fname]:
                self[fname] = locations.create(
                    {
                        "name": name,
                        "usage": usage,
                        "location_id": parent_id,
                        "company_id": self.id,
                    }
                )

    def _aftersales_setup_picking_types(self):
        self.ensure_one()
        warehouse = self._aftersales_get_warehouse()
        stock = warehouse.lot_stock_id
        engineers = self.aftersales_engineer_root_id
        customers = self.env.ref("stock.stock_location_customers")
        wanted = {
            "aftersales_issue_type_id": (
                self.env._("Issue to Engineer"),
                "internal",
                "ASI",
                stock,
                engineers,
            ),
            "aftersales_unused_type_id": (
                self.env._("Return from Engineer"),
                "internal",
                "ASR",
                engineers,
                stock,
            ),
            "aftersales_use_type_id": (
                self.env._("Used on Site"),
                "outgoing",
                "ASU",
                engineers,
                customers,
            ),
            "aftersales_old_part_type_id": (
                self.env._("Old Parts"),
                "incoming",
                "ASO",
                customers,
                self.aftersales_return_location_id,
            ),
        }
        types = self.env["stock.picking.type"].with_context(active_test=False)
        # After all others: the first type of a kind is the default of other modules.
        last = types.search(
            [("sequence", "!=", False)], order="sequence desc", limit=1
        ).sequence
        for number, (fname, row) in enumerate(wanted.items(), 1):
            name, code, prefix, source, destination = row
            if not self[fname]:
                self[fname] = types.create(
                    {
                        "name": name,
                        "code": code,
                        "sequence_code": prefix,
                        "sequence": last + number,
                        "warehouse_id": warehouse.id,
                        "company_id": self.id,
                        "default_location_src_id": source.id,
                        "default_location_dest_id": destination.id,
                        "use_existing_lots": True,
                        "use_create_lots": False,
                    }
                )

    def _aftersales_setup_billing(self):
        self.ensure_one()
        for kind in ("labour", "travel"):
            fname = f"aftersales_{kind}_product_id"
            if not self[fname]:
                self[fname] = self.env.ref(
                    f"aftersales_service.product_{kind}", raise_if_not_found=False
                )
        if not self.aftersales_cash_journal_id and self.chart_template:
            journals = self.env["account.journal"]
            self.aftersales_cash_journal_id = journals.search(
                [
                    ("type", "=", "cash"),
                    ("company_id", "=", self.id),
                    ("id", "!=", self.aftersales_custody_journal_id.id),
                ],
                limit=1,
            ) or journals.create(
                {
                    "name": self.env._("After-Sales Cash"),
                    "code": "ASC",
                    "type": "cash",
                    "company_id": self.id,
                }
            )
        self._aftersales_setup_account()

    def _aftersales_setup_account(self):
        """Give the consumption location an expense account of its own.

        Nothing happens before the company has a chart of accounts; it is tried
        again at the first use.
        """
        self.ensure_one()
        self = self.with_company(self)  # the code of an account is per company
        location = self.aftersales_consumption_location_id
        model = self.expense_account_id
        if location.valuation_account_id or not model:
            return
        accounts = self.env["account.account"]
        location.valuation_account_id = accounts.create(
            {
                "name": self.env._("After-Sales Service Expense"),
                "code": accounts._search_new_account_code(model.code),
                "account_type": "expense",
                "company_ids": [fields.Command.link(self.id)],
            }
        )

    def _aftersales_setup_alias(self):
        """An address of the company whose mail becomes service requests."""
        self.ensure_one()
        if self.aftersales_alias_id:
            return
        aliases = self.env["mail.alias"]
        name = "service"
        if aliases.search_count([("alias_name", "=", name)], limit=1):
            name = f"service-{self.id}"
        self.aftersales_alias_id = aliases.create(
            {
                "alias_name": name,
                "alias_model_id": self.env["ir.model"]._get_id(
                    "aftersales.service.request"
                ),
                "alias_domain_id": self.alias_domain_id.id,
                "alias_defaults": repr({"company_id": self.id}),
            }
        )

    # ------------------------------------------------------------ for use

    @tools.ormcache("self.id", "self.aftersales_bundle_id.id")
    def _aftersales_get_bundle_policy_id(self):
        """The warranty policy that came with the preset, where none is chosen."""
        self.ensure_one()
        policies = self.env["aftersales.warranty.policy"].sudo()
        return policies.search(
            [
                ("company_id", "=", self.id),
                ("bundle_id", "=", self.aftersales_bundle_id.id),
                ("bundle_id", "!=", False),
            ],
            limit=1,
        ).id

    @tools.ormcache("self.id", "key")
    def _aftersales_parameter(self, key):
        """Number of the company for ``key`` of handbook 17.2 and 17.3.

        :param str key: such as ``late_threshold``
        :return: the float in the unit of the parameter, or False when none is set
        """
        self.ensure_one()
        return self.env["aftersales.parameter"].sudo()._get_number(self, key)

    def _aftersales_get(self, name):
        """One of the places of this company, made if it is missing.

        :param str name: field name without ``aftersales_`` and ``_id``
        :raises UserError: when it cannot be made, with what to do
        """
        self.ensure_one()
        company = self.sudo()
        fname = f"aftersales_{name}_id"
        if not company[fname]:
            company._aftersales_setup()
        if not company[fname]:
            raise UserError(
                self.env._(
                    "“%(setting)s” is not set for %(company)s. Choose it in the"
                    " After-Sales settings.",
                    setting=self._fields[fname]._description_string(self.env),
                    company=company.name,
                )
            )
        return company[fname]

    def _aftersales_get_warehouse(self):
        """Spare parts warehouse, or the company's first one."""
        company = self.sudo()[:1]
        return company.aftersales_warehouse_id or self.env[
            "stock.warehouse"
        ].sudo().search([("company_id", "=", company.id)], limit=1)

    def _aftersales_get_consumption_location(self, products):
        """Where free parts go; it must book the cost of perpetual products.

        :param products: ``product.product`` about to be consumed
        :raises UserError: when such a product would leave stock without an entry
        """
        self.ensure_one()
        location = self._aftersales_get("consumption_location")
        if not location.valuation_account_id:
            self.sudo()._aftersales_setup_account()
        perpetual = products.with_company(self).filtered(
            lambda p: p.is_storable and p.valuation == "real_time"
        )
        if perpetual and not location.valuation_account_id:
            raise UserError(
                self.env._(
                    "Set the after-sales expense account of %(company)s first: the cost"
                    " of %(part)s could not be booked.",
                    company=self.name,
                    part=perpetual[0].display_name,
                )
            )
        return location

    def _aftersales_get_scrap_location(self):
        """The company's scrap location, never its inventory loss or our own."""
        self.ensure_one()
        own = (
            self.aftersales_consumption_location_id
            | self.aftersales_return_location_id
            | self._aftersales_get_own_locations()
        )
        loss = (
            self.env["product.template"]
            .with_company(self)
            ._fields["property_stock_inventory"]
            .get_company_dependent_fallback(
                self.env["product.template"].with_company(self)
            )
        )
        candidates = (
            self.env["stock.location"]
            .sudo()
            .search([("usage", "=", "inventory"), ("company_id", "=", self.id)])
        )
        return (candidates - own - loss)[:1] or loss
