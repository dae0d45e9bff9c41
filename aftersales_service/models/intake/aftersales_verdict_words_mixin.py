from odoo import api, models


class AftersalesVerdictWordsMixin(models.AbstractModel):
    """The reasons of a warranty verdict in words, in the language of the reader.

    The engine gives codes and parameters; they are kept as ``[code, params]``.
    """

    _name = "aftersales.verdict.words.mixin"
    _description = "Words of a Warranty Verdict"

    @api.model
    def _get_reason_text(self, reasons):
        """Sentences of reasons ``[code, params]`` in the reader's language."""
        text = " ".join(self._get_reason_sentence(code, p) for code, p in reasons)
        # A Chinese full stop brings its own space.
        return text.replace("。 ", "。")

    @api.model
    def _get_reason_sentence(self, code, params):
        values = self._get_reason_values(params)
        sentences = {
            "goodwill": self.env._("Free as goodwill."),
            "override": self.env._("Decided against the terms by %(user)s.", **values),
            "excluded": self.env._("Not covered: %(exclusion)s.", **values),
            "discretion": self.env._("At discretion: %(exclusion)s.", **values),
            "stated_in": self.env._("In warranty by what was stated on the request."),
            "stated_in_against": self.env._(
                "In warranty by what was stated, out of warranty by the record: quality"
                " or a manager decides."
            ),
            "stated_out": self.env._(
                "Out of warranty by what was stated on the request."
            ),
            "stated_unknown": self.env._("The warranty is not known."),
            "no_terms": self.env._("No warranty is on record for this machine."),
            "not_covered": self.env._("%(cover)s: not covered.", **values),
            "no_dates": self.env._(
                "%(cover)s: the first day is not known yet.", **values
            ),
            "before_start": self.env._(
                "%(cover)s: covered, the term counts from %(start)s to %(end)s.",
                **values,
            ),
            "in_term": self.env._(
                "%(cover)s: covered from %(start)s to %(end)s.", **values
            ),
            "expired": self.env._(
                "%(cover)s: the warranty ended on %(end)s.", **values
            ),
            "over_hours": self.env._("%(hours)s hours, more than %(limit)s.", **values),
            "in_hours": self.env._("%(hours)s of %(limit)s hours.", **values),
            "hours_unknown": self.env._(
                "Covered up to %(limit)s hours; nobody has read the meter.", **values
            ),
        }
        return sentences[code]

    @api.model
    def _get_reason_values(self, params):
        values = dict.fromkeys(
            ("user", "exclusion", "cover", "start", "end", "hours", "limit"), "–"
        )
        values.update({key: value for key, value in params.items() if value})
        for key in ("hours", "limit"):
            if params.get(key):
                values[key] = f"{params[key]:g}"
        if exclusion_id := params.get("exclusion"):
            exclusions = self.env["aftersales.warranty.exclusion"].sudo()
            values["exclusion"] = exclusions.browse(exclusion_id).name
        if cover := params.get("cover"):
            field = self.env["product.template"]._fields["aftersales_cover"]
            rows = self.env["aftersales.warranty"]._fields["cover"]
            labels = dict(field._description_selection(self.env))
            labels.update(rows._description_selection(self.env))
            values["cover"] = labels.get(cover, cover)
        return values
