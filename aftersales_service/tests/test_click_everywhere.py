from odoo.tests import HttpCase, tagged


@tagged("post_install", "-at_install")
class TestClickEverywhere(HttpCase):
    """Odoo's own click robot opens every menu, view and filter of the app."""

    allow_end_on_form = True

    def test_click_everywhere(self):
        admin = self.env.ref("base.user_admin")
        if "tour_enabled" in admin._fields:
            admin.tour_enabled = False
        self.browser_js(
            "/odoo",
            "odoo.loader.modules.get('@web/webclient/clickbot/clickbot_loader')"
            ".startClickEverywhere('aftersales_service.aftersales_root_menu');",
            "odoo.isReady === true",
            login="admin",
            timeout=600,
            success_signal="clickbot test succeeded",
        )
