from odoo import SUPERUSER_ID, Command, api, fields, models
from odoo.exceptions import UserError


class AftersalesFactoryChargeMixin(models.AbstractModel):
    """What a stay takes: its parts and work, and the repair order that uses them.

    The lines come from the pre-repair orders the customer has signed. The repair
    order is Odoo's own; it is started and ended by the steps of the sheet.
    """

    _name = "aftersales.factory.charge.mixin"
    _description = "Parts and Work of a Factory Repair"
    _inherit = ["aftersales.factory.link.mixin"]

    # Declared by the sheet; a mixin with amounts needs to know it.
    currency_id = fields.Many2one("res.currency")
    part_ids = fields.One2many(
        "aftersales.repair.part", "factory_repair_id", "Parts of the Repair"
    )
    labour_ids = fields.One2many(
        "aftersales.repair.labour", "factory_repair_id", "Work of the Repair"
    )
    repair_order_ids = fields.One2many(
        "repair.order", "aftersales_factory_repair_id", "Repair Orders", readonly=True
    )
    amount_charged = fields.Monetary(
        "To Pay before Tax", compute="_compute_charged", store=True
    )
    amount_relief = fields.Monetary(
        "Warranty Relief", compute="_compute_charged", store=True
    )
    parts_missing = fields.Boolean(compute="_compute_parts_missing")

    @api.depends(
        "part_ids.amount",
        "part_ids.relief",
        "part_ids.currency_id",
        "labour_ids.amount",
        "labour_ids.relief",
        "labour_ids.currency_id",
    )
    def _compute_charged(self):
        today = fields.Date.context_today(self)
        for sheet in self:
            company = sheet.company_id
            for fname, total in (
                ("amount", "amount_charged"),
                ("relief", "amount_relief"),
            ):
                sheet[total] = sum(
                    line.currency_id._convert(
                        line[fname], company.currency_id, company, today
                    )
                    for lines in (sheet.part_ids, sheet.labour_ids)
                    for line in lines
                )

    @api.depends("part_ids.missing_quantity", "part_ids.state")
    def _compute_parts_missing(self):
        for sheet in self:
            sheet.parts_missing = any(
                part.missing_quantity and part.state == "agreed"
                for part in sheet.part_ids
            )

    # ----------------------------------------------------------- repair order

    def _create_repair_order(self):
        """See the link mixin; acts once per sheet."""
        for sheet in self.filtered(lambda sheet: not sheet.repair_order_id):
            sheet._new_repair_order()
        return self.repair_order_id

    def _new_repair_order(self):
        self.ensure_one()
        self.repair_order_id = self.env["repair.order"].create(
            self._prepare_repair_order()
        )

    def _prepare_repair_order(self):
        self.ensure_one()
        company = self.company_id
        workshop = company._aftersales_get("workshop_location")
        vals = {
            "aftersales_factory_repair_id": self.id,
            "company_id": company.id,
            "partner_id": self.partner_id.id,
            "picking_type_id": company._aftersales_get("repair_type").id,
            "product_location_src_id": workshop.id,
            "product_location_dest_id": workshop.id,
            "schedule_date": fields.Datetime.now(),
            "user_id": self.advisor_id.id or self.env.uid,
        }
        if self._has_machine_to_move():
            vals.update(
                product_id=self.product_id.id,
                product_qty=1.0,
                lot_id=self._get_machine_lot().id,
            )
        return vals

    def _start_repair(self):
        """See the link mixin."""
        self._create_repair_order()
        for sheet in self:
            sheet._start_repair_order()
            sheet.part_ids._plan_moves()

    def _start_repair_order(self):
        """Start the repair order of one sheet, the machine standing in the workshop.

        :raises UserError: when the machine is not there
        """
        self.ensure_one()
        repair = self._as_system(self.repair_order_id)
        if repair.state not in ("draft", "confirmed"):
            return
        if repair.product_id.is_storable and not self._get_machine_inside():
            raise UserError(
                self.env._(
                    "The machine of %(sheet)s was not received into the workshop.",
                    sheet=self.name,
                )
            )
        repair.action_repair_start()

    def _end_repair(self):
        """See the link mixin: parts are used, lines are done, old parts due.

        All or nothing.

        :raises UserError: when a part is not at hand, or less is used than agreed to
            and nobody says why
        """
        for sheet in self:
            parts = sheet.part_ids.filtered(lambda line: line.state == "agreed")
            labour = sheet.labour_ids.filtered(lambda line: line.state == "agreed")
            parts._check_use()
            labour._check_use()
            repair = sheet.repair_order_id
            if repair.state == "under_repair":
                parts._book()
                sheet._as_system(repair).action_repair_end()
            parts._mark_done(repair)
            labour._mark_done(repair)
            parts._after_booking()

    def _as_system(self, record):
        """``record`` as the system user in the company of the sheet.

        The valuation of ``stock_account`` drops sudo, and would ask a technician for
        stock rights. The sheet has checked who may do the step.
        """
        return record.with_user(SUPERUSER_ID).with_company(self.company_id)

    def _cancel_repair_order(self):
        """The machine is not repaired: nothing is reserved any more."""
        for sheet in self:
            sheet.part_ids._drop_move_each()
            repair = sheet._as_system(sheet.repair_order_id)
            repair.filtered(
                lambda r: r.state not in ("done", "cancel")
            ).action_repair_cancel()

    # ------------------------------------------------------------------ lines

    def _take_over_lines(self, orders):
        """Lines of the repair from signed pre-repair orders; each once.

        :param orders: signed ``aftersales.prerepair.order``
        :return: ``(parts, labour)`` that are new
        :raises UserError: when a part is not chosen from the catalogue
        """
        parts = self.env["aftersales.repair.part"]
        labour = self.env["aftersales.repair.labour"]
        lines = orders.line_ids
        known = self.part_ids.prerepair_line_id | self.labour_ids.prerepair_line_id
        part_rows, labour_rows = [], []
        for line in lines - known:
            if line.kind == "part":
                part_rows += self._prepare_parts(line)
            else:
                labour_rows.append(self._prepare_labour(line))
        return parts.create(part_rows), labour.create(labour_rows)

    def _prepare_common(self, line):
        order = line.order_id
        sheet = order.factory_repair_id
        currency = sheet.company_id.currency_id
        orders = self.env["sale.order"]
        pricelist = orders._aftersales_find_pricelist(sheet.request_id)
        target = pricelist.currency_id or currency
        signed = self.env._("Signed on pre-repair order %(order)s", order=order.name)
        return {
            "factory_repair_id": sheet.id,
            "prerepair_line_id": line.id,
            "sequence": line.sequence,
            "quantity": line.quantity,
            "charge": "free" if line._is_free_now() else "charged",
            "charge_reason": line.charge_reason or signed,
            "price_unit": currency._convert(
                line.price_unit, target, sheet.company_id, fields.Date.today(), False
            ),
        }

    def _check_part_chosen(self, line):
        """:raises UserError: when a part is not chosen from the catalogue"""
        if not line.product_id or line.product_id.type != "consu":
            raise UserError(
                self.env._(
                    "Choose the product of part “%(part)s” on %(order)s first.",
                    part=line.name,
                    order=line.order_id.name,
                )
            )

    def _prepare_parts(self, line):
        self._check_part_chosen(line)
        handling = line.order_id.old_parts_handling
        vals = {
            **self._prepare_common(line),
            "product_id": line.product_id.id,
            "old_part": "kept"
            if line._is_free_now() or handling in ("given_up", "handed_in")
            else "customer",
        }
        if line.product_id.tracking != "serial" or line.quantity <= 1:
            return [vals]
        # One serial number is one piece; the signed line is taken over by the first.
        rows = [{**vals, "quantity": 1.0} for _i in range(round(line.quantity))]
        for row in rows[1:]:
            row["prerepair_line_id"] = False
        return rows

    def _prepare_labour(self, line):
        labour = self.env["aftersales.repair.labour"]
        product = line.product_id.filtered(lambda p: p.type == "service")
        kind = labour._get_kind(product, line.company_id) if product else "labour"
        vals = {**self._prepare_common(line), "name": line.name, "kind": kind}
        if product:
            vals["product_id"] = product.id
        return vals

    def _get_signed_orders(self):
        return self.prerepair_ids.filtered(
            lambda order: order.state in ("signed", "closed")
        )

    # ------------------------------------------------------------ requisition

    def action_requisition_parts(self):
        """A draft requisition (App.14) for the parts the technician does not hold.

        What is asked for already, and not issued yet, is not asked for again.

        :return: action that opens the requisition
        :raises UserError: without technician, or when nothing is missing
        """
        self.ensure_one()
        self._check_technician()
        sheet = self._form_begin("agreed", "repair", "supplement", "testing")
        sheet._require("technician_id")
        wanted = sheet._get_parts_to_draw()
        if not wanted:
            raise UserError(
                self.env._(
                    "No part of %(sheet)s is missing, or it is on a requisition"
                    " already.",
                    sheet=sheet.name,
                )
            )
        requisition = self.env["aftersales.parts.requisition"].create(
            {
                "request_id": sheet.request_id.id,
                "company_id": sheet.company_id.id,
                "drawer_id": sheet.technician_id.id,
                "purpose": "factory",
                "line_ids": [
                    Command.create({"product_id": product.id, "quantity": quantity})
                    for product, quantity in wanted.items()
                ],
            }
        )
        return requisition._get_records_action()

    def _get_parts_to_draw(self):
        """``{product: quantity}`` that is missing and on no open requisition."""
        self.ensure_one()
        parts = self.part_ids.filtered(
            lambda p: p.state == "agreed" and p.product_id.is_storable
        )
        location = self.technician_id.aftersales_location_id
        coming = self.env["aftersales.parts.requisition"].search(
            [
                ("request_id", "=", self.request_id.id),
                ("purpose", "=", "factory"),
                ("state", "in", ("draft", "signing", "approved", "partial")),
            ]
        )
        wanted = {}
        for product, rows in parts.grouped("product_id").items():
            need = sum(rows.mapped("used_quantity"))
            held = rows[0]._get_free(location) if location else 0.0
            held += sum(row._get_reserved(location) for row in rows)
            lines = coming.line_ids.filtered(lambda li, p=product: li.product_id == p)
            held += sum(max(li.quantity - li.issued_quantity, 0.0) for li in lines)
            if product.uom_id.compare(need, held) > 0:
                wanted[product] = product.uom_id.round(need - held)
        return wanted
