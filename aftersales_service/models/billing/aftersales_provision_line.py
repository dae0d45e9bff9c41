from odoo import fields, models


class AftersalesProvisionLine(models.Model):
    """What one machine model is likely to cost in warranty yet."""

    _name = "aftersales.provision.line"
    _description = "Warranty Provision of a Model"
    _order = "provision_id, expected desc, id"
    _rec_name = "product_id"
    _check_company_auto = True

    provision_id = fields.Many2one(
        "aftersales.provision", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="provision_id.company_id", store=True, precompute=True
    )
    currency_id = fields.Many2one(related="provision_id.currency_id")
    product_id = fields.Many2one(
        "product.product", "Machine Model", required=True, readonly=True
    )
    machine_count = fields.Integer("Machines in Term", readonly=True)
    cost = fields.Monetary("Warranty Cost", readonly=True)
    exposure = fields.Float(
        "Machine Months Past",
        readonly=True,
        digits=(16, 1),
        help="Machine months in warranty in the time looked back.",
    )
    rate = fields.Float(
        "Cost per Machine Month", readonly=True, digits=(16, 2), aggregator="avg"
    )
    remaining = fields.Float(
        "Machine Months to Come",
        readonly=True,
        digits=(16, 1),
        help="Machine months in warranty after the month.",
    )
    expected = fields.Monetary("Expected Cost", readonly=True)
