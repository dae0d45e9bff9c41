from odoo import api, fields, models


class AftersalesReceptionLine(models.Model):
    """A meal, a bed, a ride for the customer (接待安排), 001 Art.23.

    Arranged by marketing or through it; the person named gets an activity for the
    day, which is done with the line.
    """

    _name = "aftersales.reception.line"
    _description = "Reception Plan Line"
    _inherit = ["aftersales.text.mixin"]
    _order = "date, id"
    _rec_name = "kind"
    _check_company_auto = True

    notice_id = fields.Many2one(
        "aftersales.factory.notice",
        index="btree_not_null",
        check_company=True,
        ondelete="cascade",
    )
    factory_repair_id = fields.Many2one(
        "aftersales.factory.repair",
        "Register Sheet",
        index="btree_not_null",
        check_company=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        compute="_compute_company_id",
        store=True,
        precompute=True,
    )
    partner_id = fields.Many2one(
        "res.partner", "Customer", compute="_compute_partner_id", store=True
    )
    kind = fields.Selection(
        [
            ("lunch", "Lunch"),
            ("dinner", "Dinner"),
            ("lodging", "Lodging"),
            ("transport", "Ride"),
            ("other", "Other"),
        ],
        required=True,
        default="lunch",
    )
    date = fields.Datetime("When", required=True, default=fields.Datetime.now)
    persons = fields.Integer(required=True, default=1)
    arranged_by_id = fields.Many2one(
        "res.users",
        help="Of marketing, or who asks marketing.",
        domain=[("share", "=", False)],
        default=lambda self: self.env.user,
        index="btree_not_null",
    )
    done = fields.Boolean("Arranged", copy=False)
    is_due = fields.Boolean(
        "Due Now", compute="_compute_is_due", search="_search_is_due"
    )
    note = fields.Char("Remarks")
    activity_id = fields.Many2one(
        "mail.activity", readonly=True, copy=False, index="btree_not_null"
    )

    _persons_check = models.Constraint(
        "CHECK (persons > 0 AND persons < 1000)",
        "A reception is for 1 to 999 persons.",
    )

    _parent_check = models.Constraint(
        "CHECK (notice_id IS NOT NULL OR factory_repair_id IS NOT NULL)",
        "A reception belongs to a notice or a register sheet.",
    )

    @api.depends("notice_id", "factory_repair_id")
    def _compute_company_id(self):
        for line in self:
            parent = line.factory_repair_id or line.notice_id
            line.company_id = parent.company_id or self.env.company

    @api.depends("notice_id.partner_id", "factory_repair_id.partner_id")
    def _compute_partner_id(self):
        for line in self:
            parent = line.factory_repair_id or line.notice_id
            line.partner_id = parent.partner_id

    @api.depends("date", "done")
    def _compute_is_due(self):
        soon = fields.Datetime.add(fields.Datetime.now(), hours=2)
        for line in self:
            line.is_due = not line.done and bool(line.date) and line.date <= soon

    @api.model
    def _search_is_due(self, operator, value):
        if operator != "in":
            return NotImplemented
        soon = fields.Datetime.add(fields.Datetime.now(), hours=2)
        return [("done", "=", False), ("date", "<=", soon)]

    def _has_today(self, kind):
        """Whether one of these lines is a ``kind`` for today."""
        for line in self.filtered(lambda line: line.kind == kind):
            start, stop = line._get_parent()._get_today()
            if start <= line.date <= stop:
                return True
        return False

    # --------------------------------------------------- activity of the person

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._ask()
        return lines

    def write(self, vals):
        result = super().write(vals)
        if vals.get("done"):
            self.sudo().activity_id.action_feedback()
        elif {"arranged_by_id", "date", "kind"} & vals.keys():
            self.sudo().activity_id.unlink()
            self._ask()
        return result

    def unlink(self):
        self.sudo().activity_id.unlink()
        return super().unlink()

    def _get_parent(self):
        self.ensure_one()
        return self.factory_repair_id or self.notice_id

    def _ask(self):
        """An activity for who arranges it, on the day; called after a change."""
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for line in self.sudo():
            if line.done or not line.arranged_by_id:
                continue
            parent = line._get_parent()
            line.activity_id = parent.activity_schedule(
                "mail.mail_activity_data_todo",
                parent._form_day(line.date),
                summary=self.env._(
                    "%(kind)s for %(persons)s persons",
                    kind=labels[line.kind],
                    persons=line.persons,
                ),
                user_id=line.arranged_by_id.id,
            )
