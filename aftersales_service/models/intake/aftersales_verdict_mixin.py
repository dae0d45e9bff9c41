from copy import deepcopy

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...engine import verdict

RESULTS = [("free", "Free"), ("charged", "Charged"), ("undecided", "Undecided")]
VERDICT_PROTECTED = frozenset(
    {"verdict_state", "verdict_by_id", "verdict_at", "verdict_override"}
)
# What a decided verdict rests on.
FACT_FIELDS = frozenset(
    {"equipment_id", "received_at", "warranty_state", "exclusion_id"}
)
GROUP_QUALITY = "aftersales_service.group_aftersales_quality"


class AftersalesVerdictMixin(models.AbstractModel):
    """Free or charged, and why: parts, labour and travel judged separately.

    Proposed when the call is taken, from the frozen terms of the machine; an agent
    decides what follows from them, and only quality or a manager decides against
    them, with a reason. The model that inherits this has the intake data.
    """

    _name = "aftersales.verdict.mixin"
    _description = "Warranty Verdict"
    _inherit = ["aftersales.verdict.words.mixin"]

    exclusion_id = fields.Many2one(
        "aftersales.warranty.exclusion",
        "Not Covered Because",
        index="btree_not_null",
        help="What was found that the warranty does not cover.",
    )
    verdict_parts = fields.Selection(
        RESULTS, "Parts", compute="_compute_verdict", store=True, precompute=True
    )
    verdict_labour = fields.Selection(
        RESULTS, "Labour", compute="_compute_verdict", store=True, precompute=True
    )
    verdict_travel = fields.Selection(
        RESULTS, "Travel", compute="_compute_verdict", store=True, precompute=True
    )
    # The facts and the reasons as codes: said in the language of the reader.
    verdict_data = fields.Json(
        compute="_compute_verdict", store=True, precompute=True, copy=False
    )
    verdict_text = fields.Text("Reasons", compute="_compute_verdict_text")
    verdict_state = fields.Selection(
        [
            ("proposed", "Proposed"),
            ("decided", "Decided"),
            ("overridden", "Decided against the Terms"),
        ],
        "Verdict",
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

    # -------------------------------------------------------------- computes

    @api.depends("equipment_id", "received_at", "warranty_state", "exclusion_id")
    def _compute_verdict(self):
        for request in self:
            if request.verdict_state in ("decided", "overridden"):
                for fname in ("parts", "labour", "travel", "data"):
                    request[f"verdict_{fname}"] = request[f"verdict_{fname}"]
                continue
            request.update(request._prepare_verdict())

    def _prepare_verdict(self):
        """Facts of now and the verdict on them, as field values."""
        self.ensure_one()
        facts = self._prepare_verdict_facts()
        judgements = verdict.judge(self._build_facts(facts))
        data = {
            "facts": facts,
            "reasons": {
                aspect: [self._pack_reason(reason) for reason in judgement.reasons]
                for aspect, judgement in judgements.items()
            },
        }
        results = {f"verdict_{a}": j.result for a, j in judgements.items()}
        return {**results, "verdict_data": data}

    def _prepare_verdict_facts(self):
        """What is known, ready for a Json field; no query of its own."""
        day = self._form_day(self.received_at)
        machine = self.equipment_id
        by_record = machine._get_warranty_state(day) if machine else "none"
        rows = machine.warranty_terms or []
        return {
            "day": fields.Date.to_string(day),
            "rows": rows,
            # Nobody has read the meter of a machine that shows nothing.
            "hours": machine.run_hours or None,
            "stated": None
            if by_record == self.warranty_state
            else self.warranty_state or "unknown",
            "by_record": by_record,
            "exclusion": self._prepare_exclusion(rows),
        }

    def _prepare_exclusion(self, rows):
        """Code and effect; what the machine's policy does not list is at discretion."""
        exclusion = self.exclusion_id
        if not exclusion:
            return None
        listed = [row["exclusions"] for row in rows if row["exclusions"] is not None]
        if listed and not any(exclusion.code in codes for codes in listed):
            return [exclusion.code, "discretion"]
        return [exclusion.code, exclusion.effect]

    @api.model
    def _build_facts(self, facts, cover=verdict.NORMAL):
        """The facts of a Json field as the engine takes them."""
        to_date = fields.Date.to_date
        rows = tuple(
            verdict.Cover(
                cover=row["cover"],
                parts=row["parts"],
                labour=row["labour"],
                travel=row["travel"],
                covered=row["covered"],
                start=to_date(row["start"]) or None,
                end=to_date(row["end"]) or None,
                hours_limit=row["hours_limit"],
            )
            for row in facts["rows"]
        )
        exclusion = facts["exclusion"]
        return verdict.Facts(
            rows=rows,
            day=to_date(facts["day"]),
            hours=facts["hours"],
            cover=cover,
            exclusions=(verdict.Exclusion(*exclusion),) if exclusion else (),
            stated=facts["stated"],
        )

    @api.model
    def _pack_reason(self, reason):
        params = {
            key: fields.Date.to_string(value) if key in ("start", "end") else value
            for key, value in reason.params.items()
        }
        return [reason.code, params]

    def _judge_part(self, cover):
        """The verdict on a part of the kind ``cover``, by the facts of this request.

        :return: ``(result, reasons)``: reasons as in ``verdict_data``
        """
        self.ensure_one()
        data = self.verdict_data
        if self.verdict_state == "overridden" or not data:
            reasons = (data or {}).get("reasons", {}).get("parts", [])
            return self.verdict_parts or verdict.UNDECIDED, reasons
        facts = self._build_facts(data["facts"], cover or verdict.NORMAL)
        judgement = verdict.judge_aspect(facts, "parts")
        return judgement.result, [self._pack_reason(r) for r in judgement.reasons]

    # ----------------------------------------------------------------- words

    @api.depends("verdict_data", "verdict_override")
    @api.depends_context("lang")
    def _compute_verdict_text(self):
        for request in self:
            request.verdict_text = "\n".join(
                f"{line['label']}: {line['result']}. {line['reasons']}"
                for line in request._get_verdict_lines()
            )

    def _get_verdict_lines(self):
        """The verdict in words, for screen and print; what is alike in one line.

        :return: list of dicts with ``label``, ``result`` and ``reasons``
        """
        self.ensure_one()
        reasons = (self.verdict_data or {}).get("reasons", {})
        results = dict(self._fields["verdict_parts"]._description_selection(self.env))
        lines = {}
        for aspect in verdict.ASPECTS:
            field = self._fields[f"verdict_{aspect}"]
            result = results.get(self[field.name], "")
            text = self._get_reason_text(reasons.get(aspect, []))
            lines.setdefault((result, text), []).append(
                field._description_string(self.env)
            )
        return [
            {"label": ", ".join(labels), "result": result, "reasons": text}
            for (result, text), labels in lines.items()
        ]

    def _get_verdict_terms(self):
        """What the verdict rests on: policy, contract, start event, dates.

        :return: text that begins with a dot, empty when the machine has no terms
        """
        self.ensure_one()
        rows = (self.verdict_data or {}).get("facts", {}).get("rows", [])
        row = next((row for row in rows if row["cover"] == verdict.WHOLE), {})
        field = self.env["aftersales.warranty"]._fields["start_event"]
        events = dict(field._description_selection(self.env))
        parts = (
            row.get("policy"),
            row.get("contract"),
            events.get(row.get("event")),
            " – ".join(filter(None, (row.get("start"), row.get("end")))),
        )
        return "".join(f" · {part}" for part in parts if part)

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
