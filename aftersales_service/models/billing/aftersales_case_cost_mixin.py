from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL


class AftersalesCaseCostMixin(models.AbstractModel):
    """The cost sheet of a case (pain 7); for ``aftersales.service.request``.

    All figures come from ``aftersales.cost.report``. Those that are posted are the
    analytic lines of the case; labour and charges that nobody booked stand apart.
    """

    _name = "aftersales.case.cost.mixin"
    _description = "Cost Sheet of a Case"

    expense_ids = fields.One2many("hr.expense", "aftersales_request_id", "Expenses")
    expense_count = fields.Integer(compute="_compute_counts")
    charge_ids = fields.One2many("aftersales.cost.charge", "request_id", "Cost Charges")
    charge_count = fields.Integer(compute="_compute_counts")
    cost_currency_id = fields.Many2one(
        "res.currency", "Company Currency", compute="_compute_cost_currency_id"
    )
    cost_is_visible = fields.Boolean(compute="_compute_cost_is_visible")
    cost_sheet = fields.Json(compute="_compute_cost_sheet")
    cost_income = fields.Monetary(
        "Income", compute="_compute_cost", currency_field="cost_currency_id"
    )
    cost_posted = fields.Monetary(
        "Posted Cost", compute="_compute_cost", currency_field="cost_currency_id"
    )
    cost_margin_posted = fields.Monetary(
        "Posted Margin", compute="_compute_cost", currency_field="cost_currency_id"
    )
    cost_labour = fields.Monetary(
        "Labour (Computed)", compute="_compute_cost", currency_field="cost_currency_id"
    )
    cost_margin = fields.Monetary(
        "Margin", compute="_compute_cost", currency_field="cost_currency_id"
    )
    cost_difference = fields.Monetary(
        "Difference to the Documents",
        compute="_compute_cost_difference",
        currency_field="cost_currency_id",
    )
    cost_difference_text = fields.Text(
        "Differences", compute="_compute_cost_difference"
    )

    @api.model
    def _get_file_fields(self):
        """See the file mixin."""
        return [*super()._get_file_fields(), "expense_ids", "charge_ids"]

    @api.depends("company_id")
    def _compute_cost_currency_id(self):
        for request in self:
            request.cost_currency_id = request.company_id.currency_id

    # -------------------------------------------------------------- the sheet

    def _may_see_costs(self):
        """Whether the user reads cost sheets of this company."""
        self.ensure_one()
        if self.env.su or self.env.user.has_group(
            "aftersales_service.group_aftersales_finance"
        ):
            return True
        return self.company_id.sudo().aftersales_cost_readers and self.env[
            "aftersales.cost.report"
        ].has_access("read")

    @api.depends_context("uid")
    def _compute_cost_is_visible(self):
        for request in self:
            request.cost_is_visible = request._may_see_costs()

    @api.depends_context("uid")
    def _compute_cost(self):
        totals = self._get_cost_totals()
        for request in self:
            rows = totals.get(request._origin.id, {})
            rows = rows if request._may_see_costs() else {}
            posted = sum(v for (_kind, is_posted), v in rows.items() if is_posted)
            income = rows.get(("income", True), 0.0)
            request.cost_income = income
            request.cost_posted = income - posted
            request.cost_margin_posted = posted
            request.cost_labour = -rows.get(("labour", False), 0.0)
            request.cost_margin = sum(rows.values())

    @api.depends_context("uid", "lang")
    def _compute_cost_sheet(self):
        totals = self._get_cost_totals()
        for request in self:
            rows = totals.get(request._origin.id, {})
            request.cost_sheet = (
                request._prepare_cost_sheet(rows) if request._may_see_costs() else False
            )

    def _prepare_cost_sheet(self, sums):
        """The sheet as its widget and its print show it, formatted for the reader.

        :param dict sums: ``{(kind, is in the books): margin}``
        :return: dict with ``rows``, ``totals`` and ``differences``
        """
        self.ensure_one()
        labels = (
            self.env["aftersales.cost.report"]
            ._fields["kind"]
            ._description_selection(self.env)
        )
        rows = []
        for kind, label in labels:
            sign = 1 if kind == "income" else -1
            posted = sign * sums.get((kind, True), 0.0)
            apart = sign * sums.get((kind, False), 0.0)
            if posted or apart:
                rows.append(self._prepare_cost_row(kind, label, posted, apart))
        cost = [
            -sum(v for (kind, is_posted), v in sums.items() if is_posted is side)
            + sums.get(("income", side), 0.0)
            for side in (True, False)
        ]
        margin = [
            sum(v for (_kind, is_posted), v in sums.items() if is_posted is side)
            for side in (True, False)
        ]
        names = {
            "cost": self.env._("Cost of the Company"),
            "margin": self.env._("Margin"),
            "all": self.env._("Margin with What Nobody Books"),
        }
        return {
            "rows": rows,
            "totals": [
                self._prepare_cost_row("cost", names["cost"], *cost),
                self._prepare_cost_row("margin", names["margin"], *margin),
                {
                    **self._prepare_cost_row("all", names["all"], sum(margin), 0.0),
                    "is_bold": True,
                },
            ],
            "differences": (self.cost_difference_text or "").splitlines(),
        }

    def _prepare_cost_row(self, key, label, posted, apart):
        currency = self.company_id.currency_id
        return {
            "kind": key,
            "key": key,
            "label": label,
            "posted": posted,
            "apart": apart,
            "posted_text": currency.format(posted),
            "apart_text": currency.format(apart) if apart else "",
        }

    def _get_cost_totals(self):
        """Sums of all cases in one query.

        :return: ``{request id: {(kind, is in the books): margin}}``; what the
            analytic lines say without an entry counts as in the books
        """
        totals = {}
        report = self.env["aftersales.cost.report"].sudo()
        for request, kind, source, margin in report._read_group(
            [("request_id", "in", self._origin.ids)],
            ["request_id", "kind", "source"],
            ["margin:sum"],
        ):
            key = (kind, source in ("ledger", "analytic"))
            sums = totals.setdefault(request.id, {})
            sums[key] = sums.get(key, 0.0) + margin
        return totals

    # ------------------------------------------------------------ differences

    @api.depends_context("uid", "lang")
    def _compute_cost_difference(self):
        """What the documents of the case say and the ledger does not."""
        found = self._get_cost_differences() if self._origin.ids else {}
        for request in self:
            rows = found.get(request._origin.id, [])
            rows = rows if request._may_see_costs() else []
            currency = request.company_id.currency_id
            request.cost_difference = sum(
                document - books for _, document, books in rows
            )
            request.cost_difference_text = "\n".join(
                self.env._(
                    "%(subject)s: %(document)s on the documents, %(books)s in the"
                    " ledger.",
                    subject=subject,
                    document=currency.format(document),
                    books=currency.format(books),
                )
                for subject, document, books in rows
            )

    def _get_cost_differences(self):
        """Documents against journal items, for parts, expenses and income.

        :return: ``{request id: [(subject, on the documents, in the ledger), ...]}``
            with what does not tie
        """
        documents = self._get_document_totals()
        books = {}
        report = self.env["aftersales.cost.report"].sudo()
        for request, kind, has_expense, margin in self._get_book_rows(report):
            key = "expenses" if has_expense else kind
            sums = books.setdefault(request, {})
            sums[key] = sums.get(key, 0.0) + margin
        subjects = {
            "parts": self.env._("Parts free of charge"),
            "expenses": self.env._("Expenses"),
            "income": self.env._("Invoices"),
        }
        result = {}
        for request in self:
            currency = request.company_id.currency_id
            for key, subject in subjects.items():
                document = documents.get((request._origin.id, key), 0.0)
                booked = books.get(request._origin.id, {}).get(key, 0.0)
                booked = booked if key == "income" else -booked
                if currency.compare_amounts(document, booked):
                    result.setdefault(request._origin.id, []).append(
                        (subject, document, booked)
                    )
        return result

    def _get_book_rows(self, report):
        """Journal items of the cases: ``(request id, kind, of an expense, margin)``."""
        return self.env.execute_query(
            SQL(
                """
                SELECT fact.request_id, fact.kind, item.expense_id IS NOT NULL,
                       SUM(fact.margin)
                  FROM (%s) fact
                  JOIN account_move_line item ON item.id = fact.move_line_id
                 WHERE fact.request_id IN %s
                 GROUP BY 1, 2, 3
                """,
                report._table_query,
                tuple(self._origin.ids),
            )
        )

    def _get_document_totals(self):
        """``{(request id, "parts" | "expenses" | "income"): amount}`` of documents."""
        ids = self._origin.ids
        totals = {}
        moves = self.env["stock.move"].sudo()
        places = self.company_id.sudo().aftersales_consumption_location_id
        for field, sign in (("location_dest_id", 1), ("location_id", -1)):
            for request, value in moves._read_group(
                [
                    ("aftersales_request_id", "in", ids),
                    ("state", "=", "done"),
                    (field, "in", places.ids),
                ],
                ["aftersales_request_id"],
                ["value:sum"],
            ):
                key = (request.id, "parts")
                totals[key] = totals.get(key, 0.0) + sign * abs(value)
        expenses = self.env["hr.expense"].sudo()
        for request, amount in expenses._read_group(
            [
                ("aftersales_request_id", "in", ids),
                ("account_move_id.state", "=", "posted"),
            ],
            ["aftersales_request_id"],
            ["untaxed_amount:sum"],
        ):
            totals[request.id, "expenses"] = amount
        for request in self.sudo():
            lines = request.sale_order_ids.invoice_ids.invoice_line_ids.filtered(
                lambda line: line.parent_state == "posted"
                and line.display_type == "product"
                and line.product_id.aftersales_cost_item != "compensation"
            )
            totals[request._origin.id, "income"] = -sum(lines.mapped("balance"))
        return totals

    # --------------------------------------------------------------- buttons

    def action_view_costs(self):
        """The lines of the cost sheet, of the kind in the context if there is one.

        :raises AccessError: for who may not see costs
        """
        self.ensure_one()
        if not self._may_see_costs():
            raise AccessError(self.env._("Cost sheets are for finance and managers."))
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.aftersales_cost_report_action"
        )
        domain = [("request_id", "=", self.id)]
        if kind := self.env.context.get("cost_kind"):
            domain.append(("kind", "=", kind))
        return {
            **action,
            "name": f"{self.env._('Costs')}: {self.name}",
            "domain": domain,
            "view_mode": "list,pivot,graph",
            "views": [(False, "list"), (False, "pivot"), (False, "graph")],
            "context": {"search_default_group_kind": 1},
        }
