from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

LONG_AGO = fields.Date.to_date("1900-01-01")


class AftersalesWarrantyMixin(models.AbstractModel):
    """The warranty of a machine: frozen rows, and what they say on a day.

    The model that inherits this is the machine: its dates, product and meter.
    """

    _name = "aftersales.warranty.mixin"
    _description = "Warranty of a Machine"
    _inherit = ["aftersales.life.mixin"]

    warranty_ids = fields.One2many(
        "aftersales.warranty", "equipment_id", "Warranties", readonly=True
    )
    warranty_adjustment_ids = fields.One2many(
        "aftersales.warranty.adjustment", "equipment_id", "Adjustments"
    )
    contract_months = fields.Integer(
        "Contract Warranty (Months)",
        help="Sold for a project: the contract promises its own months.",
    )
    warranty_start = fields.Date(
        compute="_compute_warranty_dates", store=True, precompute=True
    )
    warranty_end = fields.Date(
        compute="_compute_warranty_dates",
        inverse="_inverse_warranty_end",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
        help="Last day of the warranty of the whole machine, which still counts.",
    )
    warranty_state = fields.Selection(
        [("in", "In Warranty"), ("out", "Out of Warranty"), ("unknown", "Unknown")],
        compute="_compute_warranty_state",
        search="_search_warranty_state",
    )
    is_over_hours = fields.Boolean(
        "Working Hours Used Up", compute="_compute_is_over_hours", store=True
    )
    # What the verdict needs of the rows: taking a call reads nothing else.
    warranty_terms = fields.Json(compute="_compute_warranty_terms", store=True)

    # -------------------------------------------------------------- computes

    @api.depends(
        "warranty_ids.date_start",
        "warranty_ids.date_end",
        "warranty_ids.active",
        "product_id",
        "purchase_date",
        "delivery_date",
        "acceptance_date",
        "first_use_date",
        "contract_months",
    )
    def _compute_warranty_dates(self):
        """From the frozen row; before the machine is saved, a preview."""
        for machine in self:
            if machine._origin:
                row = machine.sudo()._get_whole_row()
                start, end = row.date_start, row.date_end
            else:
                start, end = machine._preview_warranty_dates()
            machine.warranty_start = start
            machine.warranty_end = end

    @api.depends(
        "warranty_ids.active",
        "warranty_ids.date_start",
        "warranty_ids.date_end",
        "warranty_ids.is_excluded",
        "warranty_ids.hours_limit",
        "warranty_ids.contract_ref",
        "warranty_ids.exclusion_ids.code",
    )
    def _compute_warranty_terms(self):
        for machine in self:
            machine.warranty_terms = [
                row._prepare_digest() for row in machine.sudo()._get_rows()
            ]

    @api.depends("warranty_ids.hours_limit", "warranty_ids.active", "run_hours")
    def _compute_is_over_hours(self):
        for machine in self:
            limit = machine.sudo()._get_whole_row().hours_limit
            machine.is_over_hours = bool(limit) and machine.run_hours > limit

    def _get_rows(self):
        return self.warranty_ids.filtered("active")

    def _get_whole_row(self):
        """The row that speaks for the whole machine: the one that lasts longest."""
        self.ensure_one()
        rows = self._get_rows().filtered(lambda row: row.cover == "whole_machine")
        rows = rows.filtered("parts") or rows
        longest = max(rows.mapped(lambda row: row.date_end or LONG_AGO), default=None)
        return rows.filtered(lambda row: (row.date_end or LONG_AGO) == longest)[:1]

    def _preview_warranty_dates(self):
        """First and last day that a machine not saved yet would get."""
        for vals in self._prepare_warranty_rows():
            if vals["cover"] == "whole_machine":
                start, _event, end = self.env["aftersales.warranty"]._count_dates(
                    self, vals["months"], vals["start_basis"], vals.get("cap_months")
                )
                return start, end
        return False, False

    @api.depends("warranty_end", "is_over_hours")
    def _compute_warranty_state(self):
        today = fields.Date.context_today(self)
        for machine in self:
            machine.warranty_state = machine._get_warranty_state(today)

    def _get_warranty_state(self, day):
        """``in``, ``out`` or ``unknown`` on the date ``day``; the last day counts."""
        if not self.warranty_end:
            return "unknown"
        if day > self.warranty_end or self.is_over_hours:
            return "out"
        return "in"

    @api.model
    def _search_warranty_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        domains = {
            "in": Domain("warranty_end", ">=", today)
            & Domain("is_over_hours", "!=", True),
            "out": Domain("warranty_end", "<", today)
            | Domain("warranty_end", "!=", False) & Domain("is_over_hours", "=", True),
            "unknown": Domain("warranty_end", "=", False),
        }
        return Domain.OR(domains[state] for state in value if state in domains)

    def _inverse_warranty_end(self):
        """A last day given by hand: the first entry of a machine sold before, or a
        correction that is logged.

        :raises AccessError: on a correction by anybody but quality or a manager
        """
        given = {machine: machine.warranty_end for machine in self.sudo()}
        if any(
            (row := machine._get_whole_row()) and row.date_end != end
            for machine, end in given.items()
        ):
            self.env["aftersales.warranty.adjustment"]._check_may_apply()
        self.sudo()._warranty_freeze(given)

    # ----------------------------------------------------------- constraints

    @api.constrains("contract_months", "product_id")
    def _check_contract_months(self):
        for machine in self:
            if machine.contract_months < 0:
                raise ValidationError(self.env._("Months must not be negative."))
            if not machine.contract_months:
                continue
            policy = machine.sudo()._get_warranty_policy()
            most = policy.contract_max_months
            if most and machine.contract_months > most:
                raise ValidationError(
                    self.env._(
                        "A contract promises at most %(most)s months by “%(policy)s”,"
                        " not %(months)s.",
                        most=most,
                        policy=policy.name,
                        months=machine.contract_months,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [
            {k: v for k, v in vals.items() if k != "warranty_end" or v}
            for vals in vals_list
        ]
        machines = super().create(vals_list)
        machines.sudo()._warranty_freeze()
        return machines

    def write(self, vals):
        dates = self.env["aftersales.warranty.policy"]._get_event_fields().values()
        moved = self._filter_changed("partner_id", vals)
        if moved:
            owner = self.env["res.partner"].browse(vals["partner_id"])
            moved = moved.filtered(
                lambda machine: (
                    machine.partner_id.commercial_partner_id
                    != owner.commercial_partner_id
                )
            )
        renewed = self._filter_changed("product_id", vals)
        if vals.get("delivery_date"):
            renewed |= moved  # sold anew
        contracts = self._filter_changed("contract_months", vals)
        if contracts and not self.env.su:
            self.env["aftersales.warranty.adjustment"]._check_may_apply()
        result = super().write(vals)
        renewed.sudo().warranty_ids.write({"active": False})
        (contracts - renewed).sudo()._warranty_take_contract()
        if vals.keys() & set(dates):
            (self - renewed).sudo()._warranty_recalculate()
        if "warranty_end" not in vals and vals.keys() & {
            *dates,
            "product_id",
            "contract_months",
        }:
            self.sudo()._warranty_freeze()
        (moved - renewed).sudo()._warranty_transfer()
        if moved or vals.keys() & {
            *dates,
            "product_id",
            "contract_months",
            "warranty_end",
        }:
            self.sudo()._warranty_changed()
        return result

    def _warranty_changed(self):
        """What rests on the warranty of these machines follows; called with sudo."""
        if self:
            requests = self._fields["request_ids"].comodel_name
            self.env[requests]._verdict_follow(self)

    @api.model
    def _get_file_fields(self):
        """See the story mixin."""
        return [*super()._get_file_fields(), "warranty_adjustment_ids"]

    def _filter_changed(self, fname, vals):
        """The machines on which ``vals`` changes the field ``fname``."""
        if fname not in vals:
            return self.browse()
        many2one = self._fields[fname].type == "many2one"
        return self.filtered(
            lambda m: (m[fname].id if many2one else m[fname]) != vals[fname]
        )

    def action_adjust_warranty(self):
        """Open a new adjustment of the whole machine's warranty."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Adjust Warranty"),
            "res_model": "aftersales.warranty.adjustment",
            "views": [(False, "form")],
            "context": {"default_warranty_id": self._get_whole_row().id},
        }

    # ------------------------------------------------------ freezing (sudo)

    def _get_warranty_policy(self):
        """The policy in force for the model in the machine's company."""
        template = self.product_id.product_tmpl_id.with_company(self.company_id)
        policy = template._aftersales_get_preset("aftersales_warranty_policy_id")
        return policy or policy.browse(
            self.company_id._aftersales_get_bundle_policy_id()
        )

    def _prepare_warranty_rows(self):
        """Terms of today for this machine, without dates."""
        self.ensure_one()
        rows = (
            self.sudo()
            ._get_warranty_policy()
            ._prepare_terms(
                self.product_id.sudo().aftersales_warranty_months, self.contract_months
            )
        )
        contract = False
        if self.contract_months:
            contract = self.contract_ref or self.env._("Contract")
        return [{**row, "contract_ref": contract} for row in rows]

    def _warranty_freeze(self, ends=None):
        """Give every machine that has none the rows of today's policy.

        :param ends: dict ``{machine: last day given by hand}``
        """
        ends = ends or {}
        rows = self.env["aftersales.warranty"]
        vals_list = []
        for machine in self:
            if machine._get_rows():
                machine._warranty_correct(ends)
                continue
            terms = machine._prepare_warranty_rows()
            if machine in ends:
                terms = machine._prepare_given_end(terms, ends[machine])
            vals_list += [{**vals, "equipment_id": machine.id} for vals in terms]
        for row in rows.create(vals_list):
            row.write(row._prepare_dates())

    @api.model
    def _warranty_freeze_known(self):
        """Rows for machines that have a last day and no row; run at every update."""
        machines = (
            self.sudo()
            .with_context(active_test=False)
            .search([("warranty_end", "!=", False), ("warranty_ids", "=", False)])
        )
        machines._warranty_freeze({m: m.warranty_end for m in machines})

    def _prepare_given_end(self, terms, end):
        """The terms with the last day that somebody knows of the whole machine."""
        default = self.env["aftersales.warranty.policy"]._prepare_default_terms(0)
        if not any(vals["cover"] == "whole_machine" for vals in terms):
            terms = [*terms, default]
        for vals in terms:
            if vals["cover"] == "whole_machine":
                vals.update(date_end=end, is_fixed=True)
        return terms

    def _warranty_correct(self, ends):
        """Log and carry out a last day that was written over the frozen one."""
        row = self._get_whole_row()
        if self not in ends or not row or row.date_end == ends[self]:
            return
        adjustments = self.env["aftersales.warranty.adjustment"]
        adjustments.create(
            {
                "warranty_id": row.id,
                "kind": "correction",
                "new_end": ends[self],
                "reason": self.env._("Entered on the machine."),
            }
        )._apply()

    def _warranty_recalculate(self):
        """A date was learnt late: count anew by the frozen terms, and log it."""
        self._warranty_log_changes("event", self.env._("A date of the machine changed"))

    def _warranty_take_contract(self):
        for machine in self:
            rows = machine._get_rows().filtered(lambda r: r.cover == "whole_machine")
            months = machine.contract_months or (
                machine.product_id.aftersales_warranty_months
            )
            rows.write({"months": months, "contract_ref": machine.contract_ref})
        self._warranty_log_changes("contract", self.env._("Months of the contract"))

    def _warranty_log_changes(self, kind, reason):
        changed = self._get_rows()._recalculate()
        # The first dates of a machine adjust nothing.
        known = [(row, before) for row, before in changed if any(before)]
        if known:
            self.env["aftersales.warranty.adjustment"]._log(kind, known, reason)

    def _warranty_transfer(self):
        """The machine has another owner: its warranty goes with it, or ends."""
        rows = self._get_rows().filtered("date_end")
        day = fields.Date.to_date(self.env.context.get("aftersales_transfer_day"))
        day = day or fields.Date.context_today(self)
        changed = []
        for row in rows:
            changed.append((row, (row.date_start, row.date_end)))
            if not row.is_transferable and row.date_end >= day:
                last = fields.Date.subtract(day, days=1)
                end = max(last, row.date_start or last)
                row.write({"date_end": end, "is_fixed": True})
        if changed:
            self.env["aftersales.warranty.adjustment"]._log(
                "transfer", changed, self.env._("The machine has a new owner")
            )
