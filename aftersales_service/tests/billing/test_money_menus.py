from ast import literal_eval

from lxml import etree

from odoo.tests import new_test_user, tagged
from odoo.tools.safe_eval import safe_eval

from .common import CollectionCommon


def node_is_hidden(node):
    """Whether the client never shows the field of a view."""
    return bool({node.get("invisible"), node.get("column_invisible")} & {"1", "True"})


@tagged("post_install", "-at_install")
class TestMoneyMenus(CollectionCommon):
    """Whoever is shown a menu can open it: each view of its action, with the fields
    of that view, as the web client asks for them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        self = cls()
        self._collect(50)
        late = self._collect(100, "R-2")
        self._hand_over(late)
        self._sheet(counted=40, difference_reason="Lost").action_confirm()
        self._collect(20, "R-3")
        invoice = self._invoice(cls.order)
        self._pay_by_transfer(invoice, 30)
        transfer = (
            self.env["aftersales.transfer.request"]
            .with_user(cls.engineer_user)
            .create({"sale_order_id": cls.order.id, "amount": 10, "reason": "No cash"})
        )
        transfer.action_submit()
        relief = self.env["aftersales.relief"].create(
            {"request_id": cls.request.id, "amount": 5, "reason": "Late"}
        )
        relief.action_submit()
        self.env["aftersales.cash.audit"].create(
            {"month": late.collected_on}
        ).action_prepare()
        self.env["aftersales.receipt.book"].create(
            {"engineer_id": cls.engineer.id, "first_number": 1, "last_number": 3}
        )
        self.env["aftersales.budget"].create({})
        self.env.flush_all()

    def _get_specification(self, node, model):
        """Fields of a view, those of the views inside it too."""
        specification = {}
        for field_node in node.iter("field"):
            owner = next(field_node.iterancestors("field"), None)
            if owner is not None and owner is not node:
                continue
            name = field_node.get("name")
            field = model._fields.get(name)
            if field is None:
                continue
            wanted = specification.setdefault(name, {})
            if not field.relational:
                continue
            if field.type != "many2one" and node_is_hidden(field_node):
                continue  # the client asks for the ids only
            fields = wanted.setdefault("fields", {"display_name": {}})
            comodel = model.env[field.comodel_name]
            for child in field_node:
                fields.update(self._get_specification(child, comodel))
        return specification

    def _open(self, action, user):
        """What the client does when a menu is pressed."""
        context = safe_eval(
            action.context or "{}",
            {"uid": user.id, "allowed_company_ids": self.company.ids},
        )
        model = self.env[action.res_model].with_user(user).with_context(**context)
        domain = safe_eval(
            action.domain or "[]", {"uid": user.id, "context_today": lambda: None}
        )
        views = model.get_views(
            [*action.views, (action.search_view_id.id, "search")],
            {"action_id": action.id, "toolbar": True},
        )["views"]
        for kind, view in views.items():
            if kind == "search":
                continue
            arch = etree.fromstring(view["arch"])
            specification = self._get_specification(arch, model)
            if kind in ("pivot", "graph"):
                self._group(model, domain, arch)
            else:
                model.web_search_read(domain, specification, limit=20)
            if kind == "form" and literal_eval(arch.get("create", "True").capitalize()):
                if model.has_access("create"):
                    model.onchange({}, [], specification)

    def _group(self, model, domain, arch):
        rows, measures = [], ["__count"]
        for node in arch.iter("field"):
            name = node.get("name")
            if node.get("type") == "measure":
                measures.append(f"{name}:sum")
            elif node.get("type") in ("row", "col", None):
                interval = node.get("interval")
                rows.append(f"{name}:{interval}" if interval else name)
        for row in rows or [None]:
            kind = model._fields[row.split(":")[0]].type if row else ""
            if row and kind in ("date", "datetime") and ":" not in row:
                row = f"{row}:month"
            model.formatted_read_group(domain, [row] if row else [], measures)

    def _get_line(self, menu):
        """The menu and those above it."""
        line = menu
        while menu.parent_id:
            menu = menu.parent_id
            line |= menu
        return line

    def _open_all(self, user):
        menus = self.env["ir.ui.menu"].with_user(user)
        visible = self.env["ir.ui.menu"].browse(menus._visible_menu_ids())
        ours = visible.filtered(
            lambda menu: (
                self._get_line(menu) <= visible  # below a hidden one it is not reached
                and menu.get_external_id()[menu.id].startswith("aftersales_service.")
                and menu.action
                and menu.action._name == "ir.actions.act_window"
            )
        )
        for menu in ours:
            with self.subTest(user=user.login, menu=menu.complete_name):
                self._open(menu.action, user)
        return ours

    def test_accountant_without_service_rights(self):
        user = new_test_user(
            self.env, login="as_accountant", groups="account.group_account_invoice"
        )
        models = {menu.action.res_model for menu in self._open_all(user)}
        self.assertLessEqual(
            {
                "aftersales.service.money",
                "aftersales.cash.open",
                "aftersales.cash.balance",
                "aftersales.cash.handover",
                "aftersales.collection",
                "aftersales.transfer.request",
                "aftersales.receipt.book",
                "aftersales.cash.audit",
            },
            models,
        )

    def test_engineer(self):
        menus = self._open_all(self.engineer_user)
        self.assertIn(
            "aftersales.collection", menus.mapped(lambda m: m.action.res_model)
        )

    def test_others(self):
        for user in (self.agent, self.quality, self.finance, self.dispatcher):
            # Odoo asks for one of whoever enters an expense.
            self.env["hr.employee"].create({"name": user.name, "user_id": user.id})
            self.assertTrue(self._open_all(user))

    def test_storekeeper_is_shown_parts(self):
        menus = self._open_all(self.keeper)
        money = self.env.ref("aftersales_service.aftersales_money_menu")
        self.assertFalse(
            menus.filtered(lambda menu: menu.parent_path.startswith(money.parent_path))
        )
        self.assertIn(
            "aftersales.parts.requisition", menus.mapped(lambda m: m.action.res_model)
        )
