"""A pytest plugin for the tests inside Odoo."""

import pytest

import odoo.api
from odoo.modules.registry import Registry
from odoo.tests import HttpCase
from odoo.tests.common import get_db_name


@pytest.fixture(scope="session", autouse=True)
def web_bundles(request, load_registry):
    """Build the web client's bundles before the first browser test, as Odoo does.

    Otherwise each browser test class builds them again: what it builds is rolled back.
    """
    if any(issubclass(item.cls or object, HttpCase) for item in request.session.items):
        with Registry(get_db_name()).cursor() as cr:
            env = odoo.api.Environment(cr, odoo.api.SUPERUSER_ID, {})
            env["ir.qweb"]._pregenerate_assets_bundles()
