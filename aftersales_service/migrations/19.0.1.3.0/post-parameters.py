from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Companies that applied a preset before get the parameters it has gained since;
    what they changed, archived or made themselves stays.

    :param cr: the cursor of the update
    :param str version: what was installed before; empty on a first installation
    """
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["aftersales.parameter"]._add_missing(env["res.company"].search([]))
