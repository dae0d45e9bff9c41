from odoo import fields, models
from odoo.exceptions import UserError

from .aftersales_sla_pause import PAUSE_REASONS


class AftersalesSlaWaitMixin(models.AbstractModel):
    """Waiting for the customer, for parts, for the road: the ledger of pauses.

    Part of ``aftersales.sla.mixin``.
    """

    _name = "aftersales.sla.wait.mixin"
    _description = "SLA Pauses"

    pause_ids = fields.One2many(
        "aftersales.sla.pause",
        "res_id",
        "Pauses",
        domain=lambda self: [("res_model", "=", self._name)],
        readonly=True,
        copy=False,
        groups="aftersales_service.group_aftersales_user",
    )

    def _sla_begin(self):
        """Check, lock and return the documents for a change of their ledger.

        The document overrides it where it has states that allow none.
        """
        self.check_access("write")
        self._form_lock()
        return self.sudo()

    def _sla_wait(self, reason, since=None, note=""):
        """The work cannot go on because ``reason``.

        :param str reason: ``customer``, ``parts`` or ``traffic``
        :param since: naive UTC datetime from when; empty means now
        :raises UserError: waiting for it already, or a time in the future or
            before the document came in
        """
        if reason not in dict(PAUSE_REASONS):
            raise UserError(self.env._("Choose what the work waits for."))
        documents = self._sla_begin()
        pauses = self.env["aftersales.sla.pause"].sudo()
        waiting = pauses.search(
            [*documents._sla_domain(), ("ended_at", "=", False)]
        ).filtered(lambda pause: pause.reason == reason)
        if waiting:
            raise UserError(
                self.env._(
                    "%(document)s is already waiting for this since %(time)s.",
                    document=documents.browse(waiting[0].res_id).display_name,
                    time=documents._form_date(waiting[0].started_at, with_time=True),
                )
            )
        pauses.create(
            [
                {
                    "res_model": document._name,
                    "res_id": document.id,
                    "company_id": document.company_id.id,
                    "reason": reason,
                    "started_at": document._form_check_event_time(
                        since,
                        document._sla_get_received_at(),
                        self.env._("Received At"),
                    ),
                    "note": (note or "").strip(),
                }
                for document in documents
            ]
        )
        documents._sla_ledger_changed()

    def _sla_resume(self, at=None, reason=None):
        """The work goes on.

        :param at: naive UTC datetime from when; empty means now
        :param reason: end only this pause; empty means all that are open
        :raises UserError: nothing waits, or a time before the pause began
        """
        documents = self._sla_begin()
        pauses = (
            self.env["aftersales.sla.pause"]
            .sudo()
            .search([*documents._sla_domain(), ("ended_at", "=", False)])
        )
        if reason:
            pauses = pauses.filtered(lambda pause: pause.reason == reason)
        waiting = set(pauses.mapped("res_id"))
        for document in documents:
            # A reason entered before there was a ledger is just cleared.
            old = "wait_reason" in self._fields and document.wait_reason
            if document.id not in waiting and (not old or reason not in (None, old)):
                raise UserError(
                    self.env._(
                        "%(document)s is not waiting.", document=document.display_name
                    )
                )
        for pause in pauses:
            document = documents.browse(pause.res_id)
            pause.ended_at = document._form_check_event_time(
                at, pause.started_at, self.env._("Waiting")
            )
        documents._sla_ledger_changed()

    def _sla_end_pauses(self, ends):
        """Close what is open; called with sudo.

        :param dict ends: id of each document -> when; a pause that began later ends
            at its own start
        """
        pauses = self.env["aftersales.sla.pause"].search(
            [*self._sla_domain(), ("ended_at", "=", False)]
        )
        for pause in pauses:
            pause.ended_at = max(pause.started_at, ends[pause.res_id])
        if pauses:
            self._sla_ledger_changed()

    def _sla_ledger_changed(self):
        """Plan the open clocks anew and show what is waited for; with sudo."""
        self._sla_get_clocks()._replan()
        reasons = {}
        for pause in self.env["aftersales.sla.pause"].search(
            [*self._sla_domain(), ("ended_at", "=", False)]
        ):
            reasons[pause.res_id] = pause.reason
        if "wait_reason" in self._fields:
            for document in self:
                document.wait_reason = reasons.get(document.id, False)
        self.invalidate_recordset(["pause_ids"])
        self._sla_refresh()

    def _sla_pause_entries(self):
        """The pauses in the story of the case, see ``_story_entries``."""
        self.ensure_one()
        pauses = self.env["aftersales.sla.pause"].sudo().search(self._sla_domain())
        labels = dict(pauses._fields["reason"]._description_selection(self.env))
        entries = []
        for pause in pauses:
            entries.append(
                {
                    "date": pause.started_at,
                    "title": labels[pause.reason],
                    "text": pause.note,
                }
            )
            if pause.ended_at:
                entries.append(
                    {
                        "date": pause.ended_at,
                        "title": self.env._("The work goes on"),
                        "text": labels[pause.reason],
                    }
                )
        return entries
