from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesRequisitionCaseMixin(models.AbstractModel):
    """Parts that the fault library knows for the fault. Part of the requisition."""

    _name = "aftersales.requisition.case.mixin"
    _description = "Parts of the Fault Case"

    fault_case_id = fields.Many2one(
        "aftersales.fault.case",
        check_company=True,
        copy=False,
        index="btree_not_null",
        compute="_compute_fault_case_id",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('state', '=', 'published'), ('part_ids', '!=', False)]",
        help="The case that solved the request, else the first one that may help.",
    )

    @api.depends("request_id")
    def _compute_fault_case_id(self):
        for requisition in self:
            requisition.fault_case_id = requisition._get_fault_case()

    def _get_fault_case(self):
        """The case whose parts are probably needed: used first, then proposed."""
        self.ensure_one()
        request = self.request_id.sudo()
        cases = self.env["aftersales.fault.case"].sudo()
        if not request:
            return cases
        hits = cases._find_cases(request, 5)
        candidates = request.solved_case_id.union(*(hit["case"] for hit in hits))
        return candidates.filtered(
            lambda case: (
                case.state == "published"
                and case.part_ids
                and case.company_id == request.company_id
            )
        )[:1]

    def action_add_case_parts(self):
        """Put the parts of the fault case on the form; what is there stays.

        :raises UserError: when no case is chosen, or it adds nothing
        """
        for requisition in self._form_begin("draft", "refused"):
            known = requisition.line_ids.product_id | (
                requisition.line_ids.original_product_id
            )
            parts = requisition.fault_case_id.part_ids
            if not parts:
                raise UserError(
                    self.env._("Choose a fault case that has a list of parts.")
                )
            new = parts.filtered(
                lambda part, known=known: (
                    part.product_id not in known and part.product_id.type == "consu"
                )
            )
            if not new:
                raise UserError(
                    self.env._("All parts of the fault case are on the form already.")
                )
            requisition.line_ids.create(
                [
                    {
                        "requisition_id": requisition.id,
                        "product_id": part.product_id.id,
                        "quantity": part.quantity,
                    }
                    for part in new
                ]
            )
