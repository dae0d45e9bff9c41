from odoo import api, fields, models

# What is charged (handbook 10.1) and the fee classes of the settlement (8.2).
FEES = [
    ("labour", "Labour"),
    ("visit", "Visit Fee"),
    ("transport", "Transport Fee"),
    ("allowance", "Travel Allowance"),
    ("test", "Test"),
    ("diagnosis", "Diagnosis"),
    ("part", "Part"),
    ("training_day", "Extra Training Day"),
    ("training_visit", "Extra Training Visit"),
    ("freight", "Freight"),
    ("outside", "Outside Work"),
]
SERVICE_FEES = [row for row in FEES if row[0] != "part"]


class AftersalesFeeMixin(models.AbstractModel):
    """A service product says what kind of fee it charges.

    The model that inherits this is ``product.template``.
    """

    _name = "aftersales.fee.mixin"
    _description = "Kind of Fee"

    aftersales_fee = fields.Selection(
        SERVICE_FEES,
        "After-Sales Fee",
        help="The class of fee on the price list and on the settlement.",
    )

    @api.model
    def _aftersales_get_fee_product(self, company, fee):
        """The service product that ``company`` charges ``fee`` with.

        :param str fee: a key of :data:`FEES`
        :return: ``product.product``, empty when there is none
        """
        fixed = {
            "labour": company.sudo().aftersales_labour_product_id,
            "visit": company.sudo().aftersales_travel_product_id,
        }
        products = self.env["product.product"]
        return fixed.get(fee) or products.search(
            [
                ("aftersales_fee", "=", fee),
                ("type", "=", "service"),
                ("company_id", "in", [company.id, False]),
            ],
            order="company_id, id",
            limit=1,
        )
