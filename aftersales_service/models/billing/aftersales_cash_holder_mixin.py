from odoo import models
from odoo.tools import SQL


class AftersalesCashHolderMixin(models.AbstractModel):
    """An employee who may hold cash of the company; inherited by ``hr.employee``."""

    _name = "aftersales.cash.holder.mixin"
    _description = "Holder of Service Cash"
    _inherit = ["aftersales.hold.mixin"]

    def _aftersales_get_custodian(self):
        """The partner under whose name his cash stands in the books."""
        self.ensure_one()
        employee = self.sudo()
        if not employee.work_contact_id:
            employee._create_work_contacts()
        return employee.work_contact_id

    def _aftersales_get_cash(self):
        """What he holds, from the posted entries of the custody account.

        :return: tuple of the open amount in company currency and the oldest day
            (None when he holds nothing)
        """
        self.ensure_one()
        company = self.sudo().company_id
        account = company.aftersales_custody_account_id
        partner = self.sudo().work_contact_id
        if not account or not partner:
            return 0.0, None
        self.env["account.move.line"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT COALESCE(SUM(line.amount_residual), 0),
                       MIN(COALESCE(line.date_maturity, line.date))
                           FILTER (WHERE line.amount_residual > 0)
                  FROM account_move_line line
                 WHERE line.account_id = %(account)s
                   AND line.partner_id = %(partner)s
                   AND line.company_id = %(company)s
                   AND line.parent_state = 'posted'
                   AND line.reconciled IS NOT TRUE
                """,
                account=account.id,
                partner=partner.id,
                company=company.id,
            )
        )
        return rows[0]

    def _aftersales_get_holds(self, step):
        """Too much cash, or cash kept too long (001 Art.22(6)3)."""
        holds = super()._aftersales_get_holds(step)
        company = self.company_id
        amount_limit = company.aftersales_cash_limit_amount
        day_limit = company.aftersales_cash_limit_days
        if step not in ("collection", "dispatch", "requisition") or not (
            amount_limit or day_limit
        ):
            return holds
        amount, oldest = self._aftersales_get_cash()
        currency = company.currency_id
        if amount_limit and currency.compare_amounts(amount, amount_limit) > 0:
            holds.append(
                self.env._(
                    "%(engineer)s holds %(amount)s in cash, more than %(limit)s;"
                    " hand it over or pay it in at a bank first.",
                    engineer=self.name,
                    amount=currency.format(amount),
                    limit=currency.format(amount_limit),
                )
            )
        if day_limit and oldest:
            days = (company._aftersales_get_day() - oldest).days
            if days > day_limit:
                holds.append(
                    self.env._(
                        "%(engineer)s has held cash for %(days)s days, %(limit)s are"
                        " allowed; hand it over or pay it in at a bank first.",
                        engineer=self.name,
                        days=days,
                        limit=day_limit,
                    )
                )
        return holds
