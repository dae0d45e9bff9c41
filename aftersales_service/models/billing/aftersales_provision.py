from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...engine import provision


class AftersalesProvision(models.Model):
    """Proposal for the warranty provision of a month (gap 9).

    What the machines of a model cost in warranty over the last months, by machine
    and month in term, times the months that the machines in term still have. The
    button writes a draft entry that brings the provision account to this figure; it
    never posts. One proposal stands for a month; a new one takes the place of a
    draft, never of a posted entry.
    """

    _name = "aftersales.provision"
    _description = "Warranty Provision"
    _inherit = ["aftersales.form.mixin"]
    _order = "month desc, id desc"

    _form_sequence = ("aftersales.provision", "BX")
    _form_protected = frozenset({"name", "state", "move_id", "line_ids", "balance"})

    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("calculated", "Calculated"),
            ("proposed", "Entry Proposed"),
            ("cancelled", "Replaced"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        tracking=True,
    )
    month = fields.Date(
        required=True,
        default=lambda self: fields.Date.context_today(self).replace(day=1),
        help="The provision is counted at the end of this month.",
    )
    months_back = fields.Integer(
        "Months Looked Back",
        required=True,
        default=lambda self: int(
            self.env.company._aftersales_parameter("provision_months_back") or 12
        ),
    )
    day_from = fields.Date("Costs From", compute="_compute_window")
    day_to = fields.Date("Until", compute="_compute_window")
    currency_id = fields.Many2one(related="company_id.currency_id")
    line_ids = fields.One2many(
        "aftersales.provision.line", "provision_id", "Models", readonly=True
    )
    cost_total = fields.Monetary("Warranty Cost", compute="_compute_totals", store=True)
    expected_total = fields.Monetary(
        "Expected Cost", compute="_compute_totals", store=True
    )
    balance = fields.Monetary(
        "Provision in the Books",
        readonly=True,
        copy=False,
        help="Posted balance of the provision account at the end of the month.",
    )
    adjustment = fields.Monetary(
        "Proposed Entry",
        compute="_compute_totals",
        store=True,
        help="Positive: to be added to the provision; negative: to be released.",
    )
    method = fields.Text(compute="_compute_method")
    move_id = fields.Many2one(
        "account.move",
        "Journal Entry",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
    )
    move_state = fields.Selection(related="move_id.state", string="Entry Status")

    _month_uniq = models.UniqueIndex(
        "(company_id, month) WHERE state IN ('calculated', 'proposed')",
        "There is already a proposal for this month.",
    )
    _months_check = models.Constraint(
        "CHECK (months_back BETWEEN 1 AND 120)", "Look back over 1 to 120 months."
    )

    # -------------------------------------------------------------- computes

    @api.depends("month", "months_back")
    def _compute_window(self):
        for proposal in self:
            low = high = False
            if proposal.month and 0 < proposal.months_back <= 120:
                low, high = provision.past_window(proposal.month, proposal.months_back)
            proposal.day_from, proposal.day_to = low, high

    @api.depends("line_ids.cost", "line_ids.expected", "balance", "state")
    def _compute_totals(self):
        for proposal in self:
            expected = sum(proposal.line_ids.mapped("expected"))
            proposal.cost_total = sum(proposal.line_ids.mapped("cost"))
            proposal.expected_total = expected
            proposal.adjustment = (
                provision.adjustment(expected, proposal.balance)
                if proposal.state != "draft"
                else 0.0
            )

    @api.depends("months_back", "day_from", "day_to")
    @api.depends_context("lang")
    def _compute_method(self):
        for proposal in self:
            proposal.method = self.env._(
                "Posted cost of the cases in warranty from %(low)s to %(high)s, by"
                " machine model, divided by the machine months in warranty of that"
                " time; times the machine months that the machines in term still have"
                " after %(high)s. Labour that is not booked is not in it.",
                low=proposal.day_from or "?",
                high=proposal.day_to or "?",
            )

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._first_of_month(vals) for vals in vals_list])

    def write(self, vals):
        if not self.env.su and {"month", "months_back"} & vals.keys():
            self._form_check_state("draft", "calculated")
        return super().write(self._first_of_month(vals))

    @api.model
    def _first_of_month(self, vals):
        if vals.get("month"):
            day = fields.Date.to_date(vals["month"]).replace(day=1)
            return dict(vals, month=day)
        return vals

    @api.ondelete(at_uninstall=False)
    def _unlink_except_proposed(self):
        if any(proposal.move_id for proposal in self):
            raise UserError(self.env._("A proposal with an entry is kept."))

    # --------------------------------------------------------------- buttons

    def action_calculate(self):
        """Count anew; the draft of an earlier proposal of the month is replaced.

        :raises UserError: when the entry of the month is posted already
        """
        proposals = self._form_begin("draft", "calculated")
        for proposal in proposals:
            proposal._replace_earlier()
            rows = proposal._prepare_lines()
            proposal.write(
                {
                    "line_ids": [Command.clear(), *map(Command.create, rows)],
                    "balance": proposal._get_balance(),
                    "state": "calculated",
                }
            )
        return True

    def _replace_earlier(self):
        """Drop earlier proposals of the month with their draft entries."""
        self.ensure_one()
        earlier = self.search(
            [
                ("id", "!=", self.id),
                ("company_id", "=", self.company_id.id),
                ("month", "=", self.month),
                ("state", "in", ("calculated", "proposed")),
            ]
        )
        if not earlier:
            return
        earlier._form_lock()
        posted = earlier.move_id.filtered(lambda move: move.state == "posted")
        if posted.filtered(
            lambda move: "posted" not in move.reversal_move_ids.mapped("state")
        ):
            raise UserError(
                self.env._(
                    "The provision of this month is booked with %(entry)s. Propose the"
                    " next month, or reverse that entry first.",
                    entry=posted[0].name,
                )
            )
        (earlier.move_id - posted).unlink()
        earlier.write({"state": "cancelled"})
        earlier.flush_recordset()

    def action_propose(self):
        """Write the draft entry for the accountant; it is never posted here.

        :raises UserError: when there is nothing to book or an account is missing
        """
        self.env["account.move"].check_access("create")
        proposals = self._form_begin("calculated")
        for proposal in proposals:
            if proposal.currency_id.is_zero(proposal.adjustment):
                raise UserError(
                    self.env._("The provision is what it should be: nothing to book.")
                )
            move = self.env["account.move"].sudo()
            proposal.write(
                {
                    "move_id": move.create(proposal._prepare_move_vals()).id,
                    "state": "proposed",
                }
            )
        return self.action_view_move()

    def action_view_move(self):
        """Open the proposed entry."""
        return self.move_id._get_records_action()

    # ------------------------------------------------------------- the figures

    def _get_balance(self):
        """Posted credit of the provision account at the end of the month."""
        self.ensure_one()
        account = self.company_id._aftersales_get_account("provision")
        [[balance]] = (
            self.env["account.move.line"]
            .sudo()
            ._read_group(
                [
                    ("account_id", "=", account.id),
                    ("company_id", "=", self.company_id.id),
                    ("parent_state", "=", "posted"),
                    ("date", "<=", self.day_to),
                ],
                [],
                ["balance:sum"],
            )
        )
        return -(balance or 0.0)

    def _prepare_lines(self):
        """One row per model that has cost in the window or machines in term."""
        self.ensure_one()
        costs = self._get_costs()
        terms = self._get_terms()
        rows = []
        for product in {**costs, **terms}:
            if not product:
                continue
            machines, exposure, remaining = terms.get(product, (0, 0.0, 0.0))
            rate, expected = provision.expected_cost(
                costs.get(product, 0.0), exposure, remaining
            )
            rows.append(
                {
                    "product_id": product.id,
                    "machine_count": machines,
                    "cost": costs.get(product, 0.0),
                    "exposure": exposure,
                    "rate": rate,
                    "remaining": remaining,
                    "expected": self.currency_id.round(expected),
                }
            )
        return sorted(rows, key=lambda row: -row["expected"])

    def _get_costs(self):
        """``{model: posted cost of its cases in warranty in the window}``.

        What suppliers and the persons responsible bear reduces it.
        """
        report = self.env["aftersales.cost.report"].sudo()
        return dict(
            report._read_group(
                Domain("company_id", "=", self.company_id.id)
                & Domain("warranty_state", "=", "in")
                & Domain("is_posted", "=", True)
                & Domain("kind", "!=", "income")
                & Domain("date", ">=", self.day_from)
                & Domain("date", "<=", self.day_to),
                ["product_id"],
                ["cost:sum"],
            )
        )

    def _get_terms(self):
        """``{model: (machines in term, exposure, remaining)}`` in machine months.

        The term of a machine is from the first to the last day of its rows.
        """
        warranties = self.env["aftersales.warranty"].sudo()
        low, high = self.day_from, self.day_to
        rows = warranties._read_group(
            [
                ("company_id", "=", self.company_id.id),
                ("is_excluded", "=", False),
                ("date_start", "!=", False),
                ("date_end", "!=", False),
                ("date_end", ">=", low),
                ("date_start", "<=", high),
            ],
            ["equipment_id", "product_id"],
            ["date_start:min", "date_end:max"],
        )
        terms = {}
        next_day = fields.Date.add(high, days=1)
        for _machine, product, start, end in rows:
            machines, exposure, remaining = terms.get(product, (0, 0.0, 0.0))
            left = provision.months_between(next_day, end)
            terms[product] = (
                machines + (end > high),
                exposure + provision.overlap_months(start, end, low, high),
                remaining + left,
            )
        return terms

    # --------------------------------------------------------------- booking

    def _prepare_move_vals(self):
        self.ensure_one()
        company = self.company_id
        amount = self.adjustment
        accounts = [
            (company._aftersales_get_account("provision_expense"), amount),
            (company._aftersales_get_account("provision"), -amount),
        ]
        label = f"{self.name} {self._description} {self.month:%Y-%m}"
        return {
            "move_type": "entry",
            "company_id": company.id,
            "journal_id": company._aftersales_get("cost_journal").id,
            "date": self.day_to,
            "ref": label,
            "auto_post": "no",
            "line_ids": [
                Command.create(
                    {"name": label, "account_id": account.id, "balance": balance}
                )
                for account, balance in accounts
            ],
        }
