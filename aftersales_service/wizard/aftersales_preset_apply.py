from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Command


class AftersalesPresetApply(models.TransientModel):
    """Apply the numbers of a preset bundle to a company, seen before they change."""

    _name = "aftersales.preset.apply"
    _description = "Apply a Preset"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    current_bundle_id = fields.Many2one(
        related="company_id.aftersales_bundle_id", string="Present Preset"
    )
    bundle_id = fields.Many2one(
        "aftersales.preset.bundle",
        "Preset",
        required=True,
        compute="_compute_bundle_id",
        store=True,
        readonly=False,
    )
    description = fields.Text(related="bundle_id.description")
    reset = fields.Boolean(
        "Reset to Preset",
        help="Takes back what the company has changed on its copies.",
    )
    line_ids = fields.One2many(
        "aftersales.preset.apply.line",
        "wizard_id",
        "What Will Change",
        compute="_compute_line_ids",
        store=True,
    )
    change_count = fields.Integer(compute="_compute_change_count")

    @api.depends("company_id")
    def _compute_bundle_id(self):
        for wizard in self:
            wizard.bundle_id = wizard.bundle_id or wizard.current_bundle_id

    @api.depends("company_id", "bundle_id", "reset")
    def _compute_line_ids(self):
        names = self.env["ir.model"].sudo()
        for wizard in self:
            commands = [Command.clear()]
            if wizard.company_id and wizard.bundle_id:
                wizard._check_company_allowed()
                rows = wizard.bundle_id.sudo()._plan(
                    wizard.company_id.sudo(), wizard.reset
                )
                commands += [
                    Command.create(
                        {
                            "action": row["action"],
                            "kind": names._get(row["template"]._name).name,
                            "name": (row["record"] or row["template"]).name,
                            "changes": row["changes"],
                        }
                    )
                    for row in rows
                ]
            wizard.line_ids = commands

    @api.depends("line_ids.action")
    def _compute_change_count(self):
        for wizard in self:
            wizard.change_count = len(
                wizard.line_ids.filtered(lambda line: line.action != "keep")
            )

    def _check_company_allowed(self):
        """:raises AccessError: on a company the user does not work in"""
        for wizard in self:
            if wizard.company_id not in self.env.user.company_ids:
                raise AccessError(
                    self.env._(
                        "You do not work in %(company)s.",
                        company=wizard.company_id.sudo().name,
                    )
                )

    def action_apply(self):
        """Give the company its copies, as the lines say."""
        self.ensure_one()
        self.check_access("write")
        self._check_company_allowed()
        self.bundle_id.sudo()._apply(self.company_id.sudo(), self.reset)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "%(company)s now works with “%(bundle)s”.",
                    company=self.company_id.name,
                    bundle=self.bundle_id.name,
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
