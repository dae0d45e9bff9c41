from odoo import Command

from ..common_company import TwoCompaniesCommon


class WarrantyCommon(TwoCompaniesCommon):
    """A policy in force for the machines of the company."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.misuse = cls.env.ref("aftersales_service.warranty_exclusion_misuse")
        cls.other_cause = cls.env.ref(
            "aftersales_service.warranty_exclusion_other_cause"
        )
        cls.policy = cls._create_policy(
            [
                {"cover": "whole_machine", "months": 12},
                {"cover": "accessory", "months": 6, "contract_months": 12},
                {"cover": "wear_part", "months": 0},
            ],
            exclusion_ids=[Command.set(cls.misuse.ids)],
            contract_max_months=36,
        )
        cls.policy.action_make_default()

    @classmethod
    def _create_policy(cls, lines, **vals):
        return cls.env["aftersales.warranty.policy"].create(
            {
                "name": "Own Promise",
                "code": f"OWN{len(lines)}{len(vals)}",
                "start_basis": "acceptance",
                "line_ids": [Command.create(line) for line in lines],
                **vals,
            }
        )

    def _create_machine(self, serial="W-1", user=None, **vals):
        return (
            self.env["aftersales.equipment"]
            .with_user(user or self.agent)
            .create(
                {
                    "product_id": self.machine.id,
                    "serial": serial,
                    "partner_id": self.customer.id,
                    **vals,
                }
            )
        )

    def _get_row(self, machine, cover="whole_machine"):
        rows = machine.sudo().warranty_ids.filtered("active")
        return rows.filtered(lambda row: row.cover == cover)
