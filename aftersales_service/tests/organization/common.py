from odoo import Command

from ..common import AftersalesCommon


class SigningCommon(AftersalesCommon):
    """A dispatch order waiting for its first signature."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dispatch_route = cls.env.ref("aftersales_service.route_dispatch")
        cls.sign_type = cls.env.ref("aftersales_service.mail_activity_type_sign")

    def _submit_dispatch(self, **vals):
        """A dispatch order before its signers."""
        dispatch = self._create_dispatch(**vals)
        dispatch.action_submit()
        return dispatch

    def _get_box(self, document, role):
        """The live box of ``role`` on ``document``, with sudo."""
        return document.sudo().signature_ids.filtered(lambda s: s.role_id.code == role)

    def _get_states(self, document):
        """States of the live boxes in the order of the route."""
        document.invalidate_recordset()
        return document.sudo().signature_ids.sorted("sequence").mapped("state")

    def _get_asked(self, document):
        """Logins of those whom an activity asks to sign ``document``."""
        activities = document.sudo().activity_ids.filtered(
            lambda a: a.activity_type_id == self.sign_type
        )
        return sorted(activities.user_id.mapped("login"))

    def _sign_as(self, user, document, role, approve=True, opinion=""):
        """Sign the box of ``role`` as ``user``, whoever he is."""
        self._get_box(document, role).with_user(user)._sign(approve, opinion)
        document.invalidate_recordset()

    def _assign(self, user, role, **vals):
        """Let ``user`` hold the slot ``role`` in the company."""
        return self.env["aftersales.role.assignment"].create(
            {
                "role_id": self.env.ref(f"aftersales_service.role_{role}").id,
                "company_id": self.company.id,
                "user_id": user.id,
                **vals,
            }
        )

    def _create_route(self, roles, company=None, **vals):
        """A route of dispatch orders; ``roles`` are codes or ``(code, amount)``."""
        steps = [role if isinstance(role, tuple) else (role, 0) for role in roles]
        return self.env["aftersales.approval.route"].create(
            {
                "name": "Own Route",
                "model_id": self.env["ir.model"]._get_id("aftersales.dispatch"),
                "company_id": (company or self.company).id,
                "step_ids": [
                    Command.create(
                        {
                            "name": f"Box of {code}",
                            "sequence": number,
                            "role_id": self.env.ref(
                                f"aftersales_service.role_{code}"
                            ).id,
                            "min_amount": amount,
                        }
                    )
                    for number, (code, amount) in enumerate(steps)
                ],
                **vals,
            }
        )
