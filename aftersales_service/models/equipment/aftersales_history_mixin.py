from odoo import api, fields, models

SYMPTOM_SIZE = 200


class AftersalesHistoryMixin(models.AbstractModel):
    """What was done on a machine: its requests, visits and parts, as a story.

    Whoever may read the machine may read it, the engineer before his visit above
    all; it tells no amounts.
    """

    _name = "aftersales.history.mixin"
    _description = "Service History"
    _inherit = ["aftersales.life.mixin"]

    request_ids = fields.One2many(
        "aftersales.service.request", "equipment_id", "Service Requests"
    )
    request_count = fields.Integer(compute="_compute_request_count")

    def _compute_request_count(self):
        requests = self._fields["request_ids"].comodel_name
        counts = {}
        if self.env[requests].has_access("read"):
            counts = dict(
                self.env[requests]._read_group(
                    [("equipment_id", "in", self.ids)], ["equipment_id"], ["__count"]
                )
            )
        for machine in self:
            machine.request_count = counts.get(machine._origin, 0)

    def _story_entries(self):
        """See the story mixin."""
        entries = super()._story_entries()
        requests = self.sudo().request_ids
        for request in requests:
            entries.append(
                {
                    "date": request.received_at,
                    "title": self.env._(
                        "%(request)s: request received", request=request.name
                    ),
                    "text": (request.symptom or "")[:SYMPTOM_SIZE],
                }
            )
        for dispatch in requests.dispatch_ids:
            if dispatch.finished_at:
                entries.append(
                    {
                        "date": dispatch.finished_at,
                        "title": self.env._(
                            "%(dispatch)s: visit finished", dispatch=dispatch.name
                        ),
                        "text": dispatch.engineer_id.name,
                    }
                )
        # Parts with a serial number come with the components.
        plain = requests.part_use_ids.filtered(
            lambda use: use.tracking != "serial" or not use.lot_id
        )
        return entries + plain._story_entries()

    @api.model
    def _format_story_entry(self, entry):
        return super()._format_story_entry({**entry, "amount": None})
