from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

MERGE_STATES = ("new", "accepted", "remote", "to_dispatch", "to_factory")
# Documents that do not stop a merge: they go along.
GO_ALONG = {"call_ids"}
# What is there once per request, see _merge_single.
SINGLE = {"triage_answer_ids", "case_use_ids", "repair_record_ids", "fault_case_ids"}


class AftersalesMergeMixin(models.AbstractModel):
    """Two requests about one matter become one file.

    The model that inherits this inherits the file, channel and form mixins.
    """

    _name = "aftersales.merge.mixin"
    _description = "Merging of Requests"

    merged_into_id = fields.Many2one(
        "aftersales.service.request",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
    )
    merged_ids = fields.One2many(
        "aftersales.service.request", "merged_into_id", "Merged Requests"
    )
    merged_count = fields.Integer(compute="_compute_merged_count")

    def _compute_merged_count(self):
        counts = dict(
            self._read_group(
                [("merged_into_id", "in", self.ids)], ["merged_into_id"], ["__count"]
            )
        )
        for request in self:
            request.merged_count = counts.get(request._origin, 0)

    def write(self, vals):
        if vals.get("state", "cancelled") != "cancelled":
            for request in self:
                if request.merged_into_id:
                    raise UserError(
                        self.env._(
                            "%(request)s was merged into %(target)s; the case goes"
                            " on there.",
                            request=request.name,
                            target=request.merged_into_id.name,
                        )
                    )
        return super().write(vals)

    def action_merge(self):
        """Dialog: which of these requests goes on, which are merged into it."""
        requests = self
        if len(self) == 1:
            requests |= self.duplicate_request_id
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Merge Requests"),
            "res_model": "aftersales.service.request.merge",
            "view_mode": "form",
            "target": "new",
            "context": {"default_request_ids": requests.ids},
        }

    def action_view_merged(self):
        """Open the requests that were merged into this one."""
        return self._form_action_view("merged_ids")

    # ----------------------------------------------------------------- merge

    def _merge(self, sources):
        """Merge ``sources`` into this request; nothing is lost.

        Chatter, files, followers, calls, activities and clocks come over; the
        merged ones are cancelled, with a note and a link both ways.

        :raises UserError: unless all are open, of one customer and machine, and
            no work was dispatched on the merged ones
        """
        self.ensure_one()
        sources -= self
        if not sources:
            raise UserError(self.env._("Choose two requests at least."))
        both = self | sources
        # Under the lock of all of them: pressed twice, it is done once.
        both._form_begin(*MERGE_STATES, "dispatched", "in_work", "confirm")
        sources._form_check_state(*MERGE_STATES)
        target, merged = self.sudo(), sources.sudo()
        target._merge_check(merged)
        target._merge_fill(merged)
        target._merge_chatter(merged)
        target._merge_documents(merged)
        target._merge_clocks(merged)
        merged.write(
            {
                "state": "cancelled",
                "closed_at": fields.Datetime.now(),
                "merged_into_id": target.id,
            }
        )
        target._merge_tell(merged)

    def _merge_check(self, sources):
        """:raises UserError: when these are not one matter, or work has begun"""
        both = self | sources
        if len(both.company_id) > 1:
            raise UserError(self.env._("Requests of two companies are not merged."))
        if len(both.partner_id.commercial_partner_id) > 1:
            raise UserError(self.env._("Requests of two customers are not merged."))
        if len(both.equipment_id) > 1:
            raise UserError(self.env._("Requests for two machines are not merged."))
        for source in sources:
            for fname in self._get_file_fields():
                if fname in GO_ALONG:
                    continue
                documents = source[fname].filtered(
                    lambda doc: doc.state not in ("cancel", "cancelled")
                )
                if documents:
                    raise UserError(
                        self.env._(
                            "%(request)s has work on it already (%(document)s) and"
                            " cannot be merged away. Merge the other one into it.",
                            request=source.name,
                            document=documents[0].display_name,
                        )
                    )

    @api.model
    def _get_merge_fields(self):
        """What is taken from a merged request where the target knows nothing."""
        return [
            "contact_name",
            "phone",
            "phone_spare",
            "email",
            "equipment_id",
            "product_id",
            "serial",
            "purchase_date",
            "symptom",
            "description",
            "requested_service",
            "occurred_at",
            "wish_at",
            "fault_level",
            "request_class",
            "user_id",
        ]

    def _merge_fill(self, sources):
        vals = {}
        for fname in self._get_merge_fields():
            if self[fname]:
                continue
            for source in sources.sorted("id"):
                if source[fname]:
                    field = self._fields[fname]
                    vals[fname] = field.convert_to_write(source[fname], source)
                    break
        vals["support_line"] = max((self | sources).mapped("support_line"))
        vals["proof_ids"] = [
            fields.Command.link(file.id) for file in sources.proof_ids - self.proof_ids
        ]
        self.write(vals)

    def _merge_chatter(self, sources):
        """Messages, files, activities and followers go over to this request."""
        here = {"res_id": self.id}
        of_sources = Domain("res_id", "in", sources.ids)
        for model_name, fname in (
            ("mail.message", "model"),
            ("ir.attachment", "res_model"),
            ("mail.activity", "res_model"),
        ):
            self.env[model_name].search(
                of_sources & Domain(fname, "=", self._name)
            ).write(here)
        self.message_subscribe(sources.message_partner_ids.ids)
        (self | sources).invalidate_recordset()

    def _merge_documents(self, sources):
        """Calls and whatever else of ours points at a merged request."""
        files = set(self._get_file_fields()) - GO_ALONG
        for name, field in self._fields.items():
            if (
                field.type != "one2many"
                or name in files | SINGLE | {"merged_ids"}
                or not field.inverse_name
                or not field.comodel_name.startswith("aftersales.")
            ):
                continue
            inverse = self.env[field.comodel_name]._fields.get(field.inverse_name)
            if inverse is not None and inverse.type == "many2one":
                sources[name].write({field.inverse_name: self.id})
        self._merge_answers(sources)
        self._merge_case_uses(sources)
        self._merge_single(sources, "repair_record_ids", lambda row: row.attempt)
        for source in sources.sorted("id"):
            if not self.fault_case_ids:
                source.fault_case_ids.write({"request_id": self.id})

    def _merge_single(self, sources, fname, key):
        """Take over rows of which a request has one of each kind only.

        What this request has stays; of two merged ones the older gives its row.

        :param key: function that tells the kind of a row
        :return: dict ``{row left behind: row of this request in its place}``
        """
        mine = {key(row): row for row in self[fname]}
        taken, left = self[fname].browse(), {}
        for source in sources.sorted("id"):
            for row in source[fname].sorted("id"):
                if key(row) in mine:
                    left[row] = mine[key(row)]
                else:
                    mine[key(row)] = row
                    taken |= row
        taken.write({"request_id": self.id})
        taken.flush_recordset()
        return left

    def _merge_answers(self, sources):
        """A question is answered here if it was answered anywhere."""
        left = self._merge_single(
            sources, "triage_answer_ids", lambda row: row.question_id
        )
        for row, mine in left.items():
            if row.is_answered and not mine.is_answered:
                mine.write(
                    {
                        "answer": row.answer,
                        "note": row.note,
                        "answered_by_id": row.answered_by_id.id,
                        "answered_at": row.answered_at,
                    }
                )

    def _merge_case_uses(self, sources):
        """One case solved it: the others were tried. One matter counts once."""
        solved = bool(self.solved_case_id)
        for source in sources.sorted("id"):
            uses = source.case_use_ids.filtered(lambda use: use.verdict == "solved")
            if solved:
                uses.write({"verdict": "no_help"})
            solved = solved or bool(uses)
        sources.case_use_ids.flush_recordset()
        left = self._merge_single(sources, "case_use_ids", lambda row: row.case_id)
        self.env["aftersales.fault.case.use"].union(*left).unlink()

    def _merge_clocks(self, sources):
        """Clocks, events and pauses count on here.

        Of two open clocks of one promise and cause the one that started first
        stays, of two open pauses for one reason the one that began first.
        """
        both = self | sources
        clocks = both._sla_get_clocks().sorted(lambda c: (c.started_at, c.id))
        doubles = clocks.browse()
        for group in clocks.grouped(
            lambda c: (c.kind, c.timer_id, c.source or "")
        ).values():
            doubles |= group[1:]
        doubles._cancel()
        if self.accepted_at:
            # Nobody accepts this file again: the customer was heard by now.
            heard = (clocks - doubles).filtered(
                lambda c: c.stop_event == "accepted" and c.res_id in sources.ids
            )
            heard._finish(dict.fromkeys(heard, fields.Datetime.now()))
        pauses = self.env["aftersales.sla.pause"].search(
            [*both._sla_domain(), ("ended_at", "=", False)]
        )
        for group in pauses.grouped("reason").values():
            for pause in group[1:]:
                pause.ended_at = pause.started_at
        # What has ended makes room before the rest comes over.
        self.env.flush_all()
        for model_name in ("event", "pause", "clock"):
            records = self.env[f"aftersales.sla.{model_name}"].search(
                sources._sla_domain()
            )
            records.write({"res_id": self.id})
            if model_name == "clock":
                records.write({"document_name": self.display_name})
        both._sla_ledger_changed()

    def _merge_tell(self, sources):
        for source in sources:
            self.message_post(
                body=self.env._(
                    "%(request)s was merged into this request.",
                    request=source._get_html_link(),
                )
            )
            source.message_post(
                body=self.env._(
                    "Merged into %(request)s.", request=self._get_html_link()
                )
            )
