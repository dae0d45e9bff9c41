from odoo import api, models
from odoo.exceptions import AccessError


class AftersalesProtectedMixin(models.AbstractModel):
    """Fields that nobody writes over: a button sets them, or they are computed.

    The model that inherits this names them in ``_form_protected`` and calls the
    check in its ``create`` and ``write``. They are written with sudo inside the
    actions, so that no RPC call can write a state, a number or an event time past
    the checks of its action.
    """

    _name = "aftersales.protected.mixin"
    _description = "Protected Fields"

    _form_protected = frozenset()

    @api.model
    def _form_is_protected(self, fname):
        """Whether nobody writes ``fname``: a button sets it, or it is computed.

        Odoo itself takes a value for a stored computed field from any client.
        """
        field = self._fields.get(fname)
        return field is not None and (
            fname in self._form_protected
            or bool(field.compute and field.readonly and not field.inverse)
        )

    @api.model
    def _form_without_defaults(self):
        """``self`` without defaults from the context for protected fields, which
        would be a way round the check.
        """
        if self.env.su:
            return self
        return self.with_context(  # pylint: disable=context-overridden
            {
                key: value
                for key, value in self.env.context.items()
                if not key.startswith("default_")
                or not self._form_is_protected(key.removeprefix("default_"))
            }
        )

    @api.model
    def _form_check_protected(self, vals_list, creating=False):
        """Refuse values for fields that belong to the buttons or are computed.

        :raises AccessError: naming the first such field
        """
        if self.env.su:
            return
        for vals in vals_list:
            for fname in filter(self._form_is_protected, vals):
                field = self._fields[fname]
                if creating and (
                    not vals[fname]
                    or (field.default and vals[fname] == field.default(self))
                ):
                    continue
                label = field._description_string(self.env)
                raise AccessError(
                    self.env._("%(field)s is set by its button only.", field=label)
                    if fname in self._form_protected
                    else self.env._("%(field)s is computed, not entered.", field=label)
                )
