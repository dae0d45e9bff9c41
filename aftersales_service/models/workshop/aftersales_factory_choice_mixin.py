import hashlib
import json

from odoo import models
from odoo.exceptions import UserError


class AftersalesFactoryChoiceMixin(models.AbstractModel):
    """The customer chooses on the page of the quotation what is repaired (Art.23(3)).

    All, part or none: he leaves out lines, or a whole machine, the amounts follow,
    and then he signs what is left. His signature carries the hash of what he read.
    For ``sale.order``.
    """

    _name = "aftersales.factory.choice.mixin"
    _description = "Customer's Choice on the Quotation"

    def _aftersales_get_quoted(self):
        """The register sheets that wait for the customer's decision, with sudo."""
        if self.state not in ("draft", "sent") or self.signature or self.is_expired:
            return self.env["aftersales.factory.repair"].sudo()
        sheets = self.sudo().aftersales_factory_repair_ids
        return sheets.filtered(lambda sheet: sheet.state == "quoted").sorted("id")

    def _aftersales_get_choices(self):
        """What the customer may leave out, or put back.

        :return: ``{id of an order line: whether he wants it}``; the section of a
            machine is among them where there are several machines
        """
        self.ensure_one()
        choices = {}
        several = len(self.sudo().aftersales_factory_repair_ids) > 1
        for sheet in self._aftersales_get_quoted():
            lines = self._aftersales_get_choosable(sheet)
            mine = {li.sale_line_id.id: li.state == "proposed" for li in lines}
            section = self.order_line.filtered(
                lambda li, sheet=sheet: (
                    li.display_type == "line_section"
                    and li.aftersales_factory_repair_id == sheet
                )
            )[:1]
            if several and section and mine:
                choices[section.id] = any(mine.values())
            choices.update(mine)
        return choices

    def _aftersales_get_choosable(self, sheet):
        return [
            line
            for line in sheet._get_lines()
            if line.state in ("proposed", "declined")
            and line.sale_line_id.order_id == self
            and line._is_open_to_choice()
        ]

    def _aftersales_choose(self, line_id, wanted, author):
        """The customer leaves something out, or wants it after all; with sudo.

        :param int line_id: order line of one part or work, or section of a machine
        :param bool wanted: whether he wants it
        :param author: his ``res.partner``, for the note on the register sheet
        :raises UserError: when there is nothing to choose any more
        """
        self.ensure_one()
        self._aftersales_get_quoted()._form_lock()
        if line_id not in self._aftersales_get_choices():
            raise UserError(
                self.env._("This cannot be chosen any more. Read the quotation again.")
            )
        sale_line = self.order_line.browse(line_id)
        sheet = sale_line.aftersales_factory_repair_id
        chosen = self._aftersales_get_choosable(sheet)
        if sale_line.display_type != "line_section":
            chosen = [line for line in chosen if line.sale_line_id == sale_line]
        changed = [line for line in chosen if (line.state == "proposed") != wanted]
        for line in changed:
            line._mark_declined(not wanted)
        self._aftersales_follow_choice(sheet)
        if not changed:
            return
        items = ", ".join(line._get_title() for line in changed)
        sheet.message_post(
            body=self.env._("The customer wants after all: %(items)s", items=items)
            if wanted
            else self.env._("The customer leaves out: %(items)s", items=items),
            author_id=author.id,
        )

    def _aftersales_follow_choice(self, sheet):
        """What is no choice of its own, as a diagnosis, goes with the machine."""
        wanted = any(
            line.state == "proposed" for line in self._aftersales_get_choosable(sheet)
        )
        for line in sheet._get_lines():
            if line.sale_line_id.order_id == self and not line._is_open_to_choice():
                line._mark_declined(not wanted)

    # ------------------------------------------------------------- signature

    def _aftersales_get_content_hash(self):
        """Of all that the customer reads on the quotation."""
        self.ensure_one()
        content = [
            [
                line.id,
                line.display_type,
                line.name,
                line.product_id.id,
                line.product_uom_qty,
                line.price_unit,
                line.discount,
                line.price_total,
            ]
            for line in self.order_line.sorted("id")
        ]
        text = json.dumps([content, self.amount_total], ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def _aftersales_get_content_query(self):
        """What is added to the address that the signature is sent to."""
        self.ensure_one()
        if not self._aftersales_get_quoted():
            return ""
        return f"&content={self._aftersales_get_content_hash()}"

    def _aftersales_check_read(self, content):
        """Before the signature is taken; called with sudo.

        :param str content: hash of what the customer has read
        :raises UserError: when it has changed since, or nothing is left of it
        """
        self.ensure_one()
        sheets = self._aftersales_get_quoted()
        if not sheets:
            return
        sheets._form_lock()
        if content != self._aftersales_get_content_hash():
            raise UserError(
                self.env._(
                    "The quotation has changed meanwhile. Read it again, please."
                )
            )
        choices = self._aftersales_get_choices()
        if choices and not any(choices.values()):
            raise UserError(
                self.env._(
                    "You have left out everything. If you want no repair, reject the"
                    " quotation instead."
                )
            )
