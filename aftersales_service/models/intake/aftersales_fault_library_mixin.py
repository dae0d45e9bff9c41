from odoo import api, fields, models
from odoo.exceptions import UserError

PROPOSALS = 5


class AftersalesFaultLibraryMixin(models.AbstractModel):
    """The fault library at a request: cases that may help, and the case it became.

    The library is shared knowledge (001 Art.9, 34; 000 1.4).
    """

    _name = "aftersales.fault.library.mixin"
    _description = "Fault Library at a Request"

    fault_case_ids = fields.One2many(
        "aftersales.fault.case", "request_id", "Fault Cases"
    )
    case_use_ids = fields.One2many(
        "aftersales.fault.case.use", "request_id", "Cases Tried"
    )
    solved_case_id = fields.Many2one(
        "aftersales.fault.case", "Solved by Case", compute="_compute_solved_case_id"
    )
    case_proposals = fields.Json(
        "Cases That May Help", compute="_compute_case_proposals"
    )

    @api.depends("case_use_ids.verdict")
    def _compute_solved_case_id(self):
        for request in self:
            request.solved_case_id = request.case_use_ids.filtered(
                lambda use: use.verdict == "solved"
            ).case_id[:1]

    @api.depends("symptom", "description", "fault_code_id", "product_id")
    @api.depends_context("lang")
    def _compute_case_proposals(self):
        for request in self:
            verdicts = {
                use.case_id.id: use.verdict for use in request.sudo().case_use_ids
            }
            cases = self.env["aftersales.fault.case"].sudo()
            request.case_proposals = [
                request._prepare_proposal(hit, verdicts.get(hit["case"].id))
                for hit in cases._find_cases(request.sudo(), PROPOSALS)
            ]

    def _prepare_proposal(self, hit, verdict):
        """JSON-ready form of a found case in the reader's language."""
        case = hit["case"]
        names = {
            "code": self.env._("same fault code"),
            "model": self.env._("same model"),
            "category": self.env._("same product category"),
        }
        why = [names[key] for key in hit["same"]]
        if hit["words"]:
            why.append(
                self.env._("words: %(words)s", words=", ".join(hit["words"][:6]))
            )
        return {
            "id": case.id,
            "name": case.name,
            "title": case.title,
            "cause": case.cause or "",
            "solution": case.solution or "",
            "score": hit["score"],
            "why": "; ".join(why),
            "times_used": case.times_used,
            "verdict": verdict or "",
        }

    def action_judge_case(self, case_id, solved):
        """Note whether a published case solved this request; counts once.

        Everybody who may write cases says so, of the requests he may read: the
        engineer on site reads his only.

        :param int case_id: the case
        :param bool solved: whether it solved the fault, or did not help
        """
        self.ensure_one()
        self.env["aftersales.fault.case"].check_access("create")
        self.check_access("read")
        self._form_lock()
        self._form_check_state(
            "new",
            "accepted",
            "remote",
            "to_dispatch",
            "to_factory",
            "dispatched",
            "in_work",
            "confirm",
            "done",
            "called_back",
        )
        case = self.env["aftersales.fault.case"].browse(case_id).exists()
        case.check_access("read")
        if not case or case.state != "published" or case.company_id != self.company_id:
            raise UserError(self.env._("This fault case is not published (any more)."))
        uses = self.env["aftersales.fault.case.use"].sudo()
        uses._judge(case.sudo(), self, "solved" if solved else "no_help")

    # ---------------------------------------------------------- a case of it

    def action_draft_fault_case(self):
        """Write the fault down as a case, filled from the file; made once.

        :raises UserError: while the work is not done
        """
        self.ensure_one()
        self.env["aftersales.fault.case"].check_access("create")
        self.check_access("read")
        self._form_lock()
        self._form_check_state("done", "called_back", "archived")
        cases = self.env["aftersales.fault.case"].sudo()
        case = cases.search([("request_id", "=", self.id)], limit=1)
        if not case:
            case = cases.create(self.sudo()._prepare_fault_case())
        return case.with_env(self.env)._get_records_action()

    def _prepare_fault_case(self):
        """Values of the case that this request becomes; called with sudo."""
        self.ensure_one()
        symptom = (self.symptom or self.description or "").strip()
        # Words of the people on site, then of those on the phone.
        visits = self.dispatch_ids
        works = self.card_ids.mapped("work_done") + visits.mapped("work_done")
        solutions = dict.fromkeys(filter(None, [*works, self.remote_solution]))
        causes = dict.fromkeys(filter(None, visits.mapped("fault_cause")))
        quantities = {}
        for use in self.part_use_ids:
            quantities[use.product_id] = (
                quantities.get(use.product_id, 0.0) + use.quantity
            )
        return {
            "request_id": self.id,
            "author_id": self.env.uid,
            "title": (symptom.splitlines() or [self.name])[0][:120] or self.name,
            "symptom": symptom or self.name,
            "product_id": self.product_id.id,
            **{fname: self[fname].id for fname in self._get_code_fields()},
            "cause": "\n".join(causes),
            "solution": "\n".join(solutions),
            "part_ids": [
                fields.Command.create({"product_id": part.id, "quantity": quantity})
                for part, quantity in quantities.items()
                if quantity > 0
            ],
        }
