from odoo import api, fields, models


class AftersalesComponentMixin(models.AbstractModel):
    """What a machine consists of, and what came with it."""

    _name = "aftersales.component.mixin"
    _description = "Parts of the Machine"
    _inherit = ["aftersales.life.mixin"]

    component_ids = fields.One2many(
        "aftersales.equipment.component", "equipment_id", "Components"
    )
    component_count = fields.Integer(compute="_compute_component_count")
    supply_ids = fields.One2many(
        "aftersales.equipment.supply", "equipment_id", "Tools and Spares Supplied"
    )
    document_ids = fields.One2many(
        "aftersales.equipment.document", "equipment_id", "Machine Documents"
    )

    @api.depends("component_ids.removed_on")
    def _compute_component_count(self):
        counts = dict(
            self.env["aftersales.equipment.component"]._read_group(
                [("equipment_id", "in", self.ids), ("removed_on", "=", False)],
                ["equipment_id"],
                ["__count"],
            )
        )
        for machine in self:
            machine.component_count = counts.get(machine._origin, 0)

    @api.constrains("serial")
    def _check_component_serials(self):
        self.component_ids._check_serial()

    def unlink(self):
        """The files of the papers go too, which the database alone would leave."""
        self.check_access("unlink")
        self.sudo().document_ids.unlink()
        return super().unlink()

    @api.model
    def _get_file_fields(self):
        """See the story mixin."""
        return [*super()._get_file_fields(), "component_ids"]
