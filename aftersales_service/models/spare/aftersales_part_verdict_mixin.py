from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..intake.aftersales_verdict_mixin import RESULTS


class AftersalesPartVerdictMixin(models.AbstractModel):
    """Free or charged for one part, by the kind of cover it has.

    The model that inherits this has ``product_id`` and names in ``_verdict_path`` the
    way to its request. The verdict rests on the facts of the request; going against
    it needs a reason.
    """

    _name = "aftersales.part.verdict.mixin"
    _description = "Warranty Verdict on a Part"
    _inherit = ["aftersales.verdict.words.mixin"]

    _verdict_path = "dispatch_id.request_id"

    charge = fields.Selection(
        [("free", "Free"), ("charged", "Charged")],
        required=True,
        compute="_compute_charge",
        store=True,
        readonly=False,
        precompute=True,
    )
    charge_reason = fields.Char(
        "Reason", help="Why it is charged in warranty, or free out of warranty."
    )
    verdict = fields.Selection(RESULTS, compute="_compute_verdict")
    verdict_text = fields.Text("Warranty Verdict", compute="_compute_verdict")

    def _get_verdict_request(self):
        """The request whose facts decide, with sudo; empty where there is none."""
        return self.sudo().mapped(self._verdict_path)

    def _judge(self, request):
        """The verdict of ``request`` on this line, a part.

        :return: ``(result, reasons)`` as of ``_judge_part``
        """
        return request._judge_part(self.product_id.aftersales_cover)

    @api.depends(
        lambda self: [
            "product_id.aftersales_cover",
            f"{self._verdict_path}.verdict_data",
            f"{self._verdict_path}.verdict_state",
            f"{self._verdict_path}.verdict_parts",
        ]
    )
    @api.depends_context("lang")
    def _compute_verdict(self):
        for use in self:
            request = use._get_verdict_request()
            if not request:
                use.verdict = use.verdict_text = False
                continue
            result, reasons = use._judge(request)
            use.verdict = result
            use.verdict_text = use._get_reason_text(reasons)

    @api.depends(lambda self: [f"{self._verdict_path}.verdict_parts", "product_id"])
    def _compute_charge(self):
        """Free when the verdict says so; what is entered already stays."""
        for use in self:
            if use.charge and use._origin:
                use.charge = use.charge
            else:
                use.charge = "free" if use.verdict == "free" else "charged"

    def _check_may_give_free(self):
        """What is free against its verdict is decided by those who may decide the
        warranty of the case against its terms.

        :raises AccessError: for anybody else
        :raises UserError: without a reason
        """
        if self.env.su:
            return
        for use in self:
            if use.charge != "free" or use.verdict in (False, "free"):
                continue
            request = use._get_verdict_request().with_env(self.env)
            request._check_may_override()
            if not (use.charge_reason or "").strip():
                raise UserError(
                    self.env._("Write down why the terms are not followed.")
                )

    @api.constrains("charge", "charge_reason")
    def _check_charge_reason(self):
        """Charging in warranty, or giving free out of it, needs its reason."""
        for use in self:
            if use.verdict in (False, use.charge):
                continue
            if use.verdict == "undecided" and not (
                use.charge == "free"
                and use._get_verdict_request()._is_verdict_against_terms()
            ):
                continue
            if not (use.charge_reason or "").strip():
                raise ValidationError(
                    self.env._(
                        "Say why %(part)s is %(charge)s although its warranty verdict"
                        " is “%(verdict)s”: %(reasons)s",
                        part=use.product_id.display_name,
                        charge=use._fields["charge"].convert_to_export(use.charge, use),
                        verdict=use._fields["verdict"].convert_to_export(
                            use.verdict, use
                        ),
                        reasons=use.verdict_text,
                    )
                )
