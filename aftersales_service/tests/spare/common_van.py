from .common import SpareCommon


class VanCommon(SpareCommon):
    """Engineers with stock of their own and rules for it."""

    def _rule(self, product, minimum, maximum, engineer=None, **vals):
        location = (engineer or self.engineer)._aftersales_get_location()
        # Odoo removes what the system user made and needs no more.
        admin = self.env.ref("base.user_admin")
        admin.company_ids |= location.company_id
        rules = self.env["stock.warehouse.orderpoint"].with_user(admin)
        rule = rules.with_context(allowed_company_ids=location.company_id.ids).create(
            {
                "product_id": product.id,
                "location_id": location.id,
                "product_min_qty": minimum,
                "product_max_qty": maximum,
                **vals,
            }
        )
        return rule.with_env(self.env)

    def _travel(self, engineer=None):
        """Travel-stock requisitions of the engineer that are under way."""
        self.env.invalidate_all()
        return self.env["aftersales.parts.requisition"].search(
            [
                ("drawer_id", "=", (engineer or self.engineer).id),
                ("purpose", "=", "travel"),
            ]
        )

    def _run_scheduler(self):
        self.env["stock.rule"].run_scheduler(company_id=self.company.id)

    def _put(self, product, quantity, lot=None, location=None):
        """Stock that is with the engineer, without a paper."""
        self.env["stock.quant"]._update_available_quantity(
            product, location or self.engineer_location, quantity, lot_id=lot
        )
