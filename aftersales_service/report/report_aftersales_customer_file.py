from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

TALKS = ("consultation", "complaint")
READER = "aftersales_service.group_aftersales_user"
DASH = "—"


class ReportAftersalesCustomerFile(models.AbstractModel):
    """Print of the customer file (客户情况档案资料), 001 App.15.

    Everything comes from the records of the company the reader works in; nothing
    of another company is read, and nothing is typed for this form.
    """

    _name = "report.aftersales_service.report_aftersales_customer_file"
    _inherit = ["aftersales.print.mixin"]
    _description = "Print of the Customer File"

    _print_model = "res.partner"

    @api.model
    def _get_report_values(self, docids, data=None):
        """The files of the companies that the partners belong to.

        :raises AccessError: for people who do not read after-sales documents
        """
        if not self.env.user.has_group(READER):
            raise AccessError(
                self.env._("Only after-sales staff may print a customer file.")
            )
        # Asked before sudo, which would take any company from the context.
        company = self.env.company
        values = super()._get_report_values(docids, data)
        customers = values["docs"].commercial_partner_id
        customers.sudo(False).check_access("read")
        return {**values, "docs": customers, "company": company.sudo()}

    def _get_file(self, customer, company):
        """All blocks of the file of ``customer`` with ``company``.

        :return: dict of block name to list of rows, beside ``basic`` and ``totals``
        """
        family = customer.with_context(active_test=False).search(
            [("id", "child_of", customer.id)]
        )
        mine = [("company_id", "=", company.id), ("partner_id", "in", family.ids)]
        requests = self.env["aftersales.service.request"].search(
            [*mine, ("state", "!=", "cancelled")], order="received_at, id"
        )
        machines = self.env["aftersales.equipment"].search(mine, order="id")
        return {
            "basic": self._get_basic(customer, company),
            "machines": [self._prepare_machine(machine) for machine in machines],
            "trainings": self._get_trainings(requests),
            "repairs": self._get_repairs(requests),
            "callbacks": self._get_callbacks(requests),
            "talks": self._get_talks(requests, mine),
            "charges": self._get_charges(requests),
            "totals": self._get_totals(customer, company),
            "files": self._get_files(family, machines, requests, company),
        }

    # ---------------------------------------------------------- who he is

    def _get_basic(self, customer, company):
        people = customer.child_ids.filtered(
            lambda child: child.type == "contact" and not child.is_company
        )
        head = customer.aftersales_head_id
        contact = (people - head)[:1] or head or people[:1]
        spare = (people - head - contact)[:1]
        bill_to = customer.child_ids.filtered(lambda child: child.type == "invoice")[:1]
        banks = customer.bank_ids.filtered(
            lambda bank: bank.company_id in (company, bank.company_id.browse())
        )
        address = customer._display_address(without_company=True)
        return {
            "address": self._in_one_line(address),
            "head": head,
            "contact": contact,
            "phone": contact.phone or customer.phone or "",
            "spare": self._join(spare.name, spare.phone)
            or (customer.phone if contact.phone != customer.phone else ""),
            "email": customer.email or contact.email or "",
            "banks": "\n".join(
                self._join(bank.bank_id.name, bank.acc_number) for bank in banks
            ),
            "bill_to": self._join(
                bill_to.name, self._in_one_line(bill_to._display_address(True))
            )
            if bill_to
            else "",
        }

    def _in_one_line(self, address):
        parts = (part.strip() for part in address.replace("\n", ",").split(","))
        return ", ".join(filter(None, parts))

    def _join(self, *parts, separator=" "):
        return separator.join(filter(None, parts))

    # ------------------------------------------------------------ machines

    def _prepare_machine(self, machine):
        known = machine._fields
        product = machine.product_id
        dates = [
            self._date(machine[fname]) or DASH
            for fname in (
                "factory_date",
                "purchase_date",
                "delivery_date",
                "acceptance_date",
                "first_use_date",
            )
        ]
        return {
            "product": product.name,
            "model": product.default_code or self._specification(product) or DASH,
            "serial": machine.serial,
            "dates": dates,
            "contract": ("contract_ref" in known and machine.contract_ref) or DASH,
            "quantity": "1",
            "warranty": self._join(
                self._date(machine.warranty_start),
                self._date(machine.warranty_end),
                separator=" – ",
            )
            or DASH,
            "supplied": self._get_supplied(machine) or DASH,
        }

    def _get_supplied(self, machine):
        """Documents, tools and spares handed over with the machine, as text."""
        return ", ".join(
            text
            for fname in ("document_ids", "supply_ids")
            if fname in machine._fields
            for text in machine[fname].mapped(self._prepare_supplied)
        )

    def _prepare_supplied(self, record):
        """A document by its name, a tool or spare with its quantity."""
        quantity = "quantity" in record._fields and record.quantity
        if quantity and quantity != 1:
            return f"{record.name} × {self._quantity(quantity)}"
        return record.name or ""

    # ------------------------------------------------------- what was done

    def _get_trainings(self, requests):
        """Initial training (001 Art.11): the finished visits that were for it."""
        return [
            {
                "dates": self._join(
                    self._time(visit.arrived_at, "yyyy-MM-dd"),
                    self._time(visit.finished_at, "yyyy-MM-dd"),
                    separator=" – ",
                ),
                "engineer": self._get_engineers(visit),
                "form": self._selection(visit, "task_type"),
                "result": self._get_work(visit, self._get_cards(visit)) or DASH,
                "card": ", ".join(self._get_cards(visit).mapped("name")) or DASH,
            }
            for visit in requests.dispatch_ids
            if visit.task_type == "training" and visit.finished_at
        ]

    def _get_engineers(self, visit):
        return ", ".join((visit.engineer_id | visit.assistant_ids).mapped("name"))

    def _get_cards(self, document):
        return document.card_ids.filtered(lambda card: card.state != "cancelled")

    def _get_work(self, document, cards):
        texts = [*cards.mapped("work_done"), document.work_done]
        return "\n".join(dict.fromkeys(filter(None, texts)))

    def _get_repairs(self, requests):
        """A row per repair or maintenance that was done (001 Art.31)."""
        return [
            self._prepare_repair(request)
            for request in requests
            if request.request_type not in (*TALKS, "training")
            and (request.done_at or any(request.dispatch_ids.mapped("finished_at")))
        ]

    def _get_sheets(self, request):
        """Register sheets of machines that were repaired in the factory."""
        return request.factory_repair_ids.filtered("finished_at")

    def _prepare_repair(self, request):
        cards = self._get_cards(request)
        visits = request.dispatch_ids.filtered("finished_at")
        work = [self._get_work(visit, self._get_cards(visit)) for visit in visits]
        sheets = self._get_sheets(request)
        work += sheets.mapped("work_done")
        work.append(request.remote_solution)
        opinions = [
            self._join(self._selection(card, "rating_overall"), card.opinion)
            for card in cards
        ] + [
            self._join(self._selection(sheet, "rating_overall"), sheet.opinion)
            for sheet in sheets
        ]
        parts = [
            (use.product_id, "", use.quantity)
            for use in request.part_use_ids
            if use.move_id
        ]
        for sheet in sheets:
            parts += [row[:3] for row in sheet._get_parts_replaced()]
        return {
            "number": request.name,
            "bringer": sheets[:1].bringer or request.contact_name or DASH,
            "date": self._time(
                sheets[:1].brought_at or request.received_at, "yyyy-MM-dd"
            ),
            "model": self._product_name(request.product_id) or DASH,
            "serial": request.serial or DASH,
            "work": "\n".join(filter(None, work)) or DASH,
            "parts": "\n".join(
                f"{self._product_name(part) or name} × {self._quantity(quantity)}"
                for part, name, quantity in parts
            )
            or DASH,
            "price": self._get_price(request),
            "opinion": "\n".join(filter(None, opinions)) or DASH,
        }

    def _get_price(self, request):
        """What the settlements of the request come to, by currency."""
        orders = request.sale_order_ids.filtered(lambda order: order.state == "sale")
        return (
            ", ".join(
                currency.format(sum(part.mapped("amount_total")))
                for currency, part in orders.grouped("currency_id").items()
            )
            or DASH
        )

    def _get_callbacks(self, requests):
        calls = requests.followup_ids.filtered(lambda call: call.state == "done")
        return [
            {
                "number": call.request_id.name,
                "time": self._time(call.called_at),
                "caller": call.caller_id.name,
                "channel": self._selection(call, "channel"),
                "content": self._join(call.questions, call.answer, separator="\n")
                or self._selection(call, "followup_type"),
                "is_completed": call.is_reached and call.is_completed,
                "satisfaction": self._selection(call, "satisfaction")
                or self._selection(call, "result"),
            }
            for call in calls.sorted(lambda call: (call.called_at, call.id))
        ]

    def _get_talks(self, requests, mine):
        """Consultations and complaints: the calls, and requests without a call."""
        calls = self._get_calls(mine)
        rows = [
            {
                "number": call.name,
                "time": call.received_at,
                "type": self._selection(call, "call_type"),
                "person": call.contact_name,
                "content": call.symptom,
                "result": self._join(call.answer, call.result, separator="\n")
                or self._selection(call, "state"),
            }
            for call in calls
        ]
        asked = requests.filtered(lambda request: request.request_type in TALKS)
        if calls:
            asked -= calls.request_id
        rows += [
            {
                "number": request.name,
                "time": request.received_at,
                "type": self._selection(request, "request_type"),
                "person": request.contact_name,
                "content": self._join(
                    request.symptom, request.description, separator="\n"
                ),
                "result": request.remote_solution or self._selection(request, "state"),
            }
            for request in asked
        ]
        rows.sort(key=lambda row: (row["time"], row["number"]))
        return [{**row, "time": self._time(row["time"])} for row in rows]

    def _get_calls(self, mine):
        """Call records of the customer that asked or complained."""
        if "aftersales.call.record" not in self.env:
            return []
        return self.env["aftersales.call.record"].search(
            [*mine, ("call_type", "!=", "repair"), ("state", "!=", "cancelled")]
        )

    # ------------------------------------------------------------- money

    def _get_charges(self, requests):
        settlement = self.env["report.aftersales_service.report_aftersales_settlement"]
        rows = []
        for order in requests.sale_order_ids.filtered(lambda o: o.state == "sale"):
            payment = settlement._get_payment(order)
            currency = order.currency_id
            rows.append(
                {
                    "number": order.name,
                    "date": self._time(order.date_order, "yyyy-MM-dd"),
                    "invoices": ", ".join(payment["invoices"].mapped("name")) or DASH,
                    "receipts": ", ".join(payment["receipts"].mapped("receipt_no"))
                    or DASH,
                    "total": currency.format(order.amount_total),
                    "received": currency.format(payment["received"]),
                    "arrears": currency.format(payment["arrears"]),
                }
            )
        return rows

    def _get_totals(self, customer, company):
        """What the customer owes by all posted entries, also beside after-sales."""
        measure = self.env["aftersales.tier.measure"]
        day = fields.Date.context_today(self)
        owed = measure._get_arrears(customer, company).get(customer.id, 0.0)
        overdue = measure._get_arrears(customer, company, day).get(customer.id, 0.0)
        currency = company.currency_id
        return {
            "owed": currency.format(owed),
            "overdue": currency.format(max(overdue, 0.0)),
        }

    # ------------------------------------------------------------- files

    def _get_files(self, family, machines, requests, company):
        """Files attached to the customer, his machines and the papers of his cases."""
        documents = (
            family,
            machines,
            requests,
            requests.dispatch_ids,
            requests.card_ids,
            requests.sale_order_ids,
        )
        places = Domain.OR(
            Domain("res_model", "=", records._name)
            & Domain("res_id", "in", records.ids)
            for records in documents
        )
        files = self.env["ir.attachment"].search(
            places
            & Domain("res_field", "=", False)
            & Domain("company_id", "in", (company.id, False)),
            order="create_date, id",
        )
        return [
            {
                "date": self._time(file.create_date, "yyyy-MM-dd"),
                "name": file.name,
                "document": file.res_name or "",
            }
            for file in files
        ]
