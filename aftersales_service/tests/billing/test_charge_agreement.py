from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_price import PriceCommon


@tagged("post_install", "-at_install")
class TestChargeAgreement(PriceCommon):
    """What the customer agreed to before the visit, and what became of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        self = cls()
        self._put_in_force([("labour", cls.labour, 150), ("visit", cls.travel, 200)])

    def _create_agreement(self, request, user=None, hours=2, **vals):
        return (
            self.env["aftersales.charge.agreement"]
            .with_user(user or self.agent)
            .create(
                {
                    "request_id": request.id,
                    "line_ids": [
                        Command.create(
                            {"product_id": self.labour.id, "quantity": hours}
                        ),
                        Command.create({"product_id": self.travel.id}),
                    ],
                    **vals,
                }
            )
        )

    def _agree(self, agreement):
        agreement.write({"agreed_how": "phone", "agreed_by": "Ms Luo, site manager"})
        agreement.action_agree()
        return agreement

    def test_by_the_price_list(self):
        request = self._create_request(warranty_state="out")
        agreement = self._create_agreement(request)
        self.assertEqual(agreement.amount, 2 * 150 + 200)
        self.assertEqual(agreement.partner_id, self.customer)
        self.assertFalse(request.charge_agreed)
        self._agree(agreement)
        self.assertEqual(agreement.state, "agreed")
        self.assertEqual(agreement.recorded_by_id, self.agent)
        self.assertTrue(agreement.agreed_at)
        self.assertTrue(request.charge_agreed)
        self.assertIn(agreement.name, str(request.story))
        self.assertEqual(request.agreement_count, 1)

    def test_the_clock_follows(self):
        """“Charge settled” of Art.18(2) is the condition of the arrival clock."""
        request = self._create_request(warranty_state="out")
        facts = request.sudo()._sla_get_facts()[request.id]
        self.assertFalse(facts["charge_agreed"])
        self._agree(self._create_agreement(request))
        self.env.flush_all()
        facts = request.sudo()._sla_get_facts()[request.id]
        self.assertTrue(facts["charge_agreed"])

    def test_prices_are_not_typed(self):
        agreement = self._create_agreement(self._create_request(warranty_state="out"))
        agreement.line_ids[0].with_user(self.agent).write({"quantity": 3})
        self.assertEqual(agreement.amount, 3 * 150 + 200)

    def test_fill(self):
        request = self._create_request(warranty_state="out")
        agreement = self.env["aftersales.charge.agreement"].with_user(self.agent)
        agreement = agreement.create({"request_id": request.id})
        agreement.action_fill()
        agreement.action_fill()
        self.assertEqual(agreement.line_ids.product_id, self.labour | self.travel)
        self.assertEqual(agreement.amount, 350)

    def test_bad_input(self):
        request = self._create_request(warranty_state="out")
        agreement = self._create_agreement(request)
        with self.assertRefused("who agreed"):
            agreement.action_agree()
        agreement.write({"agreed_how": "phone", "agreed_by": " "})
        with self.assertRefused("who agreed"):
            agreement.action_agree()
        agreement.agreed_by = "Ms Luo"
        with self.assertRefused("future"):
            agreement.action_agree(fields.Datetime.now() + timedelta(hours=1))
        agreement.line_ids.unlink()
        with self.assertRefused("what will be charged"):
            agreement.action_agree()
        self.assertFalse(request.charge_agreed)

    def test_agreed_is_frozen(self):
        agreement = self._agree(
            self._create_agreement(self._create_request(warranty_state="out"))
        )
        for change in (
            lambda: agreement.write({"agreed_by": "Somebody"}),
            lambda: agreement.line_ids.write({"quantity": 9}),
            lambda: agreement.line_ids.unlink(),
            lambda: agreement.with_user(self.manager).unlink(),
            lambda: agreement.action_agree(),
            lambda: agreement.line_ids.create(
                {"agreement_id": agreement.id, "product_id": self.seal.id}
            ),
        ):
            with self.assertRefused("is in state “Agreed”"):
                change()
        with self.assertRaises(AccessError):
            agreement.write({"state": "draft"})

    def test_cancelled_counts_no_more(self):
        request = self._create_request(warranty_state="out")
        first = self._agree(self._create_agreement(request))
        second = self._agree(self._create_agreement(request))
        first.action_cancel()
        self.assertTrue(request.charge_agreed)
        second.action_cancel()
        self.assertFalse(request.charge_agreed)

    def test_declined(self):
        request = self._create_request(warranty_state="out")
        agreement = self._create_agreement(request)
        agreement.action_decline()
        self.assertFalse(request.charge_agreed)
        with self.assertRefused("Not Agreed To"):
            agreement.action_agree()

    def test_beyond_the_agreement(self):
        self.env["aftersales.parameter"].create(
            {
                "name": "Beyond",
                "code": "agreement_excess_percent",
                "company_id": self.company.id,
                "value": 10,
                "unit": "percent",
            }
        )
        request = self._create_request(warranty_state="out")
        self._agree(self._create_agreement(request, hours=2))
        self._finish_visit(hours=2, request=request)
        order = self._settle(request)
        self.assertEqual(order.aftersales_agreed_amount, 500)
        self.assertFalse(order.aftersales_agreement_warning)
        hours = order.order_line.filtered(lambda li: li.product_id == self.labour)
        hours.product_uom_qty = 2.3  # 545, within 10 %
        self.assertFalse(order.aftersales_agreement_warning)
        hours.product_uom_qty = 3  # 650
        order.invalidate_recordset()
        self.assertIn("650", order.aftersales_agreement_warning)
        self.assertIn("500", order.aftersales_agreement_warning)

    def test_no_agreement_no_warning(self):
        request = self._create_request(warranty_state="out")
        self._finish_visit(hours=2, request=request)
        order = self._settle(request)
        self.assertFalse(order.aftersales_agreement_warning)
        self.assertFalse(order.aftersales_agreed_amount)

    def test_rights(self):
        request = self._create_request(warranty_state="out")
        agreement = self._create_agreement(request)
        model = self.env["aftersales.charge.agreement"]
        self.assertNotIn(agreement, model.with_user(self.engineer_user).search([]))
        self._issue_dispatch(request)
        self.assertIn(agreement, model.with_user(self.engineer_user).search([]))
        self.assertNotIn(
            agreement, model.with_user(self.other_engineer_user).search([])
        )
        mine = agreement.with_user(self.engineer_user)
        self._agree(mine)
        self.assertEqual(mine.recorded_by_id, self.engineer_user)
        with self.assertRaises(AccessError):
            self._create_agreement(request, self.quality)

    def test_closed_request(self):
        request = self._create_request(warranty_state="out")
        agreement = self._create_agreement(request)
        request.with_user(self.agent).action_cancel()
        agreement.write({"agreed_how": "phone", "agreed_by": "Ms Luo"})
        with self.assertRefused("is finished"):
            agreement.action_agree()

    def test_on_the_dispatch_print(self):
        request = self._create_request(warranty_state="out")
        agreement = self._agree(self._create_agreement(request))
        dispatch = self._issue_dispatch(request)
        html = (
            self.env["ir.actions.report"]
            ._render_qweb_html(
                "aftersales_service.report_aftersales_dispatch", dispatch.ids
            )[0]
            .decode()
        )
        self.assertIn(agreement.name, html)
        self.assertIn("500.00", html)
