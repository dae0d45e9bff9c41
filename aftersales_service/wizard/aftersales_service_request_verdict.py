from odoo import api, fields, models

RESULTS = [("free", "Free"), ("charged", "Charged")]


class AftersalesServiceRequestVerdict(models.TransientModel):
    """A warranty decided against its terms: what is free, what is charged, and why."""

    _name = "aftersales.service.request.verdict"
    _description = "Decide the Warranty"

    request_id = fields.Many2one("aftersales.service.request", required=True)
    verdict_text = fields.Text("By the Terms", related="request_id.verdict_text")
    parts = fields.Selection(RESULTS, required=True)
    labour = fields.Selection(RESULTS, required=True)
    travel = fields.Selection(RESULTS, required=True)
    goodwill = fields.Boolean(
        help="The terms are right; the company gives free what they charge."
    )
    reason = fields.Text(required=True)

    @api.model
    def default_get(self, fields):
        """What the terms say is offered, as far as it is decided."""
        values = super().default_get(fields)
        request = self.env["aftersales.service.request"].browse(
            values.get("request_id")
        )
        for aspect in ("parts", "labour", "travel"):
            result = request[f"verdict_{aspect}"] if request else False
            if result in ("free", "charged"):
                values[aspect] = result
        return values

    def action_decide(self):
        """Record it with its reason; quality and managers only."""
        self.ensure_one()
        results = {name: self[name] for name in ("parts", "labour", "travel")}
        self.request_id._override_verdict(results, self.reason, self.goodwill)
        return {"type": "ir.actions.act_window_close"}
