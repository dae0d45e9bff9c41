from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .test_parts_return import PartsReturnCommon


@tagged("post_install", "-at_install")
class TestSupplierClaim(PartsReturnCommon):
    """An old part that goes to its supplier is claimed, by a draft only."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.supplier = cls.env["res.partner"].create(
            {"name": "Seal Factory", "is_company": True}
        )
        cls.dollar = cls.env.ref("base.USD")
        if cls.company.currency_id == cls.dollar:
            cls.dollar = cls.env.ref("base.EUR")
        cls.dollar.active = True
        cls.env["res.currency.rate"].create(
            {
                "currency_id": cls.dollar.id,
                "company_id": cls.company.id,
                "name": "2020-01-01",
                "rate": 0.5,
            }
        )

    def _bill(self, product, price, quantity=10, currency=None, post=True, **vals):
        bill = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": self.supplier.id,
                "invoice_date": vals.pop("invoice_date", "2026-01-15"),
                "currency_id": (currency or self.company.currency_id).id,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "quantity": quantity,
                            "price_unit": price,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
                **vals,
            }
        )
        if post:
            bill.action_post()
        return bill

    def _send(self, *, pump="scrap"):
        self._approve(seal="supplier", pump=pump, supplier_id=self.supplier.id)
        self._as(self.keeper).action_dispose()
        self.env.invalidate_all()
        return self.returned.claim_ids

    def test_against_the_bill(self):
        self._bill(self.seal, 30, invoice_date="2026-01-10")
        bill = self._bill(self.seal, 35, invoice_date="2026-02-10")
        claim = self._send()
        self.assertRecordValues(
            claim,
            [
                {
                    "move_type": "in_refund",
                    "state": "draft",
                    "partner_id": self.supplier.id,
                    "reversed_entry_id": bill.id,
                    "currency_id": self.company.currency_id.id,
                    "invoice_origin": self.returned.name,
                    "aftersales_return_id": self.returned.id,
                    "amount_untaxed": 70,
                }
            ],
        )
        line = claim.invoice_line_ids
        self.assertEqual(line.product_id, self.seal)
        self.assertEqual(line.account_id, self.expense_account)
        request = self.returned.request_id
        self.assertEqual(
            line.analytic_distribution,
            request._aftersales_get_distributions([(request, self.engineer)])[
                request, self.engineer
            ],
        )
        self.assertEqual(self.seal_line.claim_id, claim)
        self.assertFalse(self.pump_line.claim_id)

    def test_not_on_its_own_bill(self):
        """Another supplier's bill, a draft, another product: on its own."""
        self._bill(self.pump, 100)
        self._bill(self.seal, 30, post=False)
        other = self.env["res.partner"].create({"name": "Another Factory"})
        self._bill(self.seal, 31, partner_id=other.id)
        claim = self._send()
        self.assertFalse(claim.reversed_entry_id)
        self.assertEqual(claim.amount_untaxed, 80, "what the new parts cost")

    def test_price_list_and_currency_of_the_supplier(self):
        self.env["product.supplierinfo"].create(
            {
                "partner_id": self.supplier.id,
                "product_tmpl_id": self.seal.product_tmpl_id.id,
                "price": 12,
                "currency_id": self.dollar.id,
            }
        )
        claim = self._send()
        self.assertEqual(claim.currency_id, self.dollar)
        self.assertEqual(claim.amount_untaxed, 24)
        self.assertEqual(self.seal_line.recovered_amount, 0)
        claim.invoice_date = "2026-03-01"
        claim.action_post()
        self.assertEqual(self.seal_line.recovered_amount, 48)

    def test_bill_in_foreign_currency(self):
        self._bill(self.seal, 20, currency=self.dollar)
        claim = self._send()
        self.assertEqual(claim.currency_id, self.dollar)
        self.assertEqual(claim.amount_untaxed, 40)

    def test_bill_of_the_lot(self):
        """The bill that belongs to the receipt of this very serial comes first."""
        lot = self._new_lot(self.pump, "OLD-7")
        receipt = self._receive(self.pump, 1, lot)
        own = self._bill(
            self.pump, 210, invoice_origin=receipt.name, invoice_date="2026-01-05"
        )
        self._bill(self.pump, 260, invoice_date="2026-03-05")
        claim = self._send(pump="supplier").filtered("reversed_entry_id")
        self.assertEqual(claim.reversed_entry_id, own)
        self.assertEqual(claim.amount_untaxed, 210)
        self.assertIn("OLD-7", claim.invoice_line_ids.name)

    def test_one_claim_for_one_bill(self):
        claim = self._send(pump="supplier")
        self.assertEqual(len(claim), 1)
        self.assertEqual(len(claim.invoice_line_ids), 2)
        self.assertEqual(self.seal_line.claim_line_id.product_id, self.seal)
        self.assertEqual(self.pump_line.claim_line_id.product_id, self.pump)

    def test_draft_does_not_post(self):
        self._bill(self.seal, 35)
        accounts = self.expense_account | self._get_stock_account(self.seal)
        before = [self._get_balance(account) for account in accounts]
        values = self.seal.total_value
        self._send()
        self.assertEqual([self._get_balance(account) for account in accounts], before)
        self.assertEqual(self.seal_line.recovered_amount, 0)
        self.assertEqual(self.returned.recovered_amount, 0)
        self.assertEqual(self.seal.total_value, values)

    def test_recovered_once_posted(self):
        self._bill(self.seal, 35)
        stock_account = self._get_stock_account(self.seal)
        claim = self._send()
        asset = self._get_balance(stock_account)
        value = self.seal.total_value
        claim.invoice_date = "2026-03-01"
        claim.with_user(self.finance).action_post()
        self.assertEqual(self.seal_line.recovered_amount, 70)
        self.assertEqual(self.returned.recovered_amount, 70)
        # Old parts were no stock: neither the ledger nor the product has moved.
        self.env.invalidate_all()
        self.assertEqual(self._get_balance(stock_account), asset)
        self.assertEqual(self.seal.total_value, value)
        claim.button_draft()
        self.assertEqual(self.seal_line.recovered_amount, 0)

    def test_deleted_and_drafted_again(self):
        claim = self._send()
        self.assertFalse(self.returned.has_unclaimed)
        with self.assertRefused("nothing to claim"):
            self._as(self.finance).action_create_claims()
        claim.with_user(self.finance).unlink()
        self.assertTrue(self.returned.has_unclaimed)
        for user in (self.keeper, self.quality):
            with self.assertRefused("belong to accounting"):
                self._as(user).action_create_claims()
        self._as(self.finance).action_create_claims()
        self.assertEqual(self.returned.claim_ids.amount_untaxed, 80)
        self.assertEqual(self.returned.claim_ids.state, "draft")

    def test_without_a_purchase_journal(self):
        self.env["account.journal"].search(
            [("type", "=", "purchase"), ("company_id", "=", self.company.id)]
        ).active = False
        self.assertFalse(self._send())
        self.assertEqual(self.returned.state, "disposed")
        self.assertIn("no purchase journal", self.returned.message_ids[0].body)

    def test_only_the_button_links(self):
        bill = self._bill(self.seal, 35)
        with self.assertRefused("button only", AccessError):
            self.seal_line.with_user(self.manager).write(
                {"claim_line_id": bill.invoice_line_ids.id}
            )

    def test_buttons(self):
        claim = self._send()
        self.assertEqual(self.returned.claim_count, 1)
        action = self._as(self.finance).action_view_claims()
        self.assertEqual(action["res_id"], claim.id)
        self.assertEqual(
            claim.action_view_aftersales_return()["res_id"], self.returned.id
        )

    # ------------------------------------------------------------------ print

    def _print(self):
        """App.7 as HTML, its white space made one."""
        self.env.invalidate_all()
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "aftersales_service.report_aftersales_parts_return", self.returned.ids
        )
        return " ".join(html.decode().split())

    def test_print(self):
        self._bill(self.seal, 35)
        cause = self.env["aftersales.fault.code"].create(
            {"name": "Cracked Lip", "code": "T-2", "kind": "cause"}
        )
        self.pump_line.with_user(self.engineer_user).serial = "P-404"
        self._as(self.engineer_user).action_hand_in()
        self.pump_line.with_user(self.keeper)._accept_serial("Seen on the site")
        self._as(self.keeper).action_receive()
        for line in self.returned.line_ids:
            line.with_user(self.quality).write(
                {
                    "verdict": "supplier",
                    "supplier_id": self.supplier.id,
                    "failure_code_id": cause.id,
                    "failure_mode": "on one side",
                    "responsibility": "quality",
                }
            )
        self._as(self.quality).action_inspect()
        self._as(self.quality).action_submit()
        self._sign(self.returned, *self.RETURN_ROLES)
        self._as(self.keeper).action_dispose()
        printed = self._print()
        requisition = self.dispatch.sudo().requisition_ids
        for text in (
            requisition.name,
            "P-404",
            "Seen on the site",
            "Cracked Lip, on one side",
            "Quality",
            "To Supplier",
            "Seal Factory",
            "Claim: Draft",
        ):
            self.assertIn(text, printed)
        claim = self.seal_line.claim_id
        claim.invoice_date = "2026-03-01"
        claim.action_post()
        self.assertIn(claim.name, self._print())
