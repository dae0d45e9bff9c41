from odoo import models


class ReportAftersalesServiceCard(models.AbstractModel):
    """Print of the service card (产品售后服务卡), 001 Art.26.

    The customer reads it: it shows what he is charged, never what a part cost.
    """

    _name = "report.aftersales_service.report_aftersales_service_card"
    _inherit = ["aftersales.print.mixin"]
    _description = "Print of the Service Card"

    _print_model = "aftersales.service.card"

    def _get_engineers(self, card):
        dispatch = card.dispatch_id
        return ", ".join((dispatch.engineer_id | dispatch.assistant_ids).mapped("name"))

    def _get_parts(self, card):
        """``2 × Seal, 1 × Pump P-1``: the parts of the visit.

        A visit to several machines does not tell which part went into which, so
        every card of the visit names them all.
        """
        return ", ".join(
            f"{self._quantity(use.quantity)} × {self._product_name(use.product_id)}"
            f" {use.lot_id.name or ''}".strip()
            for use in card.dispatch_id.part_use_ids
        )

    def _get_model(self, card):
        """What tells the model beside its name: code, attributes, or the name."""
        product = card.product_id
        return product.default_code or self._specification(product) or product.name

    def _get_delivery_date(self, card):
        """Purchase and delivery date, as far as known and different."""
        delivered = card.equipment_id.delivery_date
        dates = dict.fromkeys(filter(None, (card.purchase_date, delivered)))
        return " / ".join(self._date(date) for date in dates)
