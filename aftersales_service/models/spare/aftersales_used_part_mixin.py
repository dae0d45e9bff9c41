from odoo import api, fields, models
from odoo.exceptions import ValidationError


class AftersalesUsedPartMixin(models.AbstractModel):
    """A part that was built in, on a visit or in the workshop, and its old part.

    The model that inherits this says with ``charge`` whether it is free, declares
    the choices of ``old_part``, and words in ``_get_old_part_question()`` what it asks
    about an old part that the company does not get.
    """

    _name = "aftersales.used.part.mixin"
    _description = "Part Built In"
    _inherit = ["aftersales.lot.mixin"]

    old_part_reason = fields.Char("Why Not Kept")
    old_serial = fields.Char("Serial of the Old Part")
    move_id = fields.Many2one(
        "stock.move", readonly=True, copy=False, index="btree_not_null"
    )

    @api.depends("charge")
    def _compute_old_part(self):
        """Of a free part the old one is ours to inspect."""
        for part in self:
            part.old_part = "kept" if part.charge == "free" else "customer"

    @api.constrains("charge", "old_part", "old_part_reason")
    def _check_old_part(self):
        for part in self:
            if (
                part.charge == "free"
                and part.old_part != "kept"
                and not (part.old_part_reason or "").strip()
            ):
                raise ValidationError(part._get_old_part_question())

    def _get_old_part_question(self):
        """What is asked of who keeps no old part of a free one (Art. 22(2))."""
        self.ensure_one()
        return self.env._(
            "%(part)s is free: say why its old part is not kept (Art. 22(2)).",
            part=self.product_id.display_name,
        )

    def _prepare_use_story(self, quantity):
        """What the booked part adds to the story of its case.

        :param float quantity: how many were used
        """
        self.ensure_one()
        return {
            "date": self.move_id.date,
            "title": self.env._(
                "Part used (%(charge)s)",
                charge=self._fields["charge"].convert_to_export(self.charge, self),
            ),
            "text": f"{quantity:g} × {self.product_id.display_name}"
            f" {self.lot_id.name or ''}".strip(),
            "amount": self.move_id.value if self.charge == "free" else None,
            "currency": self.company_id.currency_id,
        }
