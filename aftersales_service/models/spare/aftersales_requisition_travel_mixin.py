from odoo import api, models


class AftersalesRequisitionTravelMixin(models.AbstractModel):
    """Travel stock an engineer's reordering rules ask for. Part of the requisition.

    Nothing leaves the warehouse without the signatures of Art.24: a rule on an
    engineer's location fills his one draft requisition instead of moving goods.
    """

    _name = "aftersales.requisition.travel.mixin"
    _description = "Travel Stock by Reordering Rules"

    @api.model
    def _fill_travel(self, engineer, wanted):
        """Put ``wanted`` on the draft travel-stock requisition of ``engineer``.

        Called with sudo, holding the lock of his location. What was asked for
        before and is not submitted yet stays on the form, and more is added to it.

        :param engineer: ``hr.employee``
        :param dict wanted: ``{product: quantity in its unit}``, each above zero
        :return: the requisition
        """
        draft = self.search(
            [
                ("drawer_id", "=", engineer.id),
                ("purpose", "=", "travel"),
                ("state", "=", "draft"),
                ("request_id", "=", False),
                ("company_id", "=", engineer.company_id.id),
            ],
            order="id",
            limit=1,
        ) or self.create(
            {
                "drawer_id": engineer.id,
                "purpose": "travel",
                "company_id": engineer.company_id.id,
                "note": self.env._("Asked for by reordering rules."),
            }
        )
        new = []
        for product, quantity in wanted.items():
            line = draft.line_ids.filtered(lambda row, p=product: row.product_id == p)
            if line:
                line[0].quantity += quantity
            else:
                new.append(
                    {
                        "requisition_id": draft.id,
                        "product_id": product.id,
                        "quantity": quantity,
                    }
                )
        draft.line_ids.create(new)
        return draft

    @api.model
    def _get_travel_in_progress(self, engineers, products):
        """Travel stock that engineers have asked for and no transfer brings yet.

        Parts for a case are used up by it and fill no bag. From the approval on the
        transfer itself is the expected quantity.

        :return: dict ``{(engineer, product): quantity}``
        """
        groups = (
            self.env["aftersales.parts.requisition.line"]
            .sudo()
            ._read_group(
                [
                    ("requisition_id.drawer_id", "in", engineers.ids),
                    ("requisition_id.purpose", "=", "travel"),
                    ("requisition_id.state", "in", ("draft", "signing")),
                    ("product_id", "in", products.ids),
                ],
                ["requisition_id", "product_id"],
                ["quantity:sum"],
            )
        )
        found = {}
        for requisition, product, quantity in groups:
            key = (requisition.drawer_id, product)
            found[key] = found.get(key, 0.0) + quantity
        return found
