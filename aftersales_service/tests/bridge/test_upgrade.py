from odoo.tests import tagged

from ..common import AftersalesCommon

SCRIPT = "19.0.1.1.0/post-migration.py"


@tagged("post_install", "-at_install")
class TestUpgrade(AftersalesCommon):
    """What an update does not read again is brought to the new state."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.script = cls._load_migration(SCRIPT)

    def _migrate(self, version="19.0.1.0.0"):
        self.env.flush_all()
        self.script.migrate(self.env.cr, version)
        self.env.invalidate_all()

    def test_rules(self):
        rules = {
            path: self.env.ref(f"aftersales_service.{name}")
            for name, path in self.script.RULES.items()
        }
        for path, rule in rules.items():
            rule.domain_force = self.script.OLD_DOMAIN % {"path": path}
        own = "[('engineer_id.user_id', '=', user.id)]"
        rules[""].domain_force = own
        self._migrate()
        self.assertEqual(rules.pop("").domain_force, own, "somebody's own")
        for path, rule in rules.items():
            new = f"[('{path}engineer_user_ids', 'in', [user.id])]"
            with self.subTest(rule=rule.name):
                self.assertEqual(rule.domain_force, new)

    def test_role_company_and_engineers(self):
        role = self.env.ref("aftersales_service.role_support_head")
        role.support_line = False
        self.company.aftersales_alias_id.unlink()
        dispatch = self._create_dispatch()
        self.env.flush_all()
        field = dispatch._fields["engineer_user_ids"]
        self.env.cr.execute(f"DELETE FROM {field.relation}")  # pylint: disable=sql-injection
        self.env.invalidate_all()
        self._migrate("")
        self.assertFalse(role.support_line, "a new database needs nothing")
        self._migrate()
        self.assertEqual(role.support_line, "2")
        self.assertTrue(self.company.aftersales_alias_id)
        self.assertIn(self.engineer_user, dispatch.engineer_user_ids)
        role.support_line = "3"
        self._migrate()
        self.assertEqual(role.support_line, "3", "what was chosen stays")
