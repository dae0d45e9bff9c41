from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """List our expense items after Odoo's own, which they had pushed out of sight.

    :param cr: the cursor of the update
    :param str version: what was installed before; empty on a first installation
    """
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {})
    products = env["product.product"].with_context(active_test=False)
    for product in products.search(
        [
            ("aftersales_cost_item", "!=", False),
            ("default_code", "=like", "AS-X__"),
        ]
    ):
        product.default_code = product.default_code.removeprefix("AS-")
