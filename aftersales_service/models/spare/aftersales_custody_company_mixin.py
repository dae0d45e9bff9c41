from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

LOCATIONS = ("engineer_root", "kit_root", "consumption", "return", "loaner")
# Barcode suffix and colour of the operation types, as on the inventory dashboard.
PICKING_TYPES = {
    "issue": ("ASI", 4),
    "unused": ("ASR", 10),
    "use": ("ASU", 2),
    "old_part": ("ASO", 3),
}
BARCODES = {
    "return": "ASRETURNED",
    "loaner": "ASLOANER",
    "consumption": "ASUSED",
}


class AftersalesCustodyCompanyMixin(models.AbstractModel):
    """Places of a company for loaners and kits; barcodes and repair of all places.

    Part of ``res.company``.
    """

    _name = "aftersales.custody.company.mixin"
    _description = "Places for Parts in Custody"
    _inherit = ["aftersales.company.mixin"]

    aftersales_loaner_location_id = fields.Many2one(
        "stock.location",
        "Loaner Stock",
        check_company=True,
        help="Machines and parts that are lent to customers wait here.",
    )
    aftersales_kit_root_id = fields.Many2one(
        "stock.location",
        "Kits",
        check_company=True,
        help="Kits the storekeeper has prepared; each is a location below this one.",
    )

    def _aftersales_setup_extra(self):
        result = super()._aftersales_setup_extra()
        self._aftersales_setup_custody_locations()
        self._aftersales_restore_places()
        self._aftersales_setup_barcodes()
        return result

    def _aftersales_get_named_fields(self):
        """See the company mixin: the operation types of parts."""
        return super()._aftersales_get_named_fields() + (
            "aftersales_issue_type_id",
            "aftersales_unused_type_id",
            "aftersales_use_type_id",
            "aftersales_old_part_type_id",
        )

    def _aftersales_setup_custody_locations(self):
        """Outside the warehouse: no delivery reserves from a loaner or a kit."""
        self.ensure_one()
        wanted = {
            "aftersales_loaner_location_id": (
                self.env._("Service Loaners"),
                "internal",
            ),
            "aftersales_kit_root_id": (self.env._("Service Kits"), "view"),
        }
        for fname, (name, usage) in wanted.items():
            if not self[fname]:
                self[fname] = self.env["stock.location"].create(
                    {
                        "name": name,
                        "usage": usage,
                        "location_id": False,
                        "company_id": self.id,
                    }
                )

    def _aftersales_get_places(self, names, suffix):
        """``{name: record}`` of those places that are set."""
        self.ensure_one()
        places = {name: self[f"aftersales_{name}{suffix}"] for name in names}
        return {name: place for name, place in places.items() if place}

    def _aftersales_get_location_field(self, name):
        return "_id" if name.endswith("_root") else "_location_id"

    def _aftersales_get_custody_locations(self):
        """``{name: stock.location}`` of the company's own after-sales places."""
        found = {}
        for name in LOCATIONS:
            suffix = self._aftersales_get_location_field(name)
            found.update(self._aftersales_get_places([name], suffix))
        return found

    def _aftersales_restore_places(self):
        """What somebody archived comes back: documents stand on it."""
        self.ensure_one()
        locations = self.env["stock.location"].union(
            *self._aftersales_get_custody_locations().values()
        )
        engineers = self.env["hr.employee"].search(
            [("company_id", "=", self.id), ("aftersales_engineer", "=", True)]
        )
        locations |= engineers.aftersales_location_id
        locations.filtered(lambda place: not place.active).active = True
        types = self.env["stock.picking.type"].union(
            *self._aftersales_get_places(PICKING_TYPES, "_type_id").values()
        )
        types.filtered(lambda kind: not kind.active).active = True

    def _aftersales_setup_barcodes(self):
        """A barcode where there is none, so that a scanner finds the place."""
        self.ensure_one()
        for name, place in self._aftersales_get_custody_locations().items():
            if name in BARCODES and not place.barcode:
                place.barcode = self._aftersales_get_free_barcode(BARCODES[name])
        code = (self._aftersales_get_warehouse().code or "").replace(" ", "").upper()
        types = self._aftersales_get_places(PICKING_TYPES, "_type_id")
        for name, kind in types.items():
            suffix, colour = PICKING_TYPES[name]
            if not kind.barcode:
                kind.write({"barcode": f"{code}{suffix}", "color": colour})
        engineers = self.env["hr.employee"].search(
            [
                ("company_id", "=", self.id),
                ("aftersales_location_id", "!=", False),
                ("aftersales_location_id.barcode", "=", False),
            ]
        )
        for engineer in engineers:
            engineer.aftersales_location_id.barcode = (
                engineer._aftersales_get_location_barcode()
            )

    def _aftersales_get_free_barcode(self, barcode):
        """``barcode``, or nothing when another place of the company has it."""
        taken = (
            self.env["stock.location"]
            .with_context(active_test=False)
            .search_count(
                [("barcode", "=", barcode), ("company_id", "=", self.id)], limit=1
            )
        )
        return not taken and barcode

    def _aftersales_check_books_open(self):
        """Stock moves today: are the books open?

        Odoo refuses them too, but only in the words of a transfer's date.

        :raises UserError: with the day until which the books are closed
        """
        for company in self.sudo():
            today = fields.Date.context_today(self)
            locks = company._get_lock_date_violations(
                today, sale=False, purchase=False, tax=False
            )
            if locks:
                raise UserError(
                    self.env._(
                        "The books of %(company)s are closed until %(day)s: no part"
                        " can be booked today. Ask the accountant.",
                        company=company.name,
                        day=format_date(self.env, max(day for day, _name in locks)),
                    )
                )

    def _aftersales_get_own_locations(self):
        return (
            super()._aftersales_get_own_locations() | self.aftersales_loaner_location_id
        )
