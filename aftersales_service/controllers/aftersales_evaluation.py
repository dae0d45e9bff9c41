from odoo.exceptions import AccessError, MissingError, UserError
from odoo.http import request, route
from odoo.tools import consteq

from odoo.addons.portal.controllers.portal import CustomerPortal

from ..models.workshop.aftersales_factory_evaluation_mixin import (
    NAME_SIZE,
    OPINION_SIZE,
    RATING_FIELDS,
)

HEADERS = {"X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer"}


class AftersalesEvaluation(CustomerPortal):
    """The page on which a customer evaluates the repair of his machine (App.13).

    Its address carries the token of the register sheet. Staff may look at it, but
    only the customer gives the evaluation here.
    """

    def _get_evaluation_sheet(self, sheet_id, access_token):
        """The register sheet with sudo, in the customer's language where nobody is
        logged in; None when the caller may not see it."""
        # What is no plain text cannot be compared with a token.
        access_token = access_token or ""
        if not isinstance(access_token, str) or not access_token.isascii():
            return None
        try:
            sheet = self._document_check_access(
                "aftersales.factory.repair", sheet_id, access_token
            )
        except (AccessError, MissingError):
            return None
        lang = sheet.partner_id.lang
        installed = dict(request.env["res.lang"].get_installed())
        if request.env.user._is_public() and lang in installed:
            request.update_context(lang=lang)
            sheet = sheet.with_context(lang=lang)
        return sheet

    @route(
        "/my/evaluation/<int:sheet_id>",
        type="http",
        auth="public",
        methods=["GET", "POST"],
        website=True,
        sitemap=False,
    )
    def evaluation(self, sheet_id, access_token=None, **_values):
        """Show the form, take it once, say thank you."""
        sheet = self._get_evaluation_sheet(sheet_id, access_token)
        if not sheet:
            page = "aftersales_service.evaluation_page_unknown"
            return request.render(page, headers=HEADERS, status=404)
        # Of the form alone: elsewhere a file may stand where a text should.
        form = request.httprequest.form
        values = {key: form.get(key) for key in (*RATING_FIELDS, "opinion", "name")}
        error = ""
        if request.httprequest.method == "POST":
            try:
                self._take_evaluation(sheet, access_token, values)
            except UserError as refusal:
                error = str(refusal)
            else:
                return request.redirect(sheet.get_portal_url())
        return self._show_evaluation(sheet, values, error)

    def _take_evaluation(self, sheet, access_token, values):
        """:raises UserError: when it is not the customer who gives it, or it cannot
        be taken; nothing is written then
        """
        token = sheet.access_token
        if (
            request.env.user._is_internal()
            or not access_token
            or not token
            or not consteq(token, access_token)
        ):
            raise UserError(
                request.env._(
                    "Only the customer gives his evaluation here. Staff enter it on the"
                    " register sheet."
                )
            )
        with request.env.cr.savepoint():
            sheet._evaluate_online(values)

    def _show_evaluation(self, sheet, values, error):
        fields_info = sheet.fields_get(RATING_FIELDS, ["string", "selection"])
        page = {
            "sheet": sheet,
            "state": sheet._get_evaluation_state(),
            "questions": [(fname, fields_info[fname]) for fname in RATING_FIELDS],
            "values": values,
            "error": error,
            "sizes": {"name": NAME_SIZE, "opinion": OPINION_SIZE},
            "page_name": "evaluation",
        }
        return request.render(
            "aftersales_service.evaluation_page", page, headers=HEADERS
        )
