from odoo import api, fields, models
from odoo.exceptions import ValidationError


class AftersalesLifeMixin(models.AbstractModel):
    """Where a machine stands in its life, and where on the site.

    The order of its days: made, then delivered; accepted and first used after
    the delivery. A machine may be bought after it came (on trial) and run before
    it is accepted.
    """

    _name = "aftersales.life.mixin"
    _description = "Life of the Machine"
    _inherit = ["aftersales.story.mixin", "aftersales.date.mixin"]

    active = fields.Boolean(
        compute="_compute_active", store=True, readonly=False, precompute=True
    )
    state = fields.Selection(
        [
            ("in_use", "In Use"),
            ("returned", "Returned"),
            ("scrapped", "Scrapped"),
            ("replaced", "Replaced"),
        ],
        required=True,
        default="in_use",
        copy=False,
        tracking=True,
    )
    out_on = fields.Date(
        "Out of Use Since",
        compute="_compute_out_on",
        store=True,
        readonly=False,
        precompute=True,
        copy=False,
    )
    contract_ref = fields.Char("Contract Number")
    site_location = fields.Char(
        "Place on Site", help="Hall, line, chainage: where to find it on the site."
    )
    latitude = fields.Float(digits=(10, 7))
    longitude = fields.Float(digits=(10, 7))

    _latitude_check = models.Constraint(
        "CHECK (latitude BETWEEN -90 AND 90)",
        "The latitude lies between -90 and 90 degrees.",
    )
    _longitude_check = models.Constraint(
        "CHECK (longitude BETWEEN -180 AND 180)",
        "The longitude lies between -180 and 180 degrees.",
    )

    @api.depends("state")
    def _compute_active(self):
        for machine in self:
            machine.active = machine.state == "in_use"

    @api.depends("state")
    def _compute_out_on(self):
        for machine in self:
            if machine.state == "in_use":
                machine.out_on = False
            else:
                machine.out_on = machine.out_on or fields.Date.context_today(machine)

    @api.constrains(
        "factory_date",
        "purchase_date",
        "delivery_date",
        "acceptance_date",
        "first_use_date",
        "out_on",
    )
    def _check_dates(self):
        self._date_check(
            "factory_date",
            "purchase_date",
            "delivery_date",
            "acceptance_date",
            "first_use_date",
            "out_on",
        )
        self._date_check_order(
            ("factory_date", "delivery_date"),
            ("delivery_date", "acceptance_date"),
            ("delivery_date", "first_use_date"),
            ("delivery_date", "out_on"),
        )

    @api.constrains("warranty_end")
    def _check_warranty_dates(self):
        self._date_check_order(("warranty_start", "warranty_end"))

    @api.constrains("serial")
    def _check_serial(self):
        for machine in self:
            if machine.serial and not machine.serial.strip():
                raise ValidationError(self.env._("A machine needs its serial number."))

    def action_unarchive(self):
        """A machine that is taken back into the lists is in use again."""
        self.filtered(lambda machine: machine.state != "in_use").state = "in_use"
        return super().action_unarchive()

    def _story_entries(self):
        """See the story mixin: the days of the machine itself."""
        entries = []
        for machine in self:
            for fname in (
                "factory_date",
                "purchase_date",
                "delivery_date",
                "acceptance_date",
                "first_use_date",
            ):
                if machine[fname]:
                    title = self._fields[fname]._description_string(self.env)
                    entries.append({"day": machine[fname], "title": title})
            if machine.out_on:
                labels = dict(self._fields["state"]._description_selection(self.env))
                entries.append({"day": machine.out_on, "title": labels[machine.state]})
        return entries
