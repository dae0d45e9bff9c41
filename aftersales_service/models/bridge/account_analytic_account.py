from odoo import api, fields, models
from odoo.tools import SQL

# Whose accounts stand in which plan; the plans come with the module.
PLANS = {
    "aftersales.service.request": "aftersales_service.analytic_plan_case",
    "aftersales.region": "aftersales_service.analytic_plan_region",
    "hr.employee": "aftersales_service.analytic_plan_engineer",
    "product.product": "aftersales_service.analytic_plan_model",
    "res.partner": "aftersales_service.analytic_plan_customer",
}


class AccountAnalyticAccount(models.Model):
    """Accounts of the after-sales plans, made when the first amount needs them.

    An account stands for one record (a case, a region, an engineer, a machine
    model, a customer) in one company; ``aftersales_key`` says which.
    """

    _inherit = "account.analytic.account"

    aftersales_key = fields.Char(
        "After-Sales Record",
        readonly=True,
        copy=False,
        help="The case, region, engineer, machine model or customer it stands for.",
    )

    _aftersales_key_uniq = models.UniqueIndex(
        "(company_id, aftersales_key) WHERE aftersales_key IS NOT NULL",
        "There is already an analytic account for this after-sales record.",
    )

    @api.model
    def _aftersales_get_accounts(self, company, records):
        """The account of each record in ``company``, made where it is missing.

        One query finds them all, one more batch makes what is missing. An archived
        account counts; a plan that was deleted is left out.

        :param records: iterable of records of the models in :data:`PLANS`
        :return: dict ``{record: account.analytic.account}`` with sudo
        """
        plans = self._aftersales_get_plans()
        wanted = {
            f"{record._name},{record.id}": record
            for record in records
            if record and record._name in plans
        }
        accounts = self.sudo().with_context(active_test=False)
        found = accounts.search_fetch(
            [
                ("company_id", "=", company.id),
                ("aftersales_key", "in", list(wanted)),
            ],
            ["aftersales_key"],
        )
        by_key = {account.aftersales_key: account for account in found}
        missing = {key: rec for key, rec in wanted.items() if key not in by_key}
        if missing:
            self._aftersales_lock(missing.values())
            quiet = accounts.with_context(
                mail_create_nolog=True,
                mail_create_nosubscribe=True,
                tracking_disable=True,
            )
            made = quiet.create(
                [
                    {
                        "name": record.sudo().display_name or key,
                        "plan_id": plans[record._name].id,
                        "company_id": company.id,
                        "partner_id": self._aftersales_get_partner(record).id,
                        "aftersales_key": key,
                    }
                    for key, record in missing.items()
                ]
            )
            by_key.update(zip(missing, made.with_env(accounts.env), strict=True))
        return {
            record: by_key[key].with_env(accounts.env) for key, record in wanted.items()
        }

    @api.model
    def _aftersales_get_plans(self):
        """``{model name: account.analytic.plan}`` of the plans that are there."""
        data = self.env["ir.model.data"]
        plans = {
            name: data._xmlid_to_res_id(xmlid, raise_if_not_found=False)
            for name, xmlid in PLANS.items()
        }
        known = (
            self.env["account.analytic.plan"]
            .sudo()
            .browse(filter(None, plans.values()))
        )
        found = {plan.id: plan for plan in known.exists()}
        return {name: found[plan] for name, plan in plans.items() if plan in found}

    @api.model
    def _aftersales_get_partner(self, record):
        """Customer of the account: of a case only, where it is not its name."""
        if record._name != "aftersales.service.request":
            return self.env["res.partner"]
        return record.sudo().partner_id.commercial_partner_id

    @api.model
    def _aftersales_lock(self, records):
        """Let one transaction at a time make the accounts of these records.

        The rows are written, unchanged: whoever began before the other one ended is
        sent back by the database, starts anew and finds the account that is there.
        """
        by_model = {}
        for record in records:
            by_model.setdefault(record._name, []).append(record.id)
        for name in sorted(by_model):
            self.env.cr.execute(
                SQL(
                    "UPDATE %(table)s SET write_date = write_date WHERE id IN %(ids)s",
                    table=SQL.identifier(self.env[name]._table),
                    ids=tuple(sorted(by_model[name])),
                )
            )
