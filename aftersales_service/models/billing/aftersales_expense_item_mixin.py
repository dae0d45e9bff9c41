from odoo import fields, models

# Classes of cost on the sheet of a case; those of expenses are of handbook 10.3.
COST_ITEMS = [
    ("transport_long", "Long-Distance Transport"),
    ("transport_local", "Local Transport"),
    ("lodging", "Lodging"),
    ("meals", "Meal Allowance"),
    ("allowance", "Staff Allowance"),
    ("hours_out", "Hours Out"),
    ("freight", "Freight or Courier"),
    ("towing", "Towing"),
    ("outside", "Outside Repair"),
    ("trainee", "Trainee Reception"),
    ("visitor", "Visitor Reception"),
    ("phone", "Phone"),
    ("entertainment", "Entertainment"),
    ("compensation", "Compensation"),
    ("other", "Other"),
]
BUDGET_CLASSES = [
    ("labour", "Manpower"),
    ("material", "Materials"),
    ("depreciation", "Equipment Depreciation"),
    ("transport", "Transport"),
    ("outside", "Outside Services"),
]
# The budget class (handbook 10.4) of each item.
ITEM_CLASSES = {
    "transport_long": "transport",
    "transport_local": "transport",
    "lodging": "transport",
    "meals": "labour",
    "allowance": "labour",
    "hours_out": "labour",
    "freight": "transport",
    "towing": "transport",
    "outside": "outside",
    "trainee": "outside",
    "visitor": "outside",
    "phone": "outside",
    "entertainment": "outside",
    "compensation": "outside",
    "other": "outside",
}


class AftersalesExpenseItemMixin(models.AbstractModel):
    """What a product means on the cost sheet of a case; for ``product.template``."""

    _name = "aftersales.expense.item.mixin"
    _description = "Cost Item of After-Sales"

    aftersales_cost_item = fields.Selection(
        COST_ITEMS,
        "After-Sales Cost Item",
        help="Expenses, bills and credit notes with this product count as this item"
        " on the cost sheet of a case.",
    )
