from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """What a factory repair charges did not follow its work, only its parts."""
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {})
    sheets = env["aftersales.factory.repair"].search([("labour_ids", "!=", False)])
    for fname in ("amount_charged", "amount_relief"):
        env.add_to_compute(sheets._fields[fname], sheets)
    env.flush_all()
