from odoo import api, fields, models

from ...engine import guarantee, warranty_term

STATES = [
    ("ok", "No Right Near"),
    ("warning", "Right Near"),
    ("right_arisen", "Right Arisen"),
]


class AftersalesGuaranteeMixin(models.AbstractModel):
    """The three-guarantees clock of a machine (三包, handbook 9.2).

    The model that inherits this is the machine. What the repairs say is kept on
    it by :meth:`_guarantee_update`, called when a repair begins, ends or changes,
    and once a day for repairs that last.
    """

    _name = "aftersales.guarantee.mixin"
    _description = "Three-Guarantees Clock"

    repair_record_ids = fields.One2many(
        "aftersales.repair.record", "equipment_id", "Repairs"
    )
    guarantee_state = fields.Selection(
        STATES, "Three Guarantees", default="ok", readonly=True, copy=False
    )
    repair_count = fields.Integer(
        "Repairs of the Same Fault", readonly=True, copy=False
    )
    repair_days = fields.Integer("Days in Repair", readonly=True, copy=False)
    guarantee_reasons = fields.Json(readonly=True, copy=False)
    guarantee_text = fields.Text("Why", compute="_compute_guarantee_text")

    @api.depends("guarantee_reasons")
    @api.depends_context("lang")
    def _compute_guarantee_text(self):
        for machine in self:
            machine.guarantee_text = "\n".join(
                machine._get_guarantee_sentence(*reason)
                for reason in machine.guarantee_reasons or []
            )

    def _get_guarantee_sentence(self, state, code, reached, threshold):
        """A reason of the engine in words."""
        texts = {
            "repairs": self.env._(
                "The same fault came back after %(reached)s of %(threshold)s repairs.",
                reached=reached,
                threshold=threshold,
            ),
            "repair_days": self.env._(
                "One repair has taken %(reached)s of %(threshold)s days.",
                reached=reached,
                threshold=threshold,
            ),
            "total_days": self.env._(
                "All repairs together have taken %(reached)s of %(threshold)s days.",
                reached=reached,
                threshold=threshold,
            ),
            "parts_days": self.env._(
                "A repair has waited %(reached)s of %(threshold)s days for parts.",
                reached=reached,
                threshold=threshold,
            ),
            "works_days": self.env._(
                "After %(reached)s of %(threshold)s repairs the machine was out of"
                " order again too soon.",
                reached=reached,
                threshold=threshold,
            ),
            "refund_days": self.env._(
                "Refund: a fault showed %(reached)s days after the purchase, within"
                " %(threshold)s.",
                reached=reached,
                threshold=threshold,
            ),
            "exchange_days": self.env._(
                "Exchange: a fault showed %(reached)s days after the purchase, within"
                " %(threshold)s.",
                reached=reached,
                threshold=threshold,
            ),
        }
        return texts[code]

    # -------------------------------------------------------------- updating

    def _get_guarantee_rule(self):
        """The rule in force for the model in the machine's company."""
        template = self.product_id.product_tmpl_id.with_company(self.company_id)
        rule = template._aftersales_get_preset("aftersales_guarantee_rule_id")
        return rule or rule.browse(rule._get_bundle_rule_id(self.company_id))

    def _get_guarantee_end(self, rule):
        """Last day on which a right may arise; False when it is not limited."""
        start = self.purchase_date or self.delivery_date or self.warranty_start
        if rule.period_months and start:
            return warranty_term.last_day(start, rule.period_months)
        return self.warranty_end

    def _guarantee_update(self):
        """Judge the repairs anew; tell people when a state newly arises.

        Called with sudo. Nothing is written or told twice.
        """
        today = fields.Date.context_today(self)
        for machine in self:
            rule = machine._get_guarantee_rule()
            end = machine._get_guarantee_end(rule)
            repairs = [
                record._prepare_repair()
                for record in machine.repair_record_ids
                if not end or record.started_on <= end
            ]
            state, reasons = guarantee.OK, []
            if rule:
                state, reasons = guarantee.judge_guarantee(
                    rule._prepare_rule(),
                    repairs,
                    today,
                    machine.purchase_date or machine.delivery_date or None,
                )
            machine._guarantee_write(
                {
                    "guarantee_state": state,
                    "guarantee_reasons": [list(reason) for reason in reasons],
                    "repair_count": guarantee.count_same_fault(repairs)[1],
                    "repair_days": guarantee.count_days(repairs, today),
                }
            )

    def _guarantee_write(self, vals):
        self.ensure_one()
        before = self.guarantee_state or guarantee.OK
        changed = {key: value for key, value in vals.items() if self[key] != value}
        if changed:
            self.write(changed)
        states = guarantee.STATES
        if states.index(self.guarantee_state) > states.index(before):
            self._guarantee_notify()

    def _guarantee_notify(self):
        """A note on the machine, and a task when the right has arisen."""
        labels = dict(self._fields["guarantee_state"]._description_selection(self.env))
        summary = self.env._(
            "Three guarantees: %(state)s", state=labels[self.guarantee_state]
        )
        self.message_post(
            body=self.env._(
                "%(summary)s. %(reasons)s", summary=summary, reasons=self.guarantee_text
            )
        )
        if self.guarantee_state == guarantee.ARISEN:
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=summary,
                note=self.guarantee_text,
                user_id=self.repair_record_ids[:1].user_id.id or self.env.uid,
            )

    @api.model
    def _cron_update_guarantees(self):
        """Once a day: machines with a repair that lasts come nearer to a right.

        Re-entrant: a second run on the same day finds nothing new.
        """
        lasting = [("finished_on", "=", False)]
        self.search([("repair_record_ids", "any", lasting)])._guarantee_update()
