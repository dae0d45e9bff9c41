from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, tagged
from odoo.tests.common import get_db_name
from odoo.tools import mute_logger

MARK = "as_analytic_at_once"


@tagged("post_install", "-at_install")
class TestAnalyticAtOnce(BaseCase):
    """Two transactions need the account of the same customer: there is one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry = Registry(get_db_name())
        cls._sweep()
        cls.addClassCleanup(cls._sweep)
        with cls.registry.cursor() as cr:
            partner = cls._get_env(cr)["res.partner"].create(
                {"name": MARK, "ref": MARK}
            )
            cls.partner_id = partner.id

    @classmethod
    def _get_env(cls, cr):
        return api.Environment(cr, SUPERUSER_ID, {"active_test": False})

    @classmethod
    def _sweep(cls):
        with cls.registry.cursor() as cr:
            env = cls._get_env(cr)
            accounts = env["account.analytic.account"]
            accounts.search([("name", "=", MARK)]).unlink()
            env["res.partner"].search([("ref", "=", MARK)]).unlink()

    def _get_account(self, cr):
        env = self._get_env(cr)
        partner = env["res.partner"].browse(self.partner_id)
        accounts = env["account.analytic.account"]
        return accounts._aftersales_get_accounts(env.company, [partner])[partner]

    @mute_logger("odoo.sql_db")
    def test_one_account(self):
        with self.registry.cursor() as first, self.registry.cursor() as second:
            for cr in (first, second):
                cr.execute("SET LOCAL lock_timeout = '5s'")
                cr.execute("SELECT 1")  # from now on it sees what is there now
            account_id = self._get_account(first).id
            first.commit()
            # It began before the other one ended: sent back, to be tried again.
            with self.assertRaises(SerializationFailure):
                self._get_account(second)
            second.rollback()
            self.assertEqual(self._get_account(second).id, account_id)
