from contextlib import contextmanager

from odoo import SUPERUSER_ID, Command, api, fields
from odoo.modules.registry import Registry
from odoo.tests import BaseCase
from odoo.tests.common import get_db_name

# No mails about activities: these tests commit.
CONTEXT = {
    "mail_activity_quick_update": True,
    "mail_create_nolog": True,
    "no_reset_password": True,
}
ROLES = ("aftersales_head", "marketing_head", "marketing_centre")


class CommittedCommon(BaseCase):
    """Two transactions at once need data that is there for both: committed data.

    What is made here is removed at the end. The company gets a route of its own
    for dispatch orders, with three boxes to be signed in any order.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry = Registry(get_db_name())
        cls.made = []
        cls.addClassCleanup(cls._remove)
        with cls._transaction() as env:
            cls._set_up_people(env)
            cls._set_up_route(env)
            cls._make(env["res.partner"], {"name": "Committed Customer"})

    @classmethod
    @contextmanager
    def _transaction(cls, user_id=SUPERUSER_ID, commit=True):
        """An environment of ``user_id`` in a transaction of its own."""
        with cls.registry.cursor() as cr:
            env = api.Environment(cr, user_id, dict(CONTEXT))
            yield env
            env.flush_all()
            if not commit:
                cr.rollback()

    @classmethod
    def _make(cls, model, vals):
        """Create a record and remember it for the end."""
        record = model.create(vals)
        cls.made.append((model._name, record.id))
        return record

    @classmethod
    def _set_up_people(cls, env):
        def user(login, group):
            group_id = env.ref(f"aftersales_service.group_aftersales_{group}").id
            return cls._make(
                env["res.users"],
                {
                    "name": login,
                    "login": f"as_committed_{login}",
                    "group_ids": [Command.set([group_id])],
                },
            ).id

        cls.dispatcher_id = user("dispatcher", "dispatcher")
        cls.engineer_user_id = user("engineer", "engineer")
        cls.signer_ids = {role: user(role, "user") for role in ROLES}
        cls.deputy_id = user("deputy", "user")
        cls.engineer_id = cls._make(
            env["hr.employee"],
            {
                "name": "Committed Engineer",
                "user_id": cls.engineer_user_id,
                "company_id": env.company.id,
                "aftersales_engineer": True,
            },
        ).id
        holders = [*cls.signer_ids.items(), ("aftersales_head", cls.deputy_id)]
        for role, user_id in holders:
            cls._make(
                env["aftersales.role.assignment"],
                {
                    "role_id": env.ref(f"aftersales_service.role_{role}").id,
                    "company_id": env.company.id,
                    "user_id": user_id,
                },
            )

    @classmethod
    def _set_up_route(cls, env):
        cls._make(
            env["aftersales.approval.route"],
            {
                "name": "Any Order",
                "mode": "parallel",
                "company_id": env.company.id,
                "model_id": env["ir.model"]._get_id("aftersales.dispatch"),
                "step_ids": [
                    Command.create(
                        {
                            "name": role,
                            "role_id": env.ref(f"aftersales_service.role_{role}").id,
                        }
                    )
                    for role in ROLES
                ],
            },
        )

    @classmethod
    def _remove(cls):
        with cls._transaction() as env:
            partners = env["res.partner"]
            for model, record_id in reversed(cls.made):
                record = env[model].browse(record_id)
                if model == "res.users":
                    partners |= record.partner_id
                if model == "hr.employee":
                    partners |= record.work_contact_id
                record.unlink()
            partners.exists().unlink()

    # --------------------------------------------------------------- documents

    def _commit_dispatch(self, **vals):
        """A committed draft dispatch with its card; returns its id."""
        with self._transaction() as env:
            partner_id = next(i for name, i in self.made if name == "res.partner")
            request = env["aftersales.service.request"].create(
                {"partner_id": partner_id, "state": "to_dispatch"}
            )
            dispatch = env["aftersales.dispatch"].create(
                {"request_id": request.id, "engineer_id": self.engineer_id, **vals}
            )
            self.addCleanup(self._remove_request, request.id)
            return dispatch.id

    def _commit_departed(self):
        """A committed dispatch whose engineer is on the way."""
        now = fields.Datetime.now()
        return self._commit_dispatch(
            state="departed", issued_at=now, contacted_at=now, departed_at=now
        )

    def _commit_submitted(self):
        """A committed dispatch before its three signers."""
        dispatch_id = self._commit_dispatch()
        with self._transaction(self.dispatcher_id) as env:
            env["aftersales.dispatch"].browse(dispatch_id).action_submit()
        return dispatch_id

    def _remove_request(self, request_id):
        with self._transaction() as env:
            request = env["aftersales.service.request"].browse(request_id)
            dispatches = request.dispatch_ids
            env["aftersales.signature"].search(
                [
                    ("res_model", "=", dispatches._name),
                    ("res_id", "in", dispatches.ids),
                ]
            ).unlink()
            dispatches.card_ids.unlink()
            dispatches.write({"approval_state": "draft"})
            dispatches.unlink()
            request.write({"state": "new"})
            request.unlink()

    def _read(self, dispatch_id, fname):
        """What is committed now."""
        with self._transaction() as env:
            return env["aftersales.dispatch"].browse(dispatch_id)[fname]
