from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesApprovalRoute(models.Model):
    """Which boxes a kind of document has, in order or all at once (handbook 2.4).

    A route without company serves every company that has none of its own.
    """

    _name = "aftersales.approval.route"
    _description = "Approval Route"
    _order = "model_id, company_id, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    model_id = fields.Many2one(
        "ir.model",
        "Document Type",
        required=True,
        ondelete="cascade",
        index=True,
        domain=[("model", "=like", "aftersales.%")],
    )
    model = fields.Char(
        related="model_id.model", store=True, precompute=True, string="Model Name"
    )
    company_id = fields.Many2one("res.company", help="Empty: for all companies.")
    active = fields.Boolean(default=True)
    mode = fields.Selection(
        [("sequential", "One after the other"), ("parallel", "In any order")],
        "Order",
        required=True,
        default="sequential",
    )
    allow_same_signer = fields.Boolean(
        "One Person May Sign Several Boxes",
        help="Off: whoever signed one box of a document cannot sign another.",
    )
    step_ids = fields.One2many("aftersales.approval.step", "route_id", "Boxes")

    _model_company_uniq = models.UniqueIndex(
        "(model_id, COALESCE(company_id, 0)) WHERE active",
        "There is already an active route for this document type in this company.",
    )

    @api.model
    def _find(self, model_name, company):
        """Route of ``company`` for ``model_name``, else the common one.

        :raises UserError: when there is neither
        """
        route = self.search(
            [
                ("model", "=", model_name),
                ("company_id", "in", [company.id, False]),
            ],
            order="company_id",  # NULL sorts last: the company's own comes first
            limit=1,
        )
        if not route.step_ids:
            raise UserError(
                self.env._(
                    "There is no approval route for %(document)s in %(company)s."
                    " Set one up under Configuration.",
                    document=self.env[model_name]._description,
                    company=company.name,
                )
            )
        return route

    @api.model
    def _start(self, documents):
        """Open the signature boxes of ``documents`` (called with sudo).

        :param documents: records of one model with the approval mixin
        :raises UserError: when a slot has no holder, or no route exists
        """
        vals_list = []
        for document in documents:
            route = self._find(document._name, document.company_id)
            amount = document._approval_amount()
            steps = route.step_ids.filtered(lambda s, a=amount: a >= s.min_amount)
            for step in steps:
                step._check_holder(document.company_id)
                vals_list.append(step._prepare_signature_vals(document, amount))
        # Boxes of an earlier, refused or voided round stay as history.
        documents.signature_ids._cancel()
        documents.write({"approval_state": "pending", "submitted_by_id": self.env.uid})
        signatures = self.env["aftersales.signature"].create(vals_list)
        signatures._open_next()
        # A document below the amount of every box needs no signature.
        asked = {vals["res_id"] for vals in vals_list}
        free = documents.filtered(lambda document: document.id not in asked)
        free.write({"approval_state": "approved"})
        free._approval_done()
