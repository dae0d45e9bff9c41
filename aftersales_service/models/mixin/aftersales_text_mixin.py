from odoo import api, models
from odoo.exceptions import ValidationError

TEXT_LIMIT = 100_000


class AftersalesTextMixin(models.AbstractModel):
    """Texts and notes of a length that people can read, with a clear refusal."""

    _name = "aftersales.text.mixin"
    _description = "Texts of Readable Length"

    @api.model_create_multi
    def create(self, vals_list):
        self._check_texts(vals_list)
        return super().create(vals_list)

    def write(self, vals):
        self._check_texts([vals])
        return super().write(vals)

    @api.model
    def _check_texts(self, vals_list):
        """Refuse a text nobody can read: the forms are printed on A4.

        :raises ValidationError: naming the field, its size and the limit
        """
        for vals in vals_list:
            for fname, value in vals.items():
                if isinstance(value, str) and len(value) > TEXT_LIMIT:
                    field = self._fields.get(fname)
                    if field is None or field.type not in ("char", "text", "html"):
                        continue
                    raise ValidationError(
                        self.env._(
                            "%(field)s is too long: %(size)s characters, at most"
                            " %(limit)s are accepted. Attach a file instead.",
                            field=field._description_string(self.env),
                            size=len(value),
                            limit=TEXT_LIMIT,
                        )
                    )

    def message_post(self, **kwargs):
        if len(kwargs.get("body") or "") > TEXT_LIMIT:
            raise ValidationError(
                self.env._(
                    "The note is too long: at most %(limit)s characters are accepted."
                    " Attach a file instead.",
                    limit=TEXT_LIMIT,
                )
            )
        return super().message_post(**kwargs)
