from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

# Work rights by grade, 001 App.1.
GRADES = [
    ("junior", "Junior"),
    ("middle", "Middle"),
    ("senior", "Senior"),
    ("special", "Special"),
]


class AftersalesFaultCase(models.Model):
    """Fault case (故障案例): how a fault was found and put right, handbook 14.6.

    Everybody adds cases (001 Art.34); another person than the author checks and
    publishes them. A published case does not change: a new version takes its place.
    """

    _name = "aftersales.fault.case"
    _description = "Fault Case"
    _inherit = [
        "aftersales.fault.search.mixin",
        "aftersales.fault.code.mixin",
        "aftersales.form.mixin",
    ]
    _rec_names_search = ["name", "title", "symptom"]

    _form_sequence = ("aftersales.fault.case", "FC")
    _form_company_field = "request_id"
    _form_protected = frozenset(
        {
            "name",
            "state",
            "author_id",
            "checked_by_id",
            "published_at",
            "version",
            "previous_id",
        }
    )

    title = fields.Char(required=True)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("to_check", "To Check"),
            ("published", "Published"),
            ("withdrawn", "Withdrawn"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        tracking=True,
    )
    category_id = fields.Many2one(
        "product.category",
        "Product Category",
        index="btree_not_null",
        compute="_compute_category_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    product_id = fields.Many2one(
        "product.product", "Model", index="btree_not_null", check_company=True
    )
    symptom = fields.Text(required=True)
    cause = fields.Text()
    step_ids = fields.One2many(
        "aftersales.fault.case.step", "case_id", "Diagnosis Steps", copy=True
    )
    solution = fields.Text()
    part_ids = fields.One2many(
        "aftersales.fault.case.part", "case_id", "Parts Changed", copy=True
    )
    tools = fields.Char("Tools Needed")
    hours = fields.Float("Working Hours")
    prevention = fields.Text()
    for_grade = fields.Selection(
        GRADES, help="The lowest grade of engineer that may work by this case."
    )
    # --- where it comes from, who answers for it
    request_id = fields.Many2one(
        "aftersales.service.request",
        "Source",
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
    )
    author_id = fields.Many2one(
        "res.users",
        required=True,
        readonly=True,
        index=True,
        default=lambda self: self.env.uid,
    )
    checked_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    published_at = fields.Datetime(readonly=True, copy=False, index="btree_not_null")
    version = fields.Integer(readonly=True, copy=False, default=1)
    previous_id = fields.Many2one(
        "aftersales.fault.case",
        "Former Version",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    # --- what came of it
    use_ids = fields.One2many("aftersales.fault.case.use", "case_id", "Uses")
    times_used = fields.Integer(
        compute="_compute_usefulness", store=True, help="Requests that it solved."
    )
    usefulness = fields.Float(
        "Usefulness (%)",
        compute="_compute_usefulness",
        store=True,
        aggregator="avg",
        help="Of the requests on which it was tried, how many it solved.",
    )

    _request_uniq = models.UniqueIndex(
        "(request_id) WHERE request_id IS NOT NULL AND version = 1",
        "This request has a fault case already.",
    )
    _hours_check = models.Constraint(
        "CHECK (hours >= 0)", "The working hours cannot be negative."
    )
    _published_idx = models.Index("(company_id, id DESC) WHERE state = 'published'")

    @api.depends("name", "title")
    def _compute_display_name(self):
        for case in self:
            number = case.name if case.name != "/" else False
            case.display_name = " ".join(filter(None, (number, case.title)))

    @api.depends("product_id")
    def _compute_category_id(self):
        for case in self:
            case.category_id = case.product_id.sudo().categ_id or case.category_id

    @api.depends("use_ids.verdict")
    def _compute_usefulness(self):
        counts = {
            (case, verdict): count
            for case, verdict, count in self.env["aftersales.fault.case.use"]
            .sudo()
            ._read_group(
                [("case_id", "in", self.ids)], ["case_id", "verdict"], ["__count"]
            )
        }
        for case in self:
            solved = counts.get((case._origin, "solved"), 0)
            tried = solved + counts.get((case._origin, "no_help"), 0)
            case.times_used = solved
            case.usefulness = 100.0 * solved / tried if tried else 0.0

    # ----------------------------------------------------------- constraints

    def write(self, vals):
        if not self.env.su and vals.keys() - {"message_follower_ids", "activity_ids"}:
            self.check_access("write")
            self._check_draft()
        return super().write(vals)

    def _check_draft(self):
        """:raises UserError: once a case is on its way to its reader"""
        self._form_check_state("draft")

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        self._check_draft()

    # --------------------------------------------------------------- buttons

    def action_to_check(self):
        """Hand the draft in for checking."""
        cases = self._form_begin("draft")
        for case in cases:
            missing = [
                case._fields[fname]._description_string(self.env)
                for fname in ("symptom", "cause", "solution")
                if not (case[fname] or "").strip()
            ]
            if missing:
                raise UserError(
                    self.env._(
                        "%(case)s helps nobody without: %(fields)s.",
                        case=case.display_name,
                        fields=", ".join(missing),
                    )
                )
        cases.write({"state": "to_check"})

    def action_publish(self):
        """Checked by another person than the author; the former version goes.

        :raises UserError: for the author himself
        """
        self._check_reviewer()
        cases = self._form_begin("to_check")
        for case in cases:
            if case.author_id == self.env.user:
                raise UserError(
                    self.env._(
                        "You wrote %(case)s yourself; somebody else has to check it.",
                        case=case.name,
                    )
                )
        cases.write(
            {
                "state": "published",
                "checked_by_id": self.env.uid,
                "published_at": fields.Datetime.now(),
            }
        )
        cases.previous_id.filtered(lambda c: c.state == "published").write(
            {"state": "withdrawn"}
        )

    def action_back_to_draft(self):
        """Not ready: the author writes it again."""
        self._form_begin("to_check").write({"state": "draft"})

    def action_withdraw(self):
        """The case is wrong or out of date: it is proposed no more."""
        self._check_reviewer()
        self._form_begin("published").write({"state": "withdrawn"})

    def action_new_version(self):
        """A draft that will take the place of this case; made once.

        Everybody who may write cases may improve one.
        """
        self.ensure_one()
        self.browse().check_access("create")
        self.check_access("read")
        self._form_lock()
        self._form_check_state("published")
        case = self.sudo()
        draft = case.search(
            [
                ("previous_id", "=", case.id),
                ("state", "in", ("draft", "to_check")),
            ],
            limit=1,
        )
        if not draft:
            # At once: a request has one first version only.
            draft = case.copy(
                {
                    "author_id": self.env.uid,
                    "version": case.version + 1,
                    "previous_id": case.id,
                }
            )
        return draft.with_env(self.env)._get_records_action()

    def _check_reviewer(self):
        """:raises AccessError: for people who do not check cases"""
        if not self.env.su and not any(
            self.env.user.has_group(f"aftersales_service.group_aftersales_{group}")
            for group in ("dispatcher", "quality")
        ):
            raise AccessError(
                self.env._("Fault cases are checked by dispatchers and quality staff.")
            )
