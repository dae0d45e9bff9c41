from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    aftersales_warranty_policy_id = fields.Many2one(
        related="company_id.aftersales_warranty_policy_id", readonly=False
    )
    aftersales_guarantee_rule_id = fields.Many2one(
        related="company_id.aftersales_guarantee_rule_id", readonly=False
    )
    aftersales_warehouse_id = fields.Many2one(
        related="company_id.aftersales_warehouse_id", readonly=False
    )
    aftersales_engineer_root_id = fields.Many2one(
        related="company_id.aftersales_engineer_root_id", readonly=False
    )
    aftersales_consumption_location_id = fields.Many2one(
        related="company_id.aftersales_consumption_location_id", readonly=False
    )
    aftersales_return_location_id = fields.Many2one(
        related="company_id.aftersales_return_location_id", readonly=False
    )
    aftersales_loaner_location_id = fields.Many2one(
        related="company_id.aftersales_loaner_location_id", readonly=False
    )
    aftersales_kit_root_id = fields.Many2one(
        related="company_id.aftersales_kit_root_id", readonly=False
    )
    aftersales_expense_account_id = fields.Many2one(
        related="company_id.aftersales_consumption_location_id.valuation_account_id",
        string="After-Sales Expense Account",
        readonly=False,
    )
    aftersales_cash_journal_id = fields.Many2one(
        related="company_id.aftersales_cash_journal_id", readonly=False
    )
    aftersales_hold_requisition = fields.Boolean(
        related="company_id.aftersales_hold_requisition", readonly=False
    )
    aftersales_hold_settlement = fields.Boolean(
        related="company_id.aftersales_hold_settlement", readonly=False
    )
    aftersales_hold_expense = fields.Boolean(
        related="company_id.aftersales_hold_expense", readonly=False
    )
    aftersales_hold_days = fields.Integer(
        related="company_id.aftersales_hold_days", readonly=False
    )
    aftersales_hold_value = fields.Monetary(
        related="company_id.aftersales_hold_value", readonly=False
    )
    aftersales_custody_account_id = fields.Many2one(
        related="company_id.aftersales_custody_account_id", readonly=False
    )
    aftersales_custody_journal_id = fields.Many2one(
        related="company_id.aftersales_custody_journal_id", readonly=False
    )
    aftersales_receipt_book_required = fields.Boolean(
        related="company_id.aftersales_receipt_book_required", readonly=False
    )
    aftersales_cash_limit_amount = fields.Float(
        related="company_id.aftersales_cash_limit_amount", readonly=False
    )
    aftersales_cash_limit_days = fields.Integer(
        related="company_id.aftersales_cash_limit_days", readonly=False
    )
    aftersales_audit_sample = fields.Integer(
        related="company_id.aftersales_audit_sample", readonly=False
    )
    aftersales_expense_needs_card = fields.Boolean(
        related="company_id.aftersales_expense_needs_card", readonly=False
    )
    aftersales_hour_cost = fields.Float(
        related="company_id.aftersales_hour_cost", readonly=False
    )
    aftersales_cost_readers = fields.Boolean(
        related="company_id.aftersales_cost_readers", readonly=False
    )
    aftersales_charge_effect = fields.Selection(
        related="company_id.aftersales_charge_effect", readonly=False
    )
    aftersales_charge_account_id = fields.Many2one(
        related="company_id.aftersales_charge_account_id", readonly=False
    )
    aftersales_cost_journal_id = fields.Many2one(
        related="company_id.aftersales_cost_journal_id", readonly=False
    )
    aftersales_commission_pay = fields.Selection(
        related="company_id.aftersales_commission_pay", readonly=False
    )
    aftersales_commission_account_id = fields.Many2one(
        related="company_id.aftersales_commission_account_id", readonly=False
    )
    aftersales_provision_expense_account_id = fields.Many2one(
        related="company_id.aftersales_provision_expense_account_id", readonly=False
    )
    aftersales_provision_account_id = fields.Many2one(
        related="company_id.aftersales_provision_account_id", readonly=False
    )
    aftersales_triage_required = fields.Boolean(
        related="company_id.aftersales_triage_required", readonly=False
    )
    aftersales_labour_product_id = fields.Many2one(
        related="company_id.aftersales_labour_product_id", readonly=False
    )
    aftersales_travel_product_id = fields.Many2one(
        related="company_id.aftersales_travel_product_id", readonly=False
    )
    aftersales_pricelist_id = fields.Many2one(
        related="company_id.aftersales_pricelist_id", readonly=False
    )
    aftersales_relief_product_id = fields.Many2one(
        related="company_id.aftersales_relief_product_id", readonly=False
    )
    aftersales_goodwill_product_id = fields.Many2one(
        related="company_id.aftersales_goodwill_product_id", readonly=False
    )
    aftersales_relief_account_id = fields.Many2one(
        related="company_id.aftersales_relief_account_id", readonly=False
    )
    aftersales_goodwill_account_id = fields.Many2one(
        related="company_id.aftersales_goodwill_account_id", readonly=False
    )
    aftersales_alias_name = fields.Char(
        related="company_id.aftersales_alias_id.alias_name", readonly=False
    )
    aftersales_alias_domain_id = fields.Many2one(
        related="company_id.aftersales_alias_id.alias_domain_id",
        string="Domain of the After-Sales E-mail",
        readonly=False,
    )

    aftersales_waiting_place = fields.Char(
        related="company_id.aftersales_waiting_place", readonly=False
    )

    aftersales_repair_from_stock = fields.Boolean(
        related="company_id.aftersales_repair_from_stock", readonly=False
    )
    aftersales_workshop_location_id = fields.Many2one(
        related="company_id.aftersales_workshop_location_id", readonly=False
    )

    aftersales_bundle_id = fields.Many2one(related="company_id.aftersales_bundle_id")

    def action_aftersales_presets(self):
        """Open the dialog that applies a preset bundle to the company."""
        self.check_access("read")
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "aftersales_service.aftersales_preset_apply_action"
            ),
            "context": {"default_company_id": self.company_id.id},
        }

    def action_aftersales_repair(self):
        """Make missing locations, operation types and accounts of the company."""
        self.check_access("write")
        self.company_id.sudo()._aftersales_setup()
        return {"type": "ir.actions.client", "tag": "soft_reload"}
