from odoo import api, fields, models
from odoo.exceptions import LockError, UserError


class HrEmployee(models.Model):
    """An engineer is an employee, with a location of his own for parts."""

    _name = "hr.employee"
    _inherit = [
        "hr.employee",
        "aftersales.old.part.hold.mixin",
        "aftersales.cash.holder.mixin",
        "aftersales.hold.mixin",
        "aftersales.custody.employee.mixin",
        "aftersales.labour.mixin",
    ]

    aftersales_engineer = fields.Boolean("Service Engineer")
    aftersales_region_id = fields.Many2one(
        "aftersales.region", "After-Sales Region", check_company=True
    )
    aftersales_location_id = fields.Many2one(
        "stock.location", "Parts Location", check_company=True, copy=False
    )

    @api.constrains("company_id", "aftersales_region_id", "aftersales_location_id")
    def _check_aftersales_company(self):
        """Odoo checks the companies of an employee's other fields nowhere."""
        self._check_company(["aftersales_region_id", "aftersales_location_id"])

    def _aftersales_get_location(self):
        """The engineer's own internal location, made at the first need."""
        self.ensure_one()
        engineer = self.sudo()
        if not engineer.aftersales_location_id:
            company = engineer.company_id
            engineer.aftersales_location_id = (
                self.env["stock.location"]
                .sudo()
                .create(
                    {
                        "name": engineer.name,
                        "usage": "internal",
                        "location_id": company._aftersales_get("engineer_root").id,
                        "company_id": company.id,
                        "barcode": engineer._aftersales_get_location_barcode(),
                    }
                )
            )
        if not engineer.aftersales_location_id.active:
            engineer.aftersales_location_id.active = True
        return engineer.aftersales_location_id

    def _aftersales_lock_location(self):
        """Let one transaction at a time take parts from the engineer.

        :raises UserError: when another one is at it
        """
        location = self._aftersales_get_location()
        try:
            location.lock_for_update(allow_referencing=True)
        except LockError as error:
            raise UserError(
                self.env._(
                    "The parts of %(engineer)s are being booked by somebody else"
                    " right now. Try again in a moment.",
                    engineer=self.name,
                )
            ) from error
