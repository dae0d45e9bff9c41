from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import groupby

from .aftersales_workshop_mixin import FINANCE

BLOCK = 1000  # sequence numbers on the order per machine


class AftersalesFactoryOrderMixin(models.AbstractModel):
    """Quotation (App.11) and settlement (App.12): one sale order, several machines.

    A section per machine with its work and parts. The order is made from the lines
    of the sheets and follows them: quoted, decided, supplemented, really used.
    """

    _name = "aftersales.factory.order.mixin"
    _description = "Quotation and Settlement of a Factory Repair"
    _inherit = ["aftersales.factory.link.mixin"]

    order_state = fields.Selection(
        related="sale_order_id.state", string="Order State", tracking=False
    )
    credit_reason = fields.Char("Why He Pays Later", readonly=True, copy=False)
    credit_user_id = fields.Many2one(
        "res.users", "Later Payment Agreed By", readonly=True, copy=False
    )

    # -------------------------------------------------------------- quotation

    def _create_quotation(self):
        """See the link mixin. Idempotent: adds what is new and is on no order yet."""
        for sheet in self:
            sheet._take_over_lines(sheet._get_signed_orders())
        for _key, rows in groupby(self, key=lambda s: (s.company_id, s.partner_id)):
            sheets = self.browse().concat(*rows)
            order = sheets.sale_order_id.filtered(
                lambda o: o.state in ("draft", "sent")
            )[:1]
            for sheet in sheets.filtered(lambda s: s._get_lines()):
                if sheet.sale_order_id.state not in (False, "cancel"):
                    sheet._put_on_order(sheet.sale_order_id)
                    continue
                order = order or sheets._new_order()
                sheet.sale_order_id = order
                sheet._put_on_order(order)
            order._aftersales_set_expected_days()
        return self.sale_order_id

    def _get_lines(self):
        """Parts and work of the sheets, as a list: two models."""
        return [*self.part_ids, *self.labour_ids]

    def _new_order(self):
        first = self[:1]
        company = first.company_id
        return self.env["sale.order"].create(
            {
                "partner_id": first.partner_id.id,
                "company_id": company.id,
                "aftersales_request_id": first.request_id.id,
                "origin": ", ".join(self.mapped("name")),
                "client_order_ref": first.name if len(self) == 1 else False,
                "user_id": first.advisor_id.id or self.env.uid,
                "warehouse_id": company._aftersales_get_warehouse().id,
                "require_signature": True,
                "require_payment": False,
            }
        )

    def _put_on_order(self, order):
        """Section and lines of one machine; what is there already stays."""
        self.ensure_one()
        lines = self.env["sale.order.line"]
        section = order.order_line.filtered(
            lambda li: (
                li.display_type == "line_section"
                and li.aftersales_factory_repair_id == self
            )
        )
        if not section:
            sections = order.order_line.filtered(
                lambda li: li.display_type == "line_section"
            )
            lines.create(
                {
                    "order_id": order.id,
                    "display_type": "line_section",
                    "aftersales_factory_repair_id": self.id,
                    "name": self._get_section_title(),
                    "sequence": (len(sections) + 1) * BLOCK,
                }
            )
        for line in self._get_lines():
            on_order = line.sale_line_id.order_id
            if on_order and on_order.state != "cancel":
                continue
            if line.state != "declined":
                line._create_sale_line(order)
        self.repair_order_id.sale_order_id = order

    def _get_section_title(self):
        self.ensure_one()
        product = self.product_id.with_context(
            display_default_code=False, lang=self.partner_id.lang
        )
        parts = (product.display_name, self.serial, self.name)
        return " · ".join(part for part in parts if part)

    def action_update_quotation(self):
        """Put on the quotation what was added while it is with the customer."""
        self._check_advisor()
        self._form_begin("quoted")._create_quotation()

    def action_send_quotation(self):
        """Write to the customer, with the quotation (App.11) and its page to sign."""
        self.ensure_one()
        self._check_advisor()
        self._form_check_state("quoted")
        if not self.sale_order_id:
            raise UserError(self.env._("There is nothing to quote on this sheet."))
        return self.sale_order_id.action_quotation_send()

    def action_view_order(self):
        """Open quotation and settlement."""
        self.ensure_one()
        if not self.sale_order_id:
            raise UserError(self.env._("There is nothing to open."))
        return self.sale_order_id._get_records_action()

    # --------------------------------------------------------------- decision

    def _apply_decision(self):
        """See the link mixin: lines follow the customer, then the order does."""
        for sheet in self:
            sheet._decide_lines()
        self.filtered(lambda s: s.decision == "none")._cancel_repair_order()
        for order in self.sale_order_id:
            order._aftersales_follow_decisions()

    def _decide_lines(self):
        self.ensure_one()
        lines = self._get_lines()
        declined = [line for line in lines if line.state == "declined"]
        wanted = [line for line in lines if line.state == "proposed"]
        unknown = [line for line in wanted if not line._is_on_order()]
        if self.decision != "none" and unknown:
            raise UserError(
                self.env._(
                    "%(items)s of %(sheet)s: not on the quotation the customer has."
                    " Update the quotation first.",
                    items=", ".join(line._get_title() for line in unknown),
                    sheet=self.name,
                )
            )
        if self.decision == "all" and declined:
            raise UserError(
                self.env._(
                    "On %(sheet)s some lines are marked as declined: the customer"
                    " agrees partly, or wants them after all.",
                    sheet=self.name,
                )
            )
        if self.decision == "partly" and lines and not (declined and wanted):
            raise UserError(
                self.env._(
                    "Mark on %(sheet)s which lines the customer declines, and leave at"
                    " least one he agrees to.",
                    sheet=self.name,
                )
            )
        state = "declined" if self.decision == "none" else "agreed"
        for line in wanted:
            line.state = state
        self.part_ids._sync_sale_lines()
        self.labour_ids._sync_sale_lines()

    def _apply_supplement(self, order):
        """See the link mixin: signed is agreed to."""
        self.ensure_one()
        new = self._take_over_lines(order)
        for lines in new:
            lines.state = "agreed"
        if self.repair_order_id.state == "done" and any(new):
            # The machine came back to the bench after its repair order had ended.
            self._new_repair_order()
            self._start_repair_order()
        if not any(new):
            return
        sale_order = self.sale_order_id
        if sale_order.state in (False, "cancel"):
            sale_order = self.sale_order_id = self._new_order()
        self._put_on_order(sale_order)
        sale_order._aftersales_follow_decisions()
        new[0]._plan_moves()

    def _create_diagnosis_fee(self):
        """See the link mixin: the diagnosis alone, on the order of the visit."""
        labour = self.env["aftersales.repair.labour"]
        for sheet in self.filtered("diagnosis_fee"):
            company = sheet.company_id
            line = sheet.labour_ids.filtered(
                lambda li: li.kind == "diagnosis" and li.state == "done"
            )
            if not line:
                line = labour.create(
                    {
                        "factory_repair_id": sheet.id,
                        "kind": "diagnosis",
                        "name": self.env._("Diagnosis without repair"),
                        "charge": "charged",
                        "charge_reason": self.env._("The customer declines the repair"),
                    }
                )
                line.price_unit = company.currency_id._convert(
                    sheet.diagnosis_fee, line.currency_id, company, fields.Date.today()
                )
                line.state = "done"
            order = sheet.sale_order_id
            if order.state in (False, "cancel"):
                order = sheet.sale_order_id = sheet._new_order()
            sheet._put_on_order(order)
            line._sync_sale_lines()
            order._aftersales_follow_decisions()
            sheet._enter_settlement()
        return self.sale_order_id

    # ------------------------------------------------------------- settlement

    def _enter_settlement(self):
        """See the link mixin."""
        for sheet in self:
            sheet.sale_order_id._aftersales_enter_settlement(sheet)

    def _check_settled(self):
        """See the link mixin: paid, or somebody answers for later payment."""
        for sheet in self:
            lost = sheet.part_ids._get_debts() + sheet.labour_ids._get_debts()
            if lost:
                raise UserError("\n".join(lost))
        for sheet in self.filtered(lambda s: not s.credit_user_id):
            order = sheet.sale_order_id
            if order:
                order._aftersales_check_paid(sheet)

    def action_agree_credit(self, reason):
        """The customer may leave and pay later: an account holder's decision.

        :param str reason: why; printed nowhere, kept on the sheet
        """
        if not self.env.su and not self.env.user.has_group(FINANCE):
            raise UserError(
                self.env._("Payment after leaving is agreed by Finance or a manager.")
            )
        self.check_access("read")
        sheets = self.sudo()
        sheets._form_lock()
        sheets._form_check_state("settlement")
        reason = sheets._require_reason(reason)
        sheets.write({"credit_reason": reason, "credit_user_id": self.env.uid})
        for sheet in sheets:
            sheet.message_post(
                body=self.env._("Leaves before payment: %(reason)s", reason=reason)
            )

    def action_withdraw(self, reason):
        """The customer breaks the repair off: what was used is settled, no more.

        Before the work began the sheet is as declined, also where the customer does
        not sign the first pre-repair order; afterwards the technician has entered
        what was used, and the machine goes to its settlement.

        :param str reason: what the customer says
        """
        self._check_advisor()
        sheets = self._form_begin(
            "received", "diagnosis", "agreed", "repair", "supplement", "testing"
        )
        reason = sheets._require_reason(reason)
        for sheet in sheets:
            sheet.message_post(body=reason)
            if sheet.state in ("received", "diagnosis"):
                sheet._step("declined", "decided_at", decision_note=reason)
                sheet._withdraw_unstarted()
                continue
            if sheet.state == "agreed":
                sheet._withdraw_unstarted()
                continue
            for line in sheet._get_lines():
                if line.state == "agreed" and not line.unused_reason:
                    line.unused_reason = reason
            sheet.prerepair_ids.filtered(
                lambda o: o.kind == "supplement" and o._is_waiting()
            ).write({"state": "refused", "refuse_reason": reason})
            sheet._resume_clock()
            sheet._end_repair()
            sheet.write({"state": "settlement"})
            sheet._enter_settlement()

    def _withdraw_unstarted(self):
        self.ensure_one()
        for line in self._get_lines():
            if line.state in ("proposed", "agreed"):
                line.state = "declined"
        self.write({"state": "declined", "decision": "none"})
        self.part_ids._sync_sale_lines()
        self.labour_ids._sync_sale_lines()
        self._cancel_repair_order()
        self.sale_order_id._aftersales_follow_decisions()

    # ------------------------------------------------------------- the file

    @api.model
    def _get_uncovered_orders(self, sheet):
        """Orders of the sheet that the file of its own request does not answer for."""
        order = sheet.sale_order_id
        return order.filtered(lambda o: o.aftersales_request_id != sheet.request_id)

    def _get_debts(self):
        """Beside the stay itself: what is charged and on no order, and an order that
        hangs on the file of another machine of the same visit."""
        debts = super()._get_debts()
        for sheet in self:
            debts += sheet.part_ids._get_debts() + sheet.labour_ids._get_debts()
            debts += self._get_uncovered_orders(sheet)._get_debts()
        return debts

    def _story_entries(self):
        entries = super()._story_entries()
        for sheet in self:
            entries += sheet.part_ids._story_entries()
        return entries
