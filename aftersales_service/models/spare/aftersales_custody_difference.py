from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesCustodyDifference(models.Model):
    """Something in the custody of parts that does not tie, found by the nightly check.

    Open as long as the check finds it, closed by the check when it ties again. People
    write the explanation, nothing else.
    """

    _name = "aftersales.custody.difference"
    _description = "Custody Difference"
    _inherit = [
        "aftersales.custody.check.mixin",
        "aftersales.protected.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "state desc, found_on desc, id desc"
    _check_company_auto = True

    _form_protected = frozenset(
        {
            "key",
            "kind",
            "state",
            "found_on",
            "checked_on",
            "closed_on",
            "company_id",
            "engineer_id",
            "product_id",
            "lot_id",
            "requisition_line_id",
            "move_line_id",
            "moved_quantity",
            "on_hand_quantity",
            "entered_quantity",
            "difference",
        }
    )

    key = fields.Char(required=True, readonly=True)
    kind = fields.Selection(
        [
            ("stock", "Engineer and Part"),
            ("line", "Requisition Line"),
            ("move", "Stock Move"),
        ],
        required=True,
        readonly=True,
    )
    state = fields.Selection(
        [("open", "Does Not Tie"), ("closed", "Ties Again")],
        required=True,
        readonly=True,
        default="open",
        tracking=True,
    )
    found_on = fields.Datetime(required=True, readonly=True)
    checked_on = fields.Datetime("Last Checked On", readonly=True)
    closed_on = fields.Datetime(readonly=True)
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    engineer_id = fields.Many2one("hr.employee", readonly=True, index="btree_not_null")
    product_id = fields.Many2one("product.product", "Part", readonly=True)
    lot_id = fields.Many2one("stock.lot", "Serial or Lot", readonly=True)
    requisition_line_id = fields.Many2one(
        "aftersales.parts.requisition.line",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    requisition_id = fields.Many2one(
        related="requisition_line_id.requisition_id", string="Requisition"
    )
    move_line_id = fields.Many2one("stock.move.line", readonly=True)
    moved_quantity = fields.Float(
        "By Stock Moves", readonly=True, digits="Product Unit"
    )
    on_hand_quantity = fields.Float(
        "On Hand or Shown",
        readonly=True,
        digits="Product Unit",
        help="Stock on hand of the engineer; for a requisition line what it shows as"
        " still held.",
    )
    entered_quantity = fields.Float(
        "By Custody Entries", readonly=True, digits="Product Unit"
    )
    difference = fields.Float(readonly=True, digits="Product Unit")
    finding = fields.Char(compute="_compute_finding")
    explanation = fields.Text(tracking=True)

    _key_uniq = models.UniqueIndex(
        "(company_id, key)", "This difference is on the list already."
    )
    _open_idx = models.Index("(company_id) WHERE state = 'open'")

    @api.depends("product_id", "engineer_id")
    def _compute_display_name(self):
        for record in self:
            record.display_name = " / ".join(
                filter(None, (record.engineer_id.name, record.product_id.display_name))
            )

    @api.depends("kind", "moved_quantity", "entered_quantity")
    @api.depends_context("lang")
    def _compute_finding(self):
        """What does not tie, in words."""
        for record in self:
            same = record.moved_quantity == record.entered_quantity
            if record.kind == "move":
                finding = self.env._("A stock move is not entered, or wrongly.")
            elif record.kind == "line" and same:
                finding = self.env._("The requisition line shows another quantity.")
            elif record.kind == "line":
                finding = self.env._("More or less is accounted for than was issued.")
            elif same:
                finding = self.env._("Stock on hand differs from the done moves.")
            else:
                finding = self.env._("Custody entries differ from the done moves.")
            record.finding = finding

    @api.model_create_multi
    def create(self, vals_list):
        self._form_check_protected(vals_list, creating=True)
        return super().create(vals_list)

    def write(self, vals):
        self._form_check_protected([vals])
        return super().write(vals)

    # ----------------------------------------------------------------- check

    @api.model
    def _cron_check(self):
        """Check every company; each is one piece of work, done or not done."""
        companies = self.env["res.company"].search(
            [("aftersales_engineer_root_id", "!=", False)]
        )
        progress = self.env["ir.cron"]
        progress._commit_progress(remaining=len(companies))
        for company in companies:
            self._check_company_custody(company)
            progress._commit_progress(1)

    @api.model
    def _check_company_custody(self, company):
        """Bring the list of one company up to date; as often as one likes.

        :return: the differences that are open now
        """
        now = fields.Datetime.now()
        records = self.sudo().with_company(company)
        known = {
            record.key: record
            for record in records.search([("company_id", "=", company.id)])
        }
        found = {self._get_key(row): row for row in self._custody_find(company)}
        fresh, again = [], records.browse()
        for key, row in found.items():
            vals = self._prepare_difference(row, now)
            record = known.get(key)
            if not record:
                fresh.append(
                    {**vals, "key": key, "company_id": company.id, "found_on": now}
                )
                continue
            if record.state == "closed":
                vals.update(state="open", found_on=now, closed_on=False)
                again |= record
            record.write(vals)
        gone = records.union(
            *(r for key, r in known.items() if key not in found and r.state == "open")
        )
        gone.write({"state": "closed", "closed_on": now, "checked_on": now})
        gone.activity_unlink(["aftersales_service.mail_activity_type_custody"])
        created = records.create(fresh)
        (created | again)._tell(company)
        return records.search([("company_id", "=", company.id), ("state", "=", "open")])

    @api.model
    def _get_key(self, row):
        """What makes a difference the same one on another night."""
        if row["kind"] == "line":
            return f"line:{row['requisition_line_id']}"
        if row["kind"] == "move":
            return f"move:{row['move_line_id']}:{row['engineer_id']}"
        return f"stock:{row['engineer_id']}:{row['product_id']}:{row['lot_id'] or 0}"

    @api.model
    def _prepare_difference(self, row, now):
        names = ("engineer_id", "product_id", "lot_id", "requisition_line_id")
        return {
            "kind": row["kind"],
            "checked_on": now,
            "move_line_id": row["move_line_id"],
            "moved_quantity": row["moved"],
            "on_hand_quantity": row["on_hand"],
            "entered_quantity": row["entered"],
            "difference": row["difference"],
            **{name: row[name] for name in names},
        }

    def _tell(self, company):
        """An activity for each who answers for the parts, on every new difference."""
        role = self.env.ref(
            "aftersales_service.role_aftersales_head", raise_if_not_found=False
        )
        users = role._get_users(company) if role else self.env["res.users"]
        for user in users:
            self.activity_schedule(
                "aftersales_service.mail_activity_type_custody",
                user_id=user.id,
                summary=self.env._("Parts do not tie"),
            )

    # --------------------------------------------------------------- buttons

    def action_allocate_again(self):
        """Enter all moves of these parts anew, in their order, and check again.

        For the case that entries were lost or damaged. What does not tie then, does
        not tie in the stock itself.
        """
        self.check_access("write")
        if not self.env.user.has_group("aftersales_service.group_aftersales_manager"):
            raise UserError(self.env._("Only a manager lets the entries be made anew."))
        entries = self.env["aftersales.part.allocation"].sudo()
        for company, records in self.sudo().grouped("company_id").items():
            entries._rebuild(company, records.product_id)
            self._check_company_custody(company)

    def action_view_allocations(self):
        """Open the custody entries of this engineer and part."""
        self.ensure_one()
        domain = [("product_id", "=", self.product_id.id)]
        if self.requisition_line_id:
            domain = [("requisition_line_id", "=", self.requisition_line_id.id)]
        elif self.engineer_id:
            domain.append(("engineer_id", "=", self.engineer_id.id))
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "aftersales_service.aftersales_part_allocation_action"
            ),
            "domain": domain,
            "context": {"create": False},
        }
