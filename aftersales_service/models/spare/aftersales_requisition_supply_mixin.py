from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesRequisitionSupplyMixin(models.AbstractModel):
    """From the warehouse to the engineer's hands: what is short, issued, received.

    Part of the requisition.
    """

    _name = "aftersales.requisition.supply.mixin"
    _description = "Supply of a Requisition"

    supply_state = fields.Selection(
        [("there", "In Stock"), ("coming", "On Its Way"), ("short", "Short")],
        "Supply",
        compute="_compute_supply_state",
        help="Of the part that is worst off.",
    )

    has_substitute = fields.Boolean(compute="_compute_has_substitute")

    @api.depends("line_ids.original_product_id")
    def _compute_has_substitute(self):
        for requisition in self:
            requisition.has_substitute = bool(requisition.line_ids.original_product_id)

    @api.depends("line_ids.supply_state", "state")
    def _compute_supply_state(self):
        for requisition in self:
            states = set(requisition.line_ids.mapped("supply_state"))
            if requisition.state in ("issued", "withdrawn"):
                states = set()
            requisition.supply_state = next(
                (state for state in ("short", "coming", "there") if state in states),
                False,
            )

    # --------------------------------------------------------------- arrival

    def _get_part_deadline(self, start):
        """By when key parts must arrive: as promised, else by the parameter.

        :param start: naive UTC datetime of the requisition
        :return: datetime, or False where the company promises nothing
        """
        self.ensure_one()
        if self.request_id:
            clock = (
                self.env["aftersales.sla.clock"]
                .sudo()
                .search(
                    [
                        ("res_model", "=", self.request_id._name),
                        ("res_id", "=", self.request_id.id),
                        ("source", "=", f"{self._name},{self.id}"),
                        ("kind", "=", "part_arrival"),
                        ("state", "in", ("running", "warning", "breached", "paused")),
                    ],
                    limit=1,
                )
            )
            if clock.deadline:
                return clock.deadline
        hours = self.company_id._aftersales_parameter("key_part_hours")
        return hours and start + timedelta(hours=hours)

    def _sla_source_facts(self):
        """What a promise may ask about the document that caused it."""
        self.ensure_one()
        return {"has_key_part": any(self.line_ids.mapped("is_key_part"))}

    def _update_issue_state(self):
        """Something was issued: follow the transfers; called with sudo.

        The promise of arrival is kept when the key parts are there; without key
        parts, when all parts are.
        """
        for requisition in self:
            if requisition.state not in ("approved", "partial", "issued"):
                continue
            lines = requisition.line_ids
            arrived = lines._note_arrival()
            requisition.write(
                {"issued_by_id": self.env.uid, "issued_at": fields.Datetime.now()}
            )
            requisition._follow_transfers()
            awaited = lines.filtered("is_key_part") or lines
            if arrived & awaited and all(awaited.mapped("arrived_at")):
                requisition.request_id._sla_event(
                    "parts_arrived", requisition.issued_at, requisition
                )

    # --------------------------------------------------------------- buttons

    def action_receive(self):
        """The drawer confirms that he has the issued parts (接收人签字).

        :raises UserError: for anybody else, or when nothing new was issued
        """
        for requisition in self._form_begin("partial", "issued"):
            if requisition.drawer_id.user_id.id != self.env.uid:
                raise UserError(
                    self.env._(
                        "Only %(engineer)s confirms what he received.",
                        engineer=requisition.drawer_id.name,
                    )
                )
            if (
                requisition.received_at
                and requisition.received_at >= requisition.issued_at
            ):
                raise UserError(
                    self.env._("The receipt of these parts is confirmed already.")
                )
            requisition.write(
                {
                    "received_by_id": self.env.uid,
                    "received_at": fields.Datetime.now(),
                }
            )

    def action_procure(self):
        """Dialog: how each missing part is to be had; nothing happens unasked.

        :raises UserError: when nothing is missing
        """
        self.ensure_one()
        self._check_may_procure()
        wizard = self.env["aftersales.requisition.procure"]
        return wizard.create({"requisition_id": self.id})._open()

    def _check_may_procure(self):
        """:raises UserError: for who neither dispatches nor keeps parts"""
        self.check_access("read")
        groups = ("dispatcher", "keeper")
        if not any(
            self.env.user.has_group(f"aftersales_service.group_aftersales_{group}")
            for group in groups
        ):
            raise UserError(
                self.env._(
                    "Dispatchers and parts keepers order what is missing; tell them."
                )
            )
