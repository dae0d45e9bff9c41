from odoo import api, models

# The table and the class of fee of each kind of work (handbook 8.2, App.12).
TABLES = {
    "labour": "labour",
    "diagnosis": "labour",
    "test": "labour",
    "outside": "other",
    "towing": "other",
    "other": "other",
}
CLASSES = {
    "labour": "total_labour",
    "diagnosis": "total_diagnosis",
    "test": "total_test",
    "outside": "total_outside",
    "towing": "total_other",
    "other": "total_other",
}
TOTALS = ("total_parts", *dict.fromkeys(CLASSES.values()))


class AftersalesFactoryPrintMixin(models.AbstractModel):
    """The machines of a quotation or settlement of factory repairs, for print.

    Charged lines are read from the order, which is what the customer pays; free ones
    from the parts and the work of the register sheet, at their list price.
    """

    _name = "aftersales.factory.print.mixin"
    _description = "Print of Factory Repairs"

    def _get_factory_jobs(self, order):
        """One job per machine on the order; empty for other orders."""
        sheets = order.aftersales_factory_repair_ids.sorted("id")
        return [
            self._get_factory_job(order, sheet, is_last=sheet == sheets[-1])
            for sheet in sheets
        ]

    def _get_factory_job(self, order, sheet, is_last):
        numbers = [sheet.request_id.name, sheet.repair_order_id.name]
        lines = order.order_line.filtered(
            lambda line: (
                not line.display_type
                and not line.is_downpayment
                # What was let off stands with the amounts of the whole order.
                and not line.aftersales_relief_id
                and (
                    line.aftersales_factory_repair_id == sheet
                    # What somebody added by hand stands with the last machine.
                    or (is_last and not line.aftersales_factory_repair_id)
                )
            )
        )
        return {
            "request": sheet.request_id,
            "sheet": sheet,
            "numbers": ", ".join(filter(None, numbers)),
            "register": sheet.name,
            "brought_by": sheet.bringer or sheet.contact_name,
            "product": sheet.product_id,
            "serial": sheet.serial,
            "received_at": sheet.brought_at or sheet.received_at,
            "released_at": sheet.left_at,
            "diagnosis": sheet.diagnosis,
            "fees": self._get_factory_fees(sheet, lines),
        }

    def _get_factory_fees(self, sheet, lines):
        """Rows and totals of one machine, as ``_get_fees`` of the settlement."""
        fees = {"parts": [], "labour": [], "other": [], **dict.fromkeys(TOTALS, 0.0)}
        for line in lines:
            part = line.aftersales_repair_part_ids[:1]
            labour = line.aftersales_repair_labour_ids[:1]
            if part or line.product_id.type == "consu":
                table, total = "parts", "total_parts"
            else:
                kind = labour.kind or self._get_fee_class(line)
                table, total = TABLES[kind], CLASSES[kind]
            fees[table].append(self._prepare_factory_row(line, part, labour))
            fees[total] += line.price_subtotal
        for part in sheet.part_ids.filtered(self._is_free_row):
            fees["parts"].append(self._prepare_free_row(part))
        for labour in sheet.labour_ids.filtered(self._is_free_row):
            fees[TABLES[labour.kind]].append(self._prepare_free_row(labour))
        fees["total"] = sum(lines.mapped("price_subtotal"))
        return fees

    @api.model
    def _is_free_row(self, line):
        return line.charge == "free" and line.state != "declined"

    def _prepare_factory_row(self, line, part, labour):
        row = self._prepare_row(line)
        remarks = [part.lot_id.name]
        if (part or labour).state == "declined":
            remarks.append(self.env._("Declined"))
        row["name"] = labour.name or row["name"]
        row["remark"] = ", ".join(filter(None, remarks))
        return row

    def _prepare_free_row(self, record):
        """A part or work that is free: its list price, all of it relieved."""
        product = record.product_id
        is_part = product.type == "consu"
        return {
            "code": product.default_code,
            "name": self._product_name(product) if is_part else record.name,
            "specification": self._specification(product),
            "unit": product.uom_id.name,
            "quantity": record.used_quantity,
            "price": record.price_unit,
            "amount": 0.0,
            "relief": record.relief,
            "remark": (record.lot_id.name or "") if is_part else "",
        }

    def _get_relief(self, jobs):
        """What all machines or visits were relieved of in warranty."""
        return sum(
            row["relief"]
            for job in jobs
            for table in ("parts", "labour", "other")
            for row in job["fees"][table]
        )

    def _get_evaluation_pages(self, order):
        """The page of each machine whose evaluation is still to be given.

        :return: list of dicts ``url``, ``name`` (of the register sheet), ``machine``
        """
        return [
            {
                "url": sheet.get_base_url() + sheet.get_portal_url(),
                "name": sheet.name,
                "machine": sheet._get_machine_text(),
            }
            for sheet in order.aftersales_factory_repair_ids.sorted("id")
            if sheet.access_token and sheet._get_evaluation_state() in ("early", "open")
        ]

    def _get_factory_old_parts(self, order):
        """What becomes of the old parts of the machines, as a set of choices: as the
        sheets say, else as was entered part by part."""
        sheets = order.aftersales_factory_repair_ids
        choices = {
            "taken": "customer",
            "given_up": "kept",
            "handed_in": "kept",
            "none": "none",
        }
        said = {choices[h] for h in sheets.mapped("old_parts_handling") if h}
        return said or set(sheets.part_ids.filtered("move_id").mapped("old_part"))
