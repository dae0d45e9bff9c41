from odoo import fields, models
from odoo.exceptions import UserError

from .aftersales_repair_charge_mixin import WORK_STATES


class AftersalesFactorySaleMixin(models.AbstractModel):
    """An order that quotes and settles the repair of customers' machines.

    What the customer decides on the portal is written back to the register sheets;
    what an advisor records there comes here. Either way once.
    """

    _name = "aftersales.factory.sale.mixin"
    _description = "Order of a Factory Repair"

    aftersales_factory_repair_ids = fields.One2many(
        "aftersales.factory.repair", "sale_order_id", "Register Sheets", readonly=True
    )
    aftersales_expected_days = fields.Integer(
        "Expected Days", help="How long the repair is expected to take."
    )

    _aftersales_days_check = models.Constraint(
        "CHECK (aftersales_expected_days >= 0)", "Days must not be negative."
    )

    def _aftersales_set_expected_days(self):
        """From the finish that was promised on the pre-repair orders."""
        for order in self.filtered(lambda o: not o.aftersales_expected_days):
            finishes = order.aftersales_factory_repair_ids.prerepair_ids.mapped(
                "finish_expected_at"
            )
            last = max(filter(None, finishes), default=False)
            if last:
                days = (last.date() - fields.Date.context_today(order)).days
                order.aftersales_expected_days = max(days, 1)

    # --------------------------------------------------------------- decision

    def _action_confirm(self):
        """Confirmed by the customer's signature: the machines it quotes are agreed."""
        result = super()._action_confirm()
        self._aftersales_decide_quoted("all")
        return result

    def _action_cancel(self):
        """Declined by the customer: so are the machines; not once work has begun.

        :raises UserError: while a machine on it is repaired or to be settled
        """
        for order in self:
            busy = order.sudo().aftersales_factory_repair_ids.filtered(
                lambda s: (
                    s.state in (*WORK_STATES, "acceptance", "settlement")
                    or any(line.state == "done" for line in s._get_lines())
                )
            )
            if busy:
                raise UserError(
                    self.env._(
                        "%(order)s settles %(sheet)s, whose repair is agreed to. Record"
                        " on the register sheet that the customer withdraws.",
                        order=order.name,
                        sheet=", ".join(busy.mapped("name")),
                    )
                )
        result = super()._action_cancel()
        self._aftersales_decide_quoted("none")
        return result

    def _aftersales_decide_quoted(self, decision):
        """Write the decision to the sheets that wait for it (called by the order)."""
        for order in self:
            sheets = order.sudo().aftersales_factory_repair_ids.filtered(
                lambda s: s.state == "quoted"
            )
            for sheet in sheets:
                said = decision
                lines = sheet._get_lines()
                if decision == "all":
                    order._aftersales_leave_out(sheet)
                if decision == "all" and any(li.state == "declined" for li in lines):
                    said = "partly"
                if said == "partly" and all(li.state == "declined" for li in lines):
                    said = "none"
                note = order._aftersales_get_decision_note(lines, said)
                sheet.action_decide(said, order.signed_by, note)

    def _aftersales_get_decision_note(self, lines, said):
        """By what the customer has decided, and what he left out."""
        self.ensure_one()
        if said != "partly":
            return self.env._("By quotation %(order)s", order=self.name)
        return self.env._(
            "By quotation %(order)s, without: %(items)s",
            order=self.name,
            items=", ".join(li._get_title() for li in lines if li.state == "declined"),
        )

    def _aftersales_leave_out(self, sheet):
        """What was added after the customer got his quotation he has not agreed to."""
        self.ensure_one()
        for line in sheet._get_lines():
            if line.state == "proposed" and not line._is_on_order():
                line.state = "declined"
                sheet.message_post(
                    body=self.env._(
                        "%(item)s was not on the quotation the customer has signed and"
                        " is left out.",
                        item=line._get_title(),
                    )
                )

    def _aftersales_follow_decisions(self):
        """Confirm or cancel once all machines on the order are decided; with sudo."""
        for order in self.filtered(lambda o: o.state in ("draft", "sent")):
            sheets = order.aftersales_factory_repair_ids
            if any(sheet.state == "quoted" for sheet in sheets):
                continue
            # One that declined may have left already.
            if not any(
                line.state in ("agreed", "done")
                for sheet in sheets
                for line in sheet._get_lines()
            ):
                order._action_cancel()
            else:
                order.action_confirm()

    # ------------------------------------------------------------------- mail

    def _find_mail_template(self):
        """The quotation of a factory repair goes out with App.11."""
        if self.state != "sale" and not self.env.context.get("proforma"):
            template = self.sudo().aftersales_factory_repair_ids and self.env.ref(
                "aftersales_service.mail_template_quotation", raise_if_not_found=False
            )
            if template:
                return template
        return super()._find_mail_template()

    # ------------------------------------------------------------- settlement

    def _aftersales_enter_settlement(self, sheet):
        """The work on the machine of ``sheet`` is done, its lines are final.

        To extend: what else belongs on the settlement. Called with sudo.
        """

    def _aftersales_check_paid(self, sheet):
        """Whether what ``sheet`` owes on this order is invoiced and paid.

        :raises UserError: with what is missing
        """
        self.ensure_one()
        lines = self.order_line.filtered(
            lambda li: (
                li.aftersales_factory_repair_id == sheet
                and not li.display_type
                and not li.currency_id.is_zero(li.price_total)
            )
        )
        if not lines:
            return
        if self.state != "sale":
            raise UserError(
                self.env._(
                    "Settlement %(order)s is not confirmed yet.", order=self.name
                )
            )
        open_lines = lines.filtered(
            lambda li: li.product_uom_id.compare(li.qty_invoiced, li.product_uom_qty)
            < 0
        )
        invoices = lines.invoice_lines.move_id.filtered(
            lambda move: move.state != "cancel" and move.move_type == "out_invoice"
        )
        if open_lines or invoices.filtered(lambda move: move.state == "draft"):
            raise UserError(
                self.env._("Settlement %(order)s is not invoiced yet.", order=self.name)
            )
        owed = sum(
            row["residual"]
            for row in self._aftersales_get_shares()[self.id]
            if row["move_id"] in invoices.ids
        )
        owed -= self._aftersales_get_cash()
        if self.currency_id.compare_amounts(owed, 0) > 0:
            raise UserError(
                self.env._(
                    "%(amount)s of settlement %(order)s is not paid yet. Finance may"
                    " agree to later payment.",
                    amount=self.currency_id.format(owed),
                    order=self.name,
                )
            )

    def _aftersales_get_cash(self):
        """Cash that was taken for this order and is not matched with it yet."""
        self.ensure_one()
        return sum(
            collection._get_open_amount()
            for collection in self.aftersales_collection_ids
        )

    def _should_be_locked(self):
        """What was really used is written to the order until it is settled."""
        if self.sudo().aftersales_factory_repair_ids:
            return False
        return super()._should_be_locked()
