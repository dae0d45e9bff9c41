from odoo import api, fields, models
from odoo.tools import format_list

from ...engine import verdict

RESULTS = [("free", "Free"), ("charged", "Charged"), ("undecided", "Undecided")]


class AftersalesVerdictMixin(models.AbstractModel):
    """Free or charged, and why: parts, labour and travel judged separately.

    Proposed when the call is taken, from the frozen terms of the machine. The model
    that inherits this has the intake data;
    :meth:`_is_verdict_open` and :meth:`_is_verdict_overridden` are for a decision.
    """

    _name = "aftersales.verdict.mixin"
    _description = "Warranty Verdict"
    _inherit = ["aftersales.verdict.words.mixin"]

    exclusion_id = fields.Many2one(
        "aftersales.warranty.exclusion",
        "Not Covered Because",
        index="btree_not_null",
        ondelete="restrict",
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

    # -------------------------------------------------------------- computes

    @api.depends("equipment_id", "received_at", "warranty_state", "exclusion_id")
    def _compute_verdict(self):
        for request in self:
            if not request._is_verdict_open():
                for fname in ("parts", "labour", "travel", "data"):
                    request[f"verdict_{fname}"] = request[f"verdict_{fname}"]
                continue
            request.update(request._prepare_verdict())

    def _is_verdict_open(self):
        """Whether the verdict still follows the facts."""
        return True

    def _is_verdict_overridden(self):
        """Whether somebody decided against the terms, for every part too."""
        return False

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
        """Id and effect; what the machine's policy does not list is at discretion."""
        exclusion = self.exclusion_id
        if not exclusion:
            return None
        listed = [row["exclusions"] for row in rows if row["exclusions"] is not None]
        if listed and not any(exclusion.code in codes for codes in listed):
            return [exclusion.id, "discretion"]
        return [exclusion.id, exclusion.effect]

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
            recorded=facts["by_record"],
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
        if not data or self._is_verdict_overridden():
            reasons = (data or {}).get("reasons", {}).get("parts", [])
            return self.verdict_parts or verdict.UNDECIDED, reasons
        facts = self._build_facts(data["facts"], cover or verdict.NORMAL)
        judgement = verdict.judge_aspect(facts, "parts")
        return judgement.result, [self._pack_reason(r) for r in judgement.reasons]

    # ----------------------------------------------------------------- words

    @api.depends("verdict_data")
    @api.depends_context("lang")
    def _compute_verdict_text(self):
        for request in self:
            request.verdict_text = "\n".join(
                request.env._(
                    "%(aspects)s: %(result)s. %(reasons)s",
                    aspects=line["label"],
                    result=line["result"],
                    reasons=line["reasons"],
                )
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
            {
                "label": format_list(self.env, labels),
                "result": result,
                "reasons": text,
            }
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
