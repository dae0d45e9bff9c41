from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Say of older receipts who cancelled them, and of older commission statements
    which later one carries them.

    :param cr: the cursor of the update
    :param str version: what was installed before; empty on a first installation
    """
    if not version:
        return
    # The last thing that happens to a cancelled receipt is that it is cancelled.
    cr.execute(
        """
        UPDATE aftersales_collection
           SET cancelled_at = write_date, cancelled_by_id = write_uid
         WHERE state = 'cancelled' AND cancelled_at IS NULL
        """
    )
    env = api.Environment(cr, SUPERUSER_ID, {})
    statements = env["aftersales.commission.statement"].search(
        [("state", "!=", "cancelled")], order="company_id, employee_id, period"
    )
    for previous, statement in zip(statements, statements[1:], strict=False):
        if (
            previous.company_id == statement.company_id
            and previous.employee_id == statement.employee_id
            and previous.commission_total < 0
            and statement.carried < 0
            and not previous.carried_to_id
        ):
            previous.carried_to_id = statement
