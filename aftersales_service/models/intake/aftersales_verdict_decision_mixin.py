from copy import deepcopy

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...engine import verdict

VERDICT_PROTECTED = frozenset(
    {"verdict_state", "verdict_by_id", "verdict_at", "verdict_override"}
)
# What a decided verdict rests on.
FACT_FIELDS = frozenset(
    {"equipment_id", "received_at", "warranty_state", "exclusion_id"}
)
GROUP_QUALITY = "aftersales_service.group_aftersales_quality"


class AftersalesVerdictDecisionMixin(models.AbstractModel):
    """The warranty verdict decided: by the terms, or against them with a reason.

    An agent decides what follows from the terms, and only quality or a manager
    decides against them. What is decided stays as it is until they reopen it.
    """

    _name = "aftersales.verdict.decision.mixin"
    _description = "Warranty Decision"
    _inherit = ["aftersales.verdict.mixin"]

    verdict_state = fields.Selection(
        [
            ("proposed", "Proposed"),
            ("decided", "Decided"),
            ("overridden", "Decided against the Terms"),
        ],
        "Verdict Status",
        required=True,
        readonly=True,
        copy=False,
        default="proposed",
    )
    verdict_by_id = fields.Many2one(
        "res.users", "Decided By", readonly=True, copy=False
    )
    verdict_at = fields.Datetime("Decided At", readonly=True, copy=False)
    verdict_override = fields.Text("Why against the Terms", readonly=True, copy=False)

    def _is_verdict_open(self):
        """See the verdict mixin."""
        return self.verdict_state not in ("decided", "overridden")

    def _is_verdict_overridden(self):
        """See the verdict mixin."""
        return self.verdict_state == "overridden"

    # -------------------------------------------------------------- deciding

    def write(self, vals):
        if not self.env.su and FACT_FIELDS & vals.keys():
            for request in self:
                if request.verdict_state != "proposed":
                    raise UserError(
                        self.env._(
                            "The warranty verdict of %(request)s is decided. Quality or"
                            " a manager may reopen it.",
                            request=request.display_name,
                        )
                    )
        return super().write(vals)

    def _is_verdict_against_terms(self):
        """Stated against the record of the machine."""
        facts = (self.verdict_data or {}).get("facts", {})
        return facts.get("stated") is not None and facts["by_record"] in ("in", "out")

    def action_decide_verdict(self):
        """Decide what follows from the terms, as of now; frozen from then on.

        :raises UserError: when something is undecided, or stated against the terms
        """
        requests = self._form_begin(*self._get_verdict_states())
        for request in requests:
            request._check_verdict_open()
            request._judge_anew()
            results = {request[f"verdict_{aspect}"] for aspect in verdict.ASPECTS}
            if verdict.UNDECIDED in results or request._is_verdict_against_terms():
                raise UserError(
                    self.env._(
                        "This does not follow from the terms of the machine:\n"
                        "%(reasons)s\nQuality or a manager decides it with a reason.",
                        reasons=request.with_env(self.env).verdict_text,
                    )
                )
        requests._write_decision({"verdict_state": "decided"})

    def action_override_verdict(self):
        """Dialog: decide against the terms; quality and managers only."""
        self.ensure_one()
        self._check_may_override()
        self._form_check_state(*self._get_verdict_states())
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Decide the Warranty"),
            "res_model": "aftersales.service.request.verdict",
            "view_mode": "form",
            "target": "new",
            "context": {"default_request_id": self.id},
        }

    def action_reopen_verdict(self):
        """Judge anew by the terms of now; quality and managers only."""
        self._check_may_override()
        requests = self._form_begin(*self._get_verdict_states())
        for request in requests:
            if request.verdict_state == "proposed":
                raise UserError(
                    self.env._(
                        "The verdict of %(request)s is open.", request=request.name
                    )
                )
        requests.write(
            {
                "verdict_state": "proposed",
                "verdict_by_id": False,
                "verdict_at": False,
                "verdict_override": False,
            }
        )
        for request in requests:
            request._judge_anew()
            request.with_env(self.env).message_post(
                body=self.env._("The warranty verdict is open again.")
            )

    def _override_verdict(self, results, reason, goodwill=False):
        """Decide with a reason, whatever the terms say.

        :param dict results: ``parts``, ``labour`` and ``travel`` to free or charged
        :param bool goodwill: the terms are right, the company gives it all the same
        :raises AccessError: for anybody but quality or a manager
        :raises UserError: without a reason
        """
        self._check_may_override()
        request = self._form_begin(*self._get_verdict_states())
        request._check_verdict_open()
        if not (reason or "").strip():
            raise UserError(self.env._("Write down why the terms are not followed."))
        # The terms are judged once more: they stay on record beside the decision.
        request._judge_anew()
        data = deepcopy(request.verdict_data)
        reasons = data["reasons"]
        vals = {"verdict_data": data}
        for aspect in verdict.ASPECTS:
            if results[aspect] == request[f"verdict_{aspect}"]:
                continue
            first = ["override", {"user": self.env.user.name}]
            if goodwill and results[aspect] == verdict.FREE:
                first = ["goodwill", {}]
            reasons[aspect] = [first, *reasons[aspect]]
            vals[f"verdict_{aspect}"] = results[aspect]
        if not goodwill:
            by_result = {verdict.FREE: "in", verdict.CHARGED: "out"}
            vals["warranty_state"] = by_result[results["parts"]]
        request._write_decision(
            {
                **vals,
                "verdict_state": "overridden",
                "verdict_override": reason.strip(),
            }
        )
        request.with_env(self.env).message_post(
            body=self.env._(
                "Warranty decided against the terms: %(reason)s", reason=reason.strip()
            )
        )

    @api.model
    def _verdict_follow(self, machines):
        """The warranty of ``machines`` changed: judge what is open, called with sudo.

        What is decided stays; what somebody stated stays stated.
        """
        requests = self.search(
            [
                ("equipment_id", "in", machines.ids),
                ("verdict_state", "=", "proposed"),
                ("state", "in", self._get_verdict_states()),
            ]
        )
        by_state = {}
        for request in requests:
            facts = (request.verdict_data or {}).get("facts", {})
            day = request._form_day(request.received_at)
            state = request.equipment_id._get_warranty_state(day)
            if facts.get("stated") is None and request.warranty_state != state:
                by_state[state] = by_state.get(state, self.browse()) | request
        for state, changed in by_state.items():
            changed.write({"warranty_state": state})  # the promises follow, too
        for request in requests:
            vals = request._prepare_verdict()
            if any(request[fname] != value for fname, value in vals.items()):
                request.write(vals)

    def _judge_anew(self):
        """Judge by the terms of now; what nobody stated follows the machine."""
        self.ensure_one()
        facts = (self.verdict_data or {}).get("facts", {})
        machine = self.equipment_id
        if machine and facts.get("stated") is None:
            day = self._form_day(self.received_at)
            self.warranty_state = machine._get_warranty_state(day)
        self.write(self._prepare_verdict())

    def _write_decision(self, vals):
        self.write(
            {
                **vals,
                "verdict_by_id": self.env.uid,
                "verdict_at": fields.Datetime.now(),
            }
        )

    @api.model
    def _get_verdict_states(self):
        """States in which a verdict may change: all but the closed files."""
        states = self._fields["state"].get_values(self.env)
        return [key for key in states if key not in ("archived", "cancelled")]

    def _check_verdict_open(self):
        for request in self:
            if request.verdict_state != "proposed":
                raise UserError(
                    self.env._(
                        "The warranty verdict of %(request)s is decided already.",
                        request=request.name,
                    )
                )

    def _check_may_override(self):
        if not (self.env.su or self.env.user.has_group(GROUP_QUALITY)):
            raise AccessError(
                self.env._("Quality or a manager decides a warranty against its terms.")
            )

    def _story_entries(self):
        entries = super()._story_entries()
        if self.verdict_at:
            entries.append(
                {
                    "date": self.verdict_at,
                    "title": self.env._("Warranty decided"),
                    "text": f"{self.verdict_by_id.name}: {self.verdict_text}",
                }
            )
        return entries
