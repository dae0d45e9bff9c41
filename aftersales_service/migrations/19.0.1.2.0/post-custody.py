from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Make the places of kits and loaners, and enter what was moved before there
    were custody entries.

    :param cr: the cursor of the update
    :param str version: what was installed before; empty on a first installation
    """
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["res.company"].search([])._aftersales_setup()
    entries = env["aftersales.part.allocation"]
    for company in env["res.company"].search(
        [("aftersales_engineer_root_id", "!=", False)]
    ):
        if not entries.search_count([("company_id", "=", company.id)], limit=1):
            entries._rebuild(company)
