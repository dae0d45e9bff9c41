from odoo import Command, fields
from odoo.tests import new_test_user

from .common import GROUP, AftersalesCommon


class TwoCompaniesCommon(AftersalesCommon):
    """The company of the case and a sister company with people and a machine.

    ``foreign_*`` belongs to the sister; ``both_user`` is manager in both.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sister = cls.env["res.company"].create({"name": "Sister Machines"})
        cls.foreign_manager = new_test_user(
            cls.env,
            login="as_foreign_manager",
            groups=f"{GROUP}manager",
            company_id=cls.sister.id,
            company_ids=[Command.set(cls.sister.ids)],
        )
        cls.both_user = new_test_user(
            cls.env,
            login="as_both",
            groups=f"{GROUP}manager",
            company_id=cls.company.id,
            company_ids=[Command.set((cls.company | cls.sister).ids)],
        )
        cls.foreign_engineer = cls.env["hr.employee"].create(
            {
                "name": "Foreign Engineer",
                "company_id": cls.sister.id,
                "aftersales_engineer": True,
            }
        )
        cls.foreign_equipment = cls.env["aftersales.equipment"].create(
            {
                "product_id": cls.machine.id,
                "serial": "SI-0001",
                "company_id": cls.sister.id,
                "partner_id": cls.customer.id,
                "purchase_date": fields.Date.today(),
            }
        )

    def _create_foreign_request(self, **vals):
        """A request of the sister company."""
        return self._create_request(
            self.foreign_manager,
            equipment_id=self.foreign_equipment.id,
            **vals,
        )
