from contextlib import contextmanager

from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, Command, api, fields
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.tests import BaseCase
from odoo.tests.common import get_db_name
from odoo.tools import mute_logger

MARK = "as_committed"
# No mails about activities: these tests commit.
CONTEXT = {
    "active_test": False,
    "mail_activity_quick_update": True,
    "mail_create_nolog": True,
    "no_reset_password": True,
}
ROLES = ("aftersales_head", "marketing_head", "marketing_centre")


class CommittedCommon(BaseCase):
    """Two transactions at once need data that is there for both: committed data.

    It is marked with :data:`MARK` and swept away at the end, and at the beginning
    what a killed run has left. The company gets a route of its own for dispatch
    orders, with three boxes to be signed in any order.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry = Registry(get_db_name())
        cls._sweep()
        cls.addClassCleanup(cls._sweep)
        with cls._transaction() as env:
            cls._set_up_people(env)
            cls._set_up_route(env)
            cls.partner_id = (
                env["res.partner"].create({"name": "Customer", "ref": MARK}).id
            )

    @classmethod
    @contextmanager
    def _transaction(cls, user_id=SUPERUSER_ID, commit=True):
        """An environment of ``user_id`` in a transaction of its own."""
        with cls.registry.cursor() as cr:
            # Waiting for the other transaction of the same test would be for ever.
            cr.execute("SET LOCAL lock_timeout = '5s'")
            env = api.Environment(cr, user_id, dict(CONTEXT))
            yield env
            env.flush_all()
            if not commit:
                cr.rollback()

    @classmethod
    def _create_user(cls, env, login, group):
        """A marked user of one of our groups; returns his id."""
        group_id = env.ref(f"aftersales_service.group_aftersales_{group}").id
        values = {
            "name": login,
            "login": f"{MARK}_{login}",
            "group_ids": [Command.set([group_id])],
        }
        return env["res.users"].create(values).id

    @classmethod
    def _set_up_people(cls, env):
        cls.dispatcher_id = cls._create_user(env, "dispatcher", "dispatcher")
        cls.engineer_user_id = cls._create_user(env, "engineer", "engineer")
        cls.signer_ids = {role: cls._create_user(env, role, "user") for role in ROLES}
        cls.deputy_id = cls._create_user(env, "deputy", "user")
        engineer = env["hr.employee"].create(
            {
                "name": "Committed Engineer",
                "user_id": cls.engineer_user_id,
                "company_id": env.company.id,
                "aftersales_engineer": True,
            }
        )
        cls.engineer_id = engineer.id
        holders = [*cls.signer_ids.items(), ("aftersales_head", cls.deputy_id)]
        env["aftersales.role.assignment"].create(
            [
                {
                    "role_id": env.ref(f"aftersales_service.role_{role}").id,
                    "company_id": env.company.id,
                    "user_id": user_id,
                }
                for role, user_id in holders
            ]
        )

    @classmethod
    def _set_up_route(cls, env):
        steps = [
            {"name": role, "role_id": env.ref(f"aftersales_service.role_{role}").id}
            for role in ROLES
        ]
        env["aftersales.approval.route"].create(
            {
                "name": MARK,
                "mode": "parallel",
                "company_id": env.company.id,
                "model_id": env["ir.model"]._get_id("aftersales.dispatch"),
                "step_ids": [Command.create(step) for step in steps],
            }
        )

    @classmethod
    def _sweep(cls):
        """Remove all that bears the mark, in the order of its dependence."""
        with cls._transaction() as env:
            partners = env["res.partner"].search([("ref", "=", MARK)])
            requests = env["aftersales.service.request"].search(
                [("partner_id", "in", partners.ids)]
            )
            dispatches = requests.dispatch_ids
            env["aftersales.signature"].search(
                [
                    ("res_model", "=", dispatches._name),
                    ("res_id", "in", dispatches.ids),
                ]
            ).unlink()
            dispatches.card_ids.unlink()
            dispatches.write({"approval_state": "draft"})
            dispatches.unlink()
            requests.write({"state": "new"})
            requests.unlink()
            env["aftersales.approval.route"].search([("name", "=", MARK)]).unlink()
            users = env["res.users"].search([("login", "=like", f"{MARK}%")])
            employees = env["hr.employee"].search([("user_id", "in", users.ids)])
            partners |= users.partner_id | employees.work_contact_id
            env["aftersales.role.assignment"].search(
                [("user_id", "in", users.ids)]
            ).unlink()
            employees.unlink()
            users.unlink()
            partners.unlink()

    # ------------------------------------------------------------------- races

    def _race_locked(self, first, second):
        """The second person acts while the first one's transaction is open: he is
        told that somebody else is at it.

        :param first: ``(user id, what he does with his environment)``
        :param second: the same of the second person
        """
        with self._transaction(first[0]) as env:
            first[1](env)
            env.flush_all()
            with (
                self._transaction(second[0], commit=False) as other,
                self.assertRaisesRegex(UserError, "by somebody else right now"),
            ):
                second[1](other)

    @mute_logger("odoo.sql_db")
    def _race_stale(self, first, second, look, refusal=None):
        """The second person still sees the screen of before: the database sends him
        back, and when he tries again he is told.

        :param look: what he has seen, a check of his environment
        :param str refusal: what he is told the second time, a regex
        """
        with self._transaction(second[0], commit=False) as other:
            look(other)
            with self._transaction(first[0]) as env:
                first[1](env)
            with self.assertRaises(SerializationFailure):
                second[1](other)
            other.cr.rollback()
            other.invalidate_all(flush=False)
        if refusal:
            self._try_late(second, refusal)

    def _try_late(self, person, refusal):
        """Who comes when all is over is told with ``refusal``, a regex."""
        with (
            self._transaction(person[0], commit=False) as again,
            self.assertRaisesRegex(UserError, refusal),
        ):
            person[1](again)

    # --------------------------------------------------------------- documents

    def _commit_dispatch(self, **vals):
        """A committed draft dispatch; returns its id."""
        with self._transaction() as env:
            request = env["aftersales.service.request"].create(
                {"partner_id": self.partner_id, "state": "to_dispatch"}
            )
            dispatch = env["aftersales.dispatch"].create(
                {"request_id": request.id, "engineer_id": self.engineer_id, **vals}
            )
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

    def _read(self, dispatch_id, fname):
        """What is committed now."""
        with self._transaction() as env:
            return env["aftersales.dispatch"].browse(dispatch_id)[fname]
