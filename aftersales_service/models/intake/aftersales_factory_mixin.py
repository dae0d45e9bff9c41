from odoo import fields, models


class AftersalesFactoryMixin(models.AbstractModel):
    """A request whose machine comes to the factory (来厂维修, 001 Art.23)."""

    _name = "aftersales.factory.mixin"
    _description = "Factory Repair of a Request"

    factory_repair_ids = fields.One2many(
        "aftersales.factory.repair", "request_id", "Factory Repairs"
    )
    factory_notice_ids = fields.One2many(
        "aftersales.factory.notice", "request_id", "Factory Visit Notices"
    )
    factory_repair_count = fields.Integer(compute="_compute_counts")

    def action_create_notice(self):
        """Announce the machine at the gate (来厂预报)."""
        self.ensure_one()
        self._form_check_state("to_factory", "in_work", "confirm")
        machines = [fields.Command.create({"equipment_id": self.equipment_id.id})]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Announce the Machine"),
            "res_model": self._fields["factory_notice_ids"].comodel_name,
            "views": [(False, "form")],
            "context": {
                "default_request_id": self.id,
                "default_repair_ids": machines if self.equipment_id else [],
            },
        }

    def _plan_factory(self, event_time):
        """The machine is received in the factory; called with sudo.

        :param event_time: naive UTC datetime of the receipt
        """
        for request in self:
            if request.state in ("new", "accepted", "remote", "to_dispatch"):
                request.write({"state": "to_factory", "handling": "factory"})
            if not request.accepted_at:
                request.accepted_at = event_time
