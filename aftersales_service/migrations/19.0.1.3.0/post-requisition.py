from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """End the requisitions whose transfers were cancelled before there was an end.

    :param cr: the cursor of the update
    :param str version: what was installed before; empty on a first installation
    """
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["aftersales.parts.requisition"].search(
        [("state", "in", ("approved", "partial"))]
    )._follow_transfers()
