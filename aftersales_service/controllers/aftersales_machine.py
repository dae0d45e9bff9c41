from odoo.exceptions import UserError
from odoo.http import Controller, request, route

# What the page asks for, and how much of it is taken.
SIZES = {"name": 80, "phone": 40, "symptom": 2000}
# A field that people do not see; only a robot fills it in.
TRAP = "homepage"


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
    )
    def machine(self, token, **post):
        """Staff with access go to the machine, anybody else may report a fault."""
        machine = request.env["aftersales.equipment"]._find_by_label(token)
        if not machine:
            raise request.not_found()
        mine = machine.with_env(request.env)
        if request.env.user._is_internal() and mine.has_access("read"):
            return request.redirect(f"/odoo/aftersales-machines/{machine.id}")
        values = {
            "machine": machine,
            "company": machine.company_id,
            "values": {key: (post.get(key) or "").strip() for key in SIZES},
            "sizes": SIZES,
            "trap": TRAP,
            "error": "",
            "number": request.session.pop("aftersales_reported", ""),
        }
        if request.httprequest.method == "POST" and machine.active:
            if post.get(TRAP):
                # Told the same as everybody: a robot learns nothing.
                return request.redirect(request.httprequest.path + "?sent=1")
            try:
                report = request.env["aftersales.service.request"]._qr_report(
                    machine, values["values"], SIZES
                )
            except UserError as error:
                values["error"] = str(error)
            else:
                request.session["aftersales_reported"] = report.name
                return request.redirect(request.httprequest.path + "?sent=1")
        values["sent"] = bool(post.get("sent"))
        return request.render(
            "aftersales_service.equipment_page",
            values,
            headers={"X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer"},
        )
