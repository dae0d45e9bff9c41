from contextlib import contextmanager
from datetime import timedelta
from importlib.util import module_from_spec, spec_from_file_location

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user
from odoo.tools.misc import file_path

from odoo.addons.base.tests.common import BaseCommon

GROUP = "aftersales_service.group_aftersales_"


class AftersalesCommon(BaseCommon):
    """A company with its people, a machine in warranty, parts in stock.

    The people have the lowest group that may do their work; ``signers`` hold one
    role slot each. Helpers play the usual steps of a case as the right person.
    """

    @classmethod
    def default_env_context(cls):
        # Chatter is part of what is tested.
        return {"no_reset_password": True}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Messages are read in English, whatever the database speaks.
        cls.env["res.lang"]._activate_lang("en_US")
        cls.env = cls.env(context=dict(cls.env.context, lang="en_US"))
        cls.company = cls.env.company
        cls.company.sudo()._aftersales_setup()
        # The demo company promises terms of its own.
        cls.company.aftersales_warranty_policy_id = False
        cls._set_up_people()
        cls._set_up_goods()
        cls.customer = cls.env["res.partner"].create(
            {
                "name": "Qingshan Roadworks",
                "is_company": True,
                "street": "88 Bridge Road",
                "city": "Chengdu",
                "phone": "+86 28 8888 0000",
                "child_ids": [
                    Command.create({"name": "Ms Luo", "phone": "+86 139 0000 0000"})
                ],
            }
        )
        cls.equipment = cls.env["aftersales.equipment"].create(
            {
                "product_id": cls.machine.id,
                "serial": "MK-0001",
                "partner_id": cls.customer.id,
                "purchase_date": fields.Date.today() - timedelta(days=60),
            }
        )

    @classmethod
    def _set_up_people(cls):
        def user(login, *groups):
            return new_test_user(
                cls.env,
                login=f"as_{login}",
                name=login.replace("_", " ").title(),
                lang="en_US",
                groups=",".join(GROUP + group for group in groups),
            )

        cls.agent = user("agent", "agent")
        cls.dispatcher = user("dispatcher", "dispatcher")
        cls.keeper = user("keeper", "keeper")
        cls.finance = user("finance", "finance")
        cls.quality = user("quality", "quality")
        cls.manager = user("manager", "manager")
        cls.engineer_user = user("engineer", "engineer")
        cls.other_engineer_user = user("other_engineer", "engineer")
        cls.engineer, cls.other_engineer = cls.env["hr.employee"].create(
            [
                {
                    "name": user_.name,
                    "user_id": user_.id,
                    "company_id": cls.company.id,
                    "aftersales_engineer": True,
                }
                for user_ in (cls.engineer_user, cls.other_engineer_user)
            ]
        )
        cls.signers = {}
        for role in cls.env["aftersales.role"].search([]):
            cls.signers[role.code] = user(role.code, "user")
            cls.env["aftersales.role.assignment"].create(
                {
                    "role_id": role.id,
                    "company_id": cls.company.id,
                    "user_id": cls.signers[role.code].id,
                }
            )

    @classmethod
    def _set_up_goods(cls):
        cls.stock = cls.company._aftersales_get_warehouse().lot_stock_id
        cls.part_category = cls.env["product.category"].create(
            {
                "name": "Spare Parts",
                "property_valuation": "real_time",
                "property_cost_method": "fifo",
            }
        )
        products = cls.env["product.product"]
        cls.machine = products.create(
            {
                "name": "Line Marking Machine",
                "is_storable": True,
                "tracking": "serial",
                "aftersales_tracked": True,
                "aftersales_warranty_months": 12,
            }
        )
        common = {
            "is_storable": True,
            "categ_id": cls.part_category.id,
            "standard_price": 40.0,
            "lst_price": 100.0,
            "taxes_id": False,
        }
        cls.seal = products.create(
            {"name": "Seal", "invoice_policy": "order", **common}
        )
        cls.pump = products.create(
            {
                **common,
                "name": "Pump",
                "tracking": "serial",
                "invoice_policy": "delivery",
                "standard_price": 300.0,
                "lst_price": 700.0,
            }
        )
        cls.pump_lot = cls.env["stock.lot"].create(
            {"name": "P-1", "product_id": cls.pump.id, "company_id": cls.company.id}
        )
        cls._receive(cls.seal, 20)
        cls._receive(cls.pump, 1, cls.pump_lot)

    @classmethod
    def _receive(cls, product, quantity, lot=None):
        """Bring goods into the warehouse by a done receipt, at standard price."""
        warehouse = cls.company._aftersales_get_warehouse()
        picking = cls.env["stock.picking"].create(
            {
                "picking_type_id": warehouse.in_type_id.id,
                "location_id": cls.env.ref("stock.stock_location_suppliers").id,
                "location_dest_id": warehouse.lot_stock_id.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": quantity,
                            "location_id": cls.env.ref(
                                "stock.stock_location_suppliers"
                            ).id,
                            "location_dest_id": warehouse.lot_stock_id.id,
                            "aftersales_lot_id": lot.id if lot else False,
                        }
                    )
                ],
            }
        )
        picking._aftersales_force_done()
        return picking

    @staticmethod
    def _load_migration(name):
        """The script of an update as a module, such as ``19.0.1.1.0/post-x.py``."""
        path = file_path(f"aftersales_service/migrations/{name}")
        spec = spec_from_file_location("migration", path)
        script = module_from_spec(spec)
        spec.loader.exec_module(script)
        return script

    @contextmanager
    def assertRaisesRegex(self, exception, regex, **kwargs):
        """Roll back what the refused call has written, as ``assertRaises`` does."""
        with (
            super().assertRaisesRegex(exception, regex, **kwargs) as caught,
            self.env.cr.savepoint(),
        ):
            if issubclass(exception, AccessError):
                self.env.cr.clear()  # a filled cache would hide the refusal
            yield caught

    # ------------------------------------------------------- steps of a case

    def _create_request(self, user=None, **vals):
        """A request for the machine in warranty, complete for a visit."""
        values = {
            "partner_id": self.customer.id,
            "equipment_id": self.equipment.id,
            "symptom": "Does not spray",
            "requested_service": "Repair on site",
            "fault_level": "2",
            **vals,
        }
        user = user or self.agent
        return self.env["aftersales.service.request"].with_user(user).create(values)

    def _create_dispatch(self, request=None, **vals):
        """A draft dispatch of a request that is ready for it."""
        request = request or self._create_request()
        if request.state in ("new", "accepted", "remote"):
            request.with_user(self.agent).action_plan_visit()
        return (
            self.env["aftersales.dispatch"]
            .with_user(self.dispatcher)
            .create({"request_id": request.id, "engineer_id": self.engineer.id, **vals})
        )

    def _sign(self, document, *roles, approve=True, opinion=""):
        """Sign the boxes of ``document`` as the holders of ``roles``, in order."""
        for role in roles:
            user = self.signers[role]
            boxes = (
                self.env["aftersales.signature"]
                .with_user(user)
                .search(
                    [
                        ("res_model", "=", document._name),
                        ("res_id", "=", document.id),
                        ("can_sign", "=", True),
                    ]
                )
            )
            boxes._sign(approve, opinion)
        document.invalidate_recordset()

    DISPATCH_ROLES = ("aftersales_head", "marketing_head", "marketing_centre")
    REQUISITION_ROLES = ("marketing_centre", "aftersales_head", "finance_head")
    RETURN_ROLES = (
        "aftersales_head",
        "marketing_centre",
        "other_leader",
        "company_leader",
    )

    def _issue_dispatch(self, request=None, **vals):
        """A dispatch with its three signatures and its service card."""
        dispatch = self._create_dispatch(request, **vals)
        dispatch.action_issue_cards()
        dispatch.action_submit()
        self._sign(dispatch, *self.DISPATCH_ROLES)
        return dispatch

    def _create_requisition(self, dispatch, lines, user=None):
        """A draft requisition; ``lines`` is ``[(product, quantity), ...]``."""
        return (
            self.env["aftersales.parts.requisition"]
            .with_user(user or self.engineer_user)
            .create(
                {
                    "dispatch_id": dispatch.id,
                    "line_ids": [
                        Command.create({"product_id": p.id, "quantity": q})
                        for p, q in lines
                    ],
                }
            )
        )

    def _issue_parts(self, dispatch, lines):
        """Signed requisition whose transfer the storekeeper has validated."""
        requisition = self._create_requisition(dispatch, lines)
        requisition.action_submit()
        self._sign(requisition, *self.REQUISITION_ROLES)
        picking = requisition.sudo().picking_ids.with_user(self.keeper)
        picking.button_validate()
        requisition.invalidate_recordset()
        return requisition

    def _go_to_customer(self, dispatch):
        """The engineer calls, leaves and arrives."""
        mine = dispatch.with_user(self.engineer_user)
        mine.action_contacted()
        mine.action_departed()
        mine.action_arrived()
        return mine

    def _use(self, dispatch, product, quantity=1, **vals):
        """A part used on ``dispatch``, entered by the engineer."""
        return (
            self.env["aftersales.part.use"]
            .with_user(self.engineer_user)
            .create(
                {
                    "dispatch_id": dispatch.id,
                    "product_id": product.id,
                    "quantity": quantity,
                    **vals,
                }
            )
        )

    def _get_balance(self, account):
        """Posted balance of ``account`` in company currency."""
        return sum(
            self.env["account.move.line"]
            .search([("account_id", "=", account.id), ("parent_state", "=", "posted")])
            .mapped("balance")
        )
