from odoo.exceptions import UserError
from odoo.http import Controller, request, route

from ..models.intake.aftersales_qr_mixin import PHOTO_SIZE, PHOTOS, QR_SIZES

# A field that people do not see; only a robot fills it in.
TRAP = "homepage"
HEADERS = {"X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer"}


class AftersalesMachine(Controller):
    """The address on the label of a machine.

    The page for strangers shows the model and the maker, never whose machine it
    is; what they report goes through the one door of all channels.
    """

    @route(
        "/aftersales/m/<string:token>",
        type="http",
        auth="public",
        methods=["GET", "POST"],
        website=True,
        sitemap=False,
    )
    def machine(self, token, **_values):
        """Staff with access go to the machine, anybody else may report a fault."""
        machine = request.env["aftersales.equipment"]._find_by_label(token)
        if not machine:
            page = "aftersales_service.equipment_page_unknown"
            return request.render(page, headers=HEADERS, status=404)
        user = request.env.user
        mine = machine.with_env(request.env).with_context(
            allowed_company_ids=list(user._get_company_ids())
        )
        if user._is_internal() and mine.has_access("read"):
            return self._open_machine(machine)
        # Of the form alone: elsewhere a file may stand where a text should.
        form = request.httprequest.form
        values = {
            "machine": machine,
            "company": machine.company_id,
            "values": {key: form.get(key, "").strip() for key in QR_SIZES},
            "sizes": QR_SIZES,
            "trap": TRAP,
            "error": "",
            "sent": bool(request.httprequest.args.get("sent")),
            "number": request.session.get("aftersales_reported", ""),
        }
        if request.httprequest.method == "POST" and machine.active:
            try:
                self._report(machine, values["values"], form.get(TRAP))
            except UserError as error:
                values["error"] = str(error)
            else:
                return request.redirect(f"/aftersales/m/{token}?sent=1")
        page = "aftersales_service.equipment_page"
        return request.render(page, values, headers=HEADERS)

    def _open_machine(self, machine):
        """To its form, with the company of the machine switched on."""
        response = request.redirect(f"/odoo/aftersales-machines/{machine.id}")
        # The companies the web client shows, the current one first.
        shown = request.cookies.get("cids") or str(request.env.user.company_id.id)
        shown = [number for number in shown.split("-") if number.isdigit()]
        company = str(machine.company_id.id)
        if company not in shown:
            response.set_cookie("cids", "-".join([company, *shown]))
        return response

    def _report(self, machine, texts, trap):
        """Take the report in. A robot is told the same as everybody."""
        request.session.pop("aftersales_reported", None)
        if trap:
            return
        report = request.env["aftersales.service.request"]._qr_report(
            machine, texts, self._read_photos()
        )
        request.session["aftersales_reported"] = report.name

    def _read_photos(self):
        """The photos sent, none of them read further than it may be long."""
        files = request.httprequest.files.getlist("photo")
        return [
            (file.filename, file.stream.read(PHOTO_SIZE + 1))
            for file in files[: PHOTOS + 1]
            if file.filename
        ]
