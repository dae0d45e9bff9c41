from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesOwnerMixin(models.AbstractModel):
    """The owner of a machine: he changes by a transfer that leaves its trace."""

    _name = "aftersales.owner.mixin"
    _description = "Owner of the Machine"
    _inherit = ["aftersales.life.mixin"]

    transfer_ids = fields.One2many(
        "aftersales.equipment.transfer", "equipment_id", "Owner Changes"
    )

    def write(self, vals):
        """No other way to a new owner than a transfer; what the system itself
        writes is logged as one."""
        logged = self.env.su and self.env.context.get("aftersales_transfer")
        if "partner_id" not in vals or logged:
            return super().write(vals)
        partner = self.env["res.partner"].browse(vals["partner_id"])
        moving = self.filtered(
            lambda machine: (
                machine.partner_id.commercial_partner_id
                != partner.commercial_partner_id
            )
        )
        if moving and not self.env.su:
            raise UserError(
                self.env._(
                    "%(machine)s belongs to %(owner)s. Use “Change Owner” to give it to"
                    " a new owner.",
                    machine=moving[0].name,
                    owner=moving[0].partner_id.name,
                )
            )
        before = {machine: machine._prepare_transfer_vals() for machine in moving}
        result = super().write(vals)
        self.env["aftersales.equipment.transfer"].create(
            [
                {**values, **machine._prepare_transferred_vals(), "source": "other"}
                for machine, values in before.items()
            ]
        )
        return result

    def _prepare_transfer_vals(self):
        """Whose the machine was, for the log."""
        self.ensure_one()
        return {
            "equipment_id": self.id,
            "from_partner_id": self.partner_id.id,
            "from_site_id": self.site_partner_id.id,
        }

    def _prepare_transferred_vals(self):
        """Whose it is now."""
        self.ensure_one()
        return {
            "to_partner_id": self.partner_id.id,
            "to_site_id": self.site_partner_id.id,
        }

    def _transfer(self, partner, site, day, reason, source="manual", vals=None):
        """Give the machines to a new owner and log it.

        The one door for a change of owner: rights are the caller's business.

        :param partner: the new owner
        :param site: where the machines stand from now on; the owner's if empty
        :param day: date of the transfer
        :param reason: why, in words
        :param source: ``manual``, ``delivery`` or ``other``
        :param vals: what else is written on the machines
        :return: the ``aftersales.equipment.transfer`` rows
        :raises UserError: when one of the machines is the new owner's already
        """
        machines = self.sudo().with_context(
            aftersales_transfer=True, aftersales_transfer_day=day
        )
        before = []
        for machine in machines:
            if machine.partner_id.commercial_partner_id == (
                partner.commercial_partner_id
            ):
                raise UserError(
                    self.env._(
                        "%(machine)s belongs to %(owner)s already.",
                        machine=machine.display_name,
                        owner=partner.name,
                    )
                )
            before.append(machine._prepare_transfer_vals())
        machines.write(
            {
                "partner_id": partner.id,
                "site_partner_id": (site or partner).id,
                # What was said of the place holds for the old one only.
                "site_location": False,
                "latitude": 0.0,
                "longitude": 0.0,
                **(vals or {}),
            }
        )
        return machines.env["aftersales.equipment.transfer"].create(
            [
                {
                    **values,
                    **machine._prepare_transferred_vals(),
                    "date": day,
                    "reason": reason,
                    "source": source,
                }
                for machine, values in zip(machines, before, strict=True)
            ]
        )

    @api.model
    def _get_file_fields(self):
        """See the story mixin."""
        return [*super()._get_file_fields(), "transfer_ids"]
