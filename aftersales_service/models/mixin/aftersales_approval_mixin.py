from odoo import api, fields, models
from odoo.exceptions import UserError


class AftersalesApprovalMixin(models.AbstractModel):
    """A form that several people sign before it counts.

    Who signs comes from the approval route of the model in the document's
    company; each box of the paper form is one ``aftersales.signature``. A model
    that inherits this, beside ``aftersales.form.mixin``, defines:

    - ``_approval_content``: fields whose change after signing voids the
      signatures (handbook 2.4: a signature stands for what was read);
    - ``_approval_amount()``: what steps with a minimum amount compare with;
    - ``_approval_author_users()``: people who may not sign this document;
    - ``_approval_done()`` and ``_approval_refused()``: what follows.
    """

    _name = "aftersales.approval.mixin"
    _description = "After-Sales Approval"

    _approval_content = frozenset()

    approval_state = fields.Selection(
        [
            ("draft", "Not Submitted"),
            ("pending", "Waiting for Signatures"),
            ("approved", "Signed"),
            ("refused", "Refused"),
        ],
        "Signatures",
        default="draft",
        required=True,
        readonly=True,
        copy=False,
    )
    submitted_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    signature_ids = fields.One2many(
        "aftersales.signature",
        "res_id",
        "Signature Boxes",
        readonly=True,
        copy=False,
        domain=lambda self: [
            ("res_model", "=", self._name),
            ("state", "!=", "cancelled"),
        ],
    )
    approval_waiting_for = fields.Char(
        "Waiting For", compute="_compute_approval_waiting_for"
    )
    approval_can_sign = fields.Boolean(compute="_compute_approval_waiting_for")

    @api.depends("approval_state", "signature_ids.state")
    @api.depends_context("uid", "lang")
    def _compute_approval_waiting_for(self):
        pending = self.sudo().signature_ids.filtered(lambda s: s.state == "pending")
        mine = pending.with_env(self.env).filtered("can_sign").sudo()
        for record in self:
            boxes = record.sudo().signature_ids & pending
            record.approval_waiting_for = ", ".join(boxes.mapped("label"))
            record.approval_can_sign = bool(boxes & mine)

    # ----------------------------------------------------------- to override

    def _approval_amount(self):
        """Amount in company currency that decides which steps apply."""
        self.ensure_one()
        return 0.0

    def _approval_author_users(self):
        """Users for whom this is their own document: they may not sign it."""
        self.ensure_one()
        return self.create_uid | self.submitted_by_id

    def _approval_done(self):
        """Called with sudo when the last box is signed."""

    def _approval_refused(self):
        """Called with sudo when one box is refused."""

    def _approval_reset(self):
        """Called with sudo when signatures are voided or the form is withdrawn."""

    # --------------------------------------------------------------- actions

    def _approval_submit(self):
        """Open the boxes of the route; to be called by the model's button."""
        self.env["aftersales.approval.route"].sudo()._start(self.sudo())

    def action_sign(self):
        """Open the signing dialog for the boxes that wait for the user."""
        signatures = self.signature_ids.filtered(
            lambda s: s.state == "pending" and s.can_sign
        )
        if not signatures:
            raise UserError(self.env._("No signature of this document waits for you."))
        return signatures.action_open_sign()

    def _approval_settle(self):
        """Draw the conclusion of the boxes signed so far; called with sudo."""
        for record in self:
            states = set(record.signature_ids.mapped("state"))
            if "refused" in states:
                record.approval_state = "refused"
                record._approval_refused()
            elif states and states <= {"approved"}:
                record.approval_state = "approved"
                record._approval_done()

    def _approval_outgrown(self):
        """Whether the amount has grown since it was signed for, so that it needs
        boxes that nobody signed."""
        self.ensure_one()
        signed = self.signature_ids.filtered(lambda s: s.state == "approved")
        asked = max(signed.mapped("amount"), default=0.0)
        amount = self._approval_amount()
        route = self.env["aftersales.approval.route"]._find(self._name, self.company_id)
        return any(asked < step.min_amount <= amount for step in route.step_ids)

    def _approval_void(self, reason):
        """Cancel the signatures because ``reason`` (shown in the chatter)."""
        for record in self.sudo():
            record.signature_ids._cancel()
            record.approval_state = "draft"
            record._approval_reset()
            record.message_post(
                body=self.env._(
                    "The signatures were cancelled: %(reason)s", reason=reason
                )
            )

    # ------------------------------------------------------------------ CRUD

    def write(self, vals):
        changed = self._approval_changed(vals)
        result = super().write(vals)
        if changed:
            changed._approval_content_changed()
        return result

    def _approval_changed(self, vals):
        """Records under signature whose content ``vals`` really changes."""
        content = self._approval_content & vals.keys()
        if not content:
            return self.browse()

        def differs(record):
            values = {name: vals[name] for name in content}
            draft = record._origin.new(values, origin=record._origin)
            return any(
                getattr(draft[name], "_origin", draft[name]) != record[name]
                for name in content
            )

        return self.filtered(
            lambda r: r.approval_state in ("pending", "approved")
        ).filtered(differs)

    def _approval_content_changed(self):
        """A field or line that was signed for has changed."""
        signed = self.filtered(lambda r: r.approval_state in ("pending", "approved"))
        if signed:
            signed._approval_void(
                self.env._("the content was changed after it was submitted.")
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_signed(self):
        for record in self:
            if record.approval_state != "draft":
                raise UserError(
                    self.env._(
                        "%(document)s was submitted for signature and is kept as a"
                        " record. Cancel it instead of deleting it.",
                        document=record.display_name,
                    )
                )
