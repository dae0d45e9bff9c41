from odoo import api, models


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def _detect_loop_sender(self, message, message_dict, routes):
        """An automatic answer makes no service request, and nobody answers it."""
        if any(
            model == "aftersales.service.request" and not thread_id
            for model, thread_id, *_rest in routes or []
        ) and self._aftersales_is_automatic(message):
            return True
        return super()._detect_loop_sender(message, message_dict, routes)

    @api.model
    def _aftersales_is_automatic(self, message):
        """Whether a machine wrote this e-mail (RFC 3834 and the usual headers)."""
        submitted = (message.get("Auto-Submitted") or "no").strip().lower()
        precedence = (message.get("Precedence") or "").strip().lower()
        return (
            submitted.split(";")[0] != "no"
            or precedence in ("bulk", "junk", "auto_reply")
            or bool(message.get("X-Autoreply") or message.get("X-Autorespond"))
        )
