from datetime import timedelta

from odoo import Command, fields
from odoo.tests import new_test_user

from ..common import GROUP, AftersalesCommon

# One white pixel.
SIGNATURE = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAsT"
    "j2FAAAAABJRU5ErkJggg=="
)


class WorkshopCommon(AftersalesCommon):
    """The people of the workshop and the steps of a machine's stay."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.advisor, cls.gatekeeper = (
            new_test_user(
                cls.env,
                login=f"as_{group}",
                name=group.title(),
                lang="en_US",
                groups=GROUP + group,
            )
            for group in ("advisor", "gatekeeper")
        )

    def _announce(self, user=None, machines=None, **vals):
        """A notice with its machines, for tomorrow."""
        machines = self.equipment if machines is None else machines
        return (
            self.env["aftersales.factory.notice"]
            .with_user(user or self.agent)
            .create(
                {
                    "partner_id": self.customer.id,
                    "expected_at": fields.Datetime.now() + timedelta(days=1),
                    "problem": "Pump leaks",
                    "repair_ids": [
                        Command.create({"equipment_id": machine.id})
                        for machine in machines
                    ],
                    **vals,
                }
            )
        )

    def _enter(self, user=None, **vals):
        """An entry at the gate, and its sheets as the advisor sees them."""
        entry = (
            self.env["aftersales.gate.entry"]
            .with_user(user or self.gatekeeper)
            .create({"machine_text": "A marking machine", **vals})
        )
        return entry, entry.sudo().repair_ids.with_user(self.advisor)

    def _receive_machine(self, machine=None, **vals):
        """A machine received on its sheet, technician named."""
        _entry, sheet = self._enter(partner_id=self.customer.id, driver="Mr Wu")
        sheet.write(
            {
                "equipment_id": (machine or self.equipment).id,
                "symptom": "Pump leaks",
                "technician_id": self.engineer.id,
                **vals,
            }
        )
        sheet.action_receive()
        return sheet

    def _fill_prerepair(self, order, **vals):
        """What the advisor writes outside, ready for the customer."""
        order = order.with_user(self.advisor)
        order.write({"exterior": "Scratch on the left", "no_items": True, **vals})
        order.action_submit()
        return order

    def _sign_prerepair(self, order, name="Mr Wu"):
        """The customer signs on the tablet."""
        order = order.with_user(self.advisor)
        if order.state == "draft":
            self._fill_prerepair(order)
        order.write({"signature": SIGNATURE, "signed_by": name})
        order.action_sign()
        return order

    def _diagnose(self, sheet=None):
        """Signed, in diagnosis, diagnosis written by the technician."""
        sheet = sheet or self._receive_machine()
        self._sign_prerepair(sheet.prerepair_ids)
        mine = sheet.with_user(self.engineer_user)
        mine.action_start_diagnosis()
        mine.diagnosis = "Shaft seal worn"
        return sheet

    def _start(self, sheet=None, decision="all"):
        """Quoted, agreed, in repair."""
        sheet = self._diagnose(sheet)
        sheet.action_quote()
        sheet.action_decide(decision, note="Pump only")
        sheet.with_user(self.engineer_user).action_start()
        return sheet

    def _finish(self, sheet=None):
        """Repaired and tested: the customer may look."""
        sheet = self._start(sheet)
        mine = sheet.with_user(self.engineer_user)
        mine.work_done = "Seal replaced"
        mine.action_finish()
        mine.write({"exterior_result": "Clean", "test_result": "Tight at 20 bar"})
        mine.action_test_passed()
        return sheet

    def _fill_bag(self, product, quantity):
        """Parts with the technician, from the warehouse."""
        location = self.engineer._aftersales_get_location()
        places = {"location_id": self.stock.id, "location_dest_id": location.id}
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.company._aftersales_get("issue_type").id,
                **places,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": quantity,
                            **places,
                        }
                    )
                ],
            }
        )
        picking._aftersales_force_done()
