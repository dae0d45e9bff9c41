from odoo.tests import new_test_user, tagged

from ..common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestEmployeeRights(AftersalesCommon):
    def test_every_group_reads_the_name_of_an_engineer(self):
        """A field of ``hr.employee`` that more people may read than employees would
        be fetched with the name, and refused: Finance could open no expense."""
        privilege = self.env.ref(
            "aftersales_service.group_aftersales_user"
        ).privilege_id
        groups = self.env["res.groups"].search([("privilege_id", "=", privilege.id)])
        self.assertGreater(len(groups), 6)
        for group in groups:
            (xmlid,) = group.get_external_id().values()
            user = new_test_user(
                self.env, f"only_{group.id}", f"base.group_user,{xmlid}"
            )
            employee = self.engineer.with_user(user)
            employee.env.invalidate_all()
            with self.subTest(xmlid):
                self.assertEqual(employee.name, self.engineer.name)
