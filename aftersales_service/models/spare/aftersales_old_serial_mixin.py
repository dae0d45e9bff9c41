from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

MAY_ACCEPT = (
    "aftersales_service.group_aftersales_keeper",
    "aftersales_service.group_aftersales_quality",
    "aftersales_service.group_aftersales_manager",
)


class AftersalesOldSerialMixin(models.AbstractModel):
    """Only a serial that this customer has got comes back from him.

    For ``aftersales.parts.return.line``. Asked when the part reaches the warehouse,
    by button or in the stock screens; the warehouse, quality or a manager may accept
    another one with a reason.
    """

    _name = "aftersales.old.serial.mixin"
    _description = "Serial of an Old Part"
    _inherit = ["aftersales.lot.mixin"]

    serial_state = fields.Selection(
        [
            ("known", "Delivered Before"),
            ("unknown", "Not Delivered"),
            ("accepted", "Serial Accepted"),
        ],
        "Serial Check",
        compute="_compute_serial_state",
    )
    serial_reason = fields.Char(
        "Why the Serial Was Accepted", readonly=True, copy=False
    )
    serial_accepted = fields.Char("Accepted Serial", readonly=True, copy=False)
    serial_accepted_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    serial_accepted_at = fields.Datetime(readonly=True, copy=False)

    @api.depends("serial", "product_id", "return_id.partner_id", "serial_accepted")
    def _compute_serial_state(self):
        known = self.sudo()._get_known_serials()
        for line in self:
            if not line._has_serial():
                line.serial_state = False
            elif line.sudo()._get_serial_key() in known:
                line.serial_state = "known"
            elif line.serial_accepted == line.serial.strip():
                line.serial_state = "accepted"
            else:
                line.serial_state = "unknown"

    def _has_serial(self):
        return self.product_id.tracking != "none" and bool((self.serial or "").strip())

    def _get_serial_key(self):
        partner = self.return_id.partner_id.commercial_partner_id
        return partner.id, self.product_id.id, (self.serial or "").strip()

    def _get_known_serials(self):
        """What the customers of these lines have got (called with sudo).

        From done deliveries, from parts that were used free on a visit, and from the
        component lists of their machines.

        :return: set of ``(commercial partner id, product id, serial)``
        """
        lines = self.filtered(lambda line: line._has_serial())
        keys = {line._get_serial_key() for line in lines}
        if not keys:
            return set()
        partners, products, serials = ([*set(part)] for part in zip(*keys, strict=True))
        lots = [("product_id", "in", products), ("lot_id.name", "in", serials)]
        known = set()
        for move_line in self.env["stock.move.line"].search(
            lots
            + [
                ("state", "=", "done"),
                ("location_dest_id.usage", "=", "customer"),
                ("picking_id.partner_id.commercial_partner_id", "in", partners),
            ]
        ):
            partner = move_line.picking_id.partner_id.commercial_partner_id
            known.add((partner.id, move_line.product_id.id, move_line.lot_id.name))
        for use in self.env["aftersales.part.use"].search(
            lots
            + [
                ("state", "=", "done"),
                ("request_id.partner_id.commercial_partner_id", "in", partners),
            ]
        ):
            partner = use.request_id.partner_id.commercial_partner_id
            known.add((partner.id, use.product_id.id, use.lot_id.name))
        for component in self.env["aftersales.equipment.component"].search(
            [
                ("equipment_id.partner_id.commercial_partner_id", "in", partners),
                ("serial", "in", serials),
                ("from_swap", "=", False),
            ]
        ):
            partner = component.equipment_id.partner_id.commercial_partner_id
            for product_id in component.product_id.ids or products:
                known.add((partner.id, product_id, component.serial))
        return known & keys

    def _check_serials(self):
        """Called with sudo when the parts come into the warehouse.

        :raises UserError: naming the serial that does not come from this customer
        """
        for line in self.filtered(lambda line: line.serial_state == "unknown"):
            serial = line.serial.strip()
            others = self.env["stock.lot"].search(
                [("name", "=", serial), ("product_id", "!=", line.product_id.id)]
            )
            if others and not line._get_own_lot(serial):
                raise UserError(
                    self.env._(
                        "Serial %(serial)s is of %(other)s, not of %(part)s.",
                        serial=serial,
                        other=others[0].product_id.display_name,
                        part=line.product_id.display_name,
                    )
                )
            raise UserError(
                self.env._(
                    "%(part)s %(serial)s was never delivered to %(customer)s. The"
                    " parts keeper, quality or a manager may accept the serial with"
                    " a reason.",
                    part=line.product_id.display_name,
                    serial=serial,
                    customer=line.return_id.partner_id.display_name,
                )
            )

    def _get_own_lot(self, serial):
        return self.env["stock.lot"].search(
            [
                ("product_id", "=", self.product_id.id),
                ("name", "=", serial),
                ("company_id", "in", [self.company_id.id, False]),
            ],
            limit=1,
        )

    @api.constrains("serial", "product_id", "quantity", "lot_id")
    def _check_serial_once(self):
        """One serial is one piece and comes back once at a time."""
        self._check_lot_fits()
        self.filtered(lambda line: line._has_serial())._check_one_piece()
        lines = self.filtered(lambda line: line.tracking == "serial")
        seen = defaultdict(self.browse)
        for other in self.sudo().search(
            [
                ("product_id", "in", lines.product_id.ids),
                ("company_id", "in", lines.company_id.ids),
                ("serial", "!=", False),
                ("return_id.state", "!=", "disposed"),
            ]
        ):
            seen[other.company_id, other.product_id, other.serial.strip()] |= other
        for line in lines.sudo().filtered(lambda line: line._has_serial()):
            key = (line.company_id, line.product_id, line.serial.strip())
            if len(seen[key]) > 1:
                raise ValidationError(
                    self.env._(
                        "%(part)s %(serial)s is on its way back already: %(forms)s.",
                        part=line.product_id.display_name,
                        serial=line.serial.strip(),
                        forms=", ".join(seen[key].return_id.mapped("name")),
                    )
                )

    # -------------------------------------------------------------- accepted

    def action_accept_serial(self):
        """Open the dialog that accepts a serial with its reason."""
        self.ensure_one()
        self._check_may_accept()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "aftersales_service.aftersales_parts_return_accept_action"
            ),
            "context": {"default_line_id": self.id},
        }

    def _check_may_accept(self):
        user = self.env.user
        if not self.env.su and not any(user.has_group(group) for group in MAY_ACCEPT):
            raise UserError(
                self.env._(
                    "Only the parts keeper, quality or a manager may accept the serial."
                )
            )

    def _accept_serial(self, reason):
        """Let the part come back although its serial is not the customer's.

        :raises UserError: without reason, without the right, or too late
        """
        self.ensure_one()
        self._check_may_accept()
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Say why the serial is accepted."))
        form = self.return_id._form_begin("draft", "handed_in")
        if self.serial_state != "unknown":
            raise UserError(self.env._("This serial needs no acceptance."))
        self.sudo().write(
            {
                "serial_reason": reason,
                "serial_accepted": self.serial.strip(),
                "serial_accepted_by_id": self.env.uid,
                "serial_accepted_at": fields.Datetime.now(),
            }
        )
        form.message_post(
            author_id=self.env.user.partner_id.id,
            body=self.env._(
                "Serial %(serial)s of %(part)s was accepted although it was not"
                " delivered to %(customer)s: %(reason)s",
                serial=self.serial,
                part=self.product_id.display_name,
                customer=form.partner_id.display_name,
                reason=reason,
            ),
        )
