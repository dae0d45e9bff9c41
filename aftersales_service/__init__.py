from . import controllers, models, report, wizard


def _post_init(env):
    """Make the after-sales places of the companies that are there already."""
    env["res.company"].sudo().search([])._aftersales_setup()
