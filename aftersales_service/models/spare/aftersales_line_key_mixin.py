from datetime import timedelta

from odoo import api, fields, models


class AftersalesLineKeyMixin(models.AbstractModel):
    """When a requested part arrives, and by when a key part (关键备件) must.

    Part of a requisition line. 000 §1.3: key parts arrive within 72 hours; the
    limit is the promise of the request's policy, else the company's parameter.
    """

    _name = "aftersales.line.key.mixin"
    _description = "Arrival of a Requested Part"

    is_key_part = fields.Boolean(
        "Key Part",
        compute="_compute_is_key_part",
        store=True,
        precompute=True,
        help="As the product was marked when the part was asked for.",
    )
    requested_at = fields.Datetime(readonly=True, copy=False)
    due_at = fields.Datetime("Arrival Due", readonly=True, copy=False)
    arrived_at = fields.Datetime(readonly=True, copy=False)
    arrival_hours = fields.Float(
        "Hours to Arrival",
        compute="_compute_arrival_hours",
        store=True,
        aggregator="avg",
    )

    _key_part_idx = models.Index("(requested_at) WHERE is_key_part")

    @api.depends("product_id")
    def _compute_is_key_part(self):
        for line in self:
            line.is_key_part = line.product_id.aftersales_key_part

    @api.depends("requested_at", "arrived_at")
    def _compute_arrival_hours(self):
        for line in self:
            taken = (
                line.arrived_at - line.requested_at
                if line.arrived_at and line.requested_at
                else timedelta()
            )
            line.arrival_hours = taken.total_seconds() / 3600

    def _start_waiting(self):
        """The parts are asked for now; called with sudo, after the clocks began."""
        now = fields.Datetime.now()
        for requisition, lines in self.grouped("requisition_id").items():
            keys = lines.filtered("is_key_part")
            due = keys and requisition._get_part_deadline(now)
            keys.write({"requested_at": now, "due_at": due})
            (lines - keys).write({"requested_at": now, "due_at": False})

    def _note_arrival(self):
        """Note which parts have now arrived in full; called with sudo.

        :return: the lines that arrived just now
        """
        arrived = self.filtered(lambda line: not line.arrived_at and line._is_issued())
        arrived.write({"arrived_at": fields.Datetime.now()})
        return arrived
