from odoo import api, fields, models
from odoo.exceptions import AccessError, LockError, UserError
from odoo.fields import Domain


class AftersalesSignature(models.Model):
    """One signature box of one document: who signed when, with what opinion.

    Nobody creates, changes or deletes these by hand: there is no access right to
    do so, only the signing dialog writes them, after the checks of ``_sign``.
    """

    _name = "aftersales.signature"
    _description = "Signature"
    _order = "res_model, res_id, sequence, id"
    _rec_name = "document_name"
    _check_company_auto = True

    res_model = fields.Char("Document Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        "Document",
        model_field="res_model",
        required=True,
        readonly=True,
        index=True,
    )
    document_name = fields.Char("Document Number", readonly=True)
    document_type = fields.Char(compute="_compute_document_type")
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    route_id = fields.Many2one(
        "aftersales.approval.route", readonly=True, ondelete="restrict"
    )
    step_id = fields.Many2one(
        "aftersales.approval.step", readonly=True, ondelete="set null"
    )
    role_id = fields.Many2one(
        "aftersales.role", "Role Slot", required=True, readonly=True, index=True
    )
    label = fields.Char("Box", compute="_compute_label")
    sequence = fields.Integer(readonly=True)
    amount = fields.Monetary(readonly=True)
    state = fields.Selection(
        [
            ("waiting", "Not Yet Due"),
            ("pending", "To Sign"),
            ("approved", "Approved"),
            ("refused", "Refused"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        default="waiting",
    )
    requested_at = fields.Datetime("Asked At", readonly=True)
    user_id = fields.Many2one("res.users", "Signed By", readonly=True, index=True)
    signed_at = fields.Datetime(readonly=True)
    opinion = fields.Text(readonly=True)
    can_sign = fields.Boolean(
        "Waits for Me", compute="_compute_can_sign", search="_search_can_sign"
    )

    _pending_idx = models.Index("(role_id, company_id) WHERE state = 'pending'")

    @api.depends("res_model")
    @api.depends_context("lang")
    def _compute_document_type(self):
        for signature in self:
            model = self.env.get(signature.res_model)
            signature.document_type = (
                self.env["ir.model"]._get(model._name).name if model is not None else ""
            )

    @api.depends("step_id.name", "role_id.name")
    @api.depends_context("lang")
    def _compute_label(self):
        for signature in self.sudo():
            signature.label = signature.step_id.name or signature.role_id.name

    @api.depends("state", "role_id", "company_id")
    @api.depends_context("uid")
    def _compute_can_sign(self):
        slots = self._get_my_slots()
        for signature in self:
            signature.can_sign = (
                signature.state == "pending"
                and (signature.role_id.id, signature.company_id.id) in slots
            )

    @api.model
    def _search_can_sign(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("state", "=", "pending") & Domain.OR(
            [
                Domain("role_id", "=", role_id) & Domain("company_id", "=", company_id)
                for role_id, company_id in self._get_my_slots()
            ]
        )

    @api.model
    def _get_my_slots(self):
        """``{(role id, company id)}`` that the current user holds today."""
        assignments = self.env["aftersales.role.assignment"].sudo()
        today = fields.Date.context_today(self)
        return {
            (assignment.role_id.id, assignment.company_id.id)
            for assignment in assignments.search(
                assignments._get_valid_domain(today)
                & Domain("user_id", "=", self.env.uid)
            )
        }

    # --------------------------------------------------------------- actions

    def action_open_sign(self):
        """Dialog to approve or refuse these boxes with an opinion."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Sign"),
            "res_model": "aftersales.signature.sign",
            "view_mode": "form",
            "target": "new",
            "context": {"default_signature_ids": self.ids},
        }

    def action_open_document(self):
        """Open the document the box belongs to."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }

    def _sign(self, approve, opinion=""):
        """Sign these boxes as the current user.

        :param bool approve: True approves (批准), False refuses (驳回)
        :param str opinion: written opinion; a refusal needs one
        :raises UserError: already signed, own document, second box, no reason
        :raises AccessError: the user does not hold the slot
        """
        if not self:
            raise UserError(self.env._("Choose what you want to sign."))
        if not approve and not (opinion or "").strip():
            raise UserError(self.env._("A refusal needs a reason."))
        documents = self._get_documents()
        # The document's row is the lock: two slots of one document never
        # conclude it at the same time.
        for document in documents:
            document._form_lock()
        try:
            self.sudo().lock_for_update()
        except LockError as error:
            raise UserError(
                self.env._("Somebody else is signing here right now.")
            ) from error
        self.invalidate_recordset()
        for signature in self:
            signature._check_may_sign()
            # Written one by one: the next box may forbid the same person.
            signature.sudo().write(
                {
                    "state": "approved" if approve else "refused",
                    "user_id": self.env.uid,
                    "signed_at": fields.Datetime.now(),
                    "opinion": (opinion or "").strip(),
                }
            )
        self._close_activities(documents)
        if approve:
            documents.signature_ids._open_next()
        else:
            documents.signature_ids.filtered(
                lambda s: s.state in ("waiting", "pending")
            )._cancel()
        for signature in self.sudo():
            document = self.env[signature.res_model].browse(signature.res_id).sudo()
            document.message_post(body=signature._get_chatter_text())
        documents._approval_settle()

    def _check_may_sign(self):
        """The rules of signing for the current user, see :meth:`_sign`."""
        self.ensure_one()
        signature = self.sudo()
        if signature.state != "pending":
            if signature.user_id:
                raise UserError(
                    self.env._(
                        "“%(box)s” of %(document)s was already signed by %(user)s.",
                        box=signature.label,
                        document=signature.document_name,
                        user=signature.user_id.name,
                    )
                )
            raise UserError(
                self.env._(
                    "“%(box)s” of %(document)s cannot be signed now.",
                    box=signature.label,
                    document=signature.document_name,
                )
            )
        if (signature.role_id.id, signature.company_id.id) not in self._get_my_slots():
            raise AccessError(
                self.env._(
                    "You do not hold the slot “%(role)s” in %(company)s.",
                    role=signature.role_id.name,
                    company=signature.company_id.name,
                )
            )
        document = self.env[signature.res_model].browse(signature.res_id).sudo()
        if self.env.user in document._approval_author_users():
            raise UserError(
                self.env._(
                    "%(document)s is your own document: somebody else must sign it.",
                    document=signature.document_name,
                )
            )
        mine = document.signature_ids.filtered(
            lambda s: s.state == "approved" and s.user_id == self.env.user
        )
        if mine and not signature.route_id.allow_same_signer:
            raise UserError(
                self.env._(
                    "You have already signed “%(box)s” of %(document)s; a second box"
                    " needs a second person.",
                    box=mine[0].label,
                    document=signature.document_name,
                )
            )

    # -------------------------------------------------------------- internal

    def _get_documents(self):
        """The documents with sudo; all must be of one model.

        :raises UserError: when boxes of several document types are mixed
        """
        models_ = set(self.mapped("res_model"))
        if len(models_) > 1:
            raise UserError(self.env._("Sign one kind of document at a time."))
        model = self.env[models_.pop()]
        return model.sudo().browse(dict.fromkeys(self.mapped("res_id")))

    def _get_chatter_text(self):
        self.ensure_one()
        if self.state == "approved":
            text = self.env._("“%(box)s”: approved.", box=self.label)
        else:
            text = self.env._("“%(box)s”: refused.", box=self.label)
        return f"{text} {self.opinion}" if self.opinion else text

    def _open_next(self):
        """Make the boxes due whose turn it is, and ask their holders."""
        due = self.browse()
        for boxes in self.grouped(lambda s: (s.res_model, s.res_id)).values():
            waiting = boxes.filtered(lambda s: s.state == "waiting").sorted("sequence")
            if not waiting:
                continue
            if waiting[0].route_id.mode == "parallel":
                due |= waiting
            elif not boxes.filtered(lambda s: s.state == "pending"):
                due |= waiting[0]
        due.write({"state": "pending", "requested_at": fields.Datetime.now()})
        for box in due:
            # The list and the clock in the top bar ask; forty e-mails a day do not.
            document = (
                self.env[box.res_model]
                .browse(box.res_id)
                .with_context(mail_activity_quick_update=True)
            )
            for user in box.role_id._get_users(box.company_id):
                document.activity_schedule(
                    "aftersales_service.mail_activity_type_sign",
                    user_id=user.id,
                    summary=box.with_context(lang=user.lang).label,
                )

    def _cancel(self):
        """Void the boxes; signed ones stay readable as history."""
        if not self:
            return
        self.write({"state": "cancelled"})
        self._close_activities(self._get_documents())

    @api.model
    def _close_activities(self, documents):
        """Drop the requests to sign that nobody has to answer any more."""
        documents.invalidate_recordset(["signature_ids"])
        for document in documents:
            pending = document.signature_ids.filtered(lambda s: s.state == "pending")
            users = self.env["res.users"]
            for box in pending:
                users |= box.role_id._get_users(box.company_id)
            document.activity_ids.filtered(
                lambda a, u=users: a.activity_type_id
                == self.env.ref("aftersales_service.mail_activity_type_sign")
                and a.user_id not in u
            ).unlink()
