from odoo import api, fields, models


class AftersalesReceptionMixin(models.AbstractModel):
    """Looking after the customer while he is here (001 Art.23): meals, lodging.

    The model that inherits this is a many2one of ``aftersales.reception.line``; its
    name is in :meth:`_get_reception_inverse`.
    """

    _name = "aftersales.reception.mixin"
    _description = "Reception Plan"

    person_count = fields.Integer("Persons", default=1)
    customer_waits = fields.Boolean(
        "Customer Stays Here", help="He waits in the house until the machine is ready."
    )
    reception_open = fields.Integer(
        "Reception to Arrange", compute="_compute_reception_open"
    )

    @api.depends("reception_ids.done")
    def _compute_reception_open(self):
        for record in self:
            record.reception_open = len(
                record.reception_ids.filtered(lambda line: not line.done)
            )
