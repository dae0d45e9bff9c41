import hashlib
import json

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools.image import base64_to_image

# What the customer puts his name to; lines and items come from their own models.
CONTENT_FIELDS = (
    "factory_repair_id",
    "kind",
    "date",
    "bringer",
    "bringer_phone",
    "meter_hours",
    "statement",
    "exterior",
    "photo_ids",
    "no_items",
    "reason",
    "finish_expected_at",
    "old_parts_handling",
)
SIGN_FIELDS = ("signature", "signed_by")
SIGNATURE_SIZE = 2_000_000  # base64 of the picture


class AftersalesPrerepairSignMixin(models.AbstractModel):
    """The customer's signature under a pre-repair order, on the tablet or the portal.

    It is bound to the content by a hash: what changes afterwards, by whatever way,
    voids it. ``portal.mixin`` gives the address with its token.
    """

    _name = "aftersales.prerepair.sign.mixin"
    _description = "Signature under a Pre-Repair Order"
    _inherit = ["portal.mixin"]

    advisor_signed_at = fields.Datetime(readonly=True, copy=False)
    signature = fields.Image(
        "Customer's Signature", max_width=1024, max_height=1024, copy=False
    )
    signed_by = fields.Char("Signed By (Customer)", copy=False)
    signed_at = fields.Datetime("Customer Signed At", readonly=True, copy=False)
    signed_way = fields.Selection(
        [("tablet", "On the Tablet"), ("portal", "On His Own Screen")],
        readonly=True,
        copy=False,
    )
    signed_hash = fields.Char(readonly=True, copy=False)
    refuse_reason = fields.Text("Why Not Signed", readonly=True, copy=False)
    is_signed = fields.Boolean(
        "Signature Valid",
        compute="_compute_is_signed",
        help="Signed, and nothing has changed since.",
    )

    def _compute_access_url(self):
        for order in self:
            order.access_url = f"/my/prerepair/{order.id}"

    def _compute_is_signed(self):
        for order in self:
            order.is_signed = order._has_valid_signature()

    def _has_valid_signature(self):
        """Signed, and nothing has changed since; read afresh, never cached."""
        self.ensure_one()
        return (
            self.state in ("signed", "closed")
            and bool(self.signed_hash)
            and self.signed_hash == self._get_content_hash()
        )

    def _get_content(self):
        """What is signed, as plain data in a fixed order."""
        self.ensure_one()
        order = self.sudo()
        data = {
            fname: order._fields[fname].convert_to_write(order[fname], order)
            for fname in CONTENT_FIELDS
            if fname != "photo_ids"
        }
        data["machine"] = [order.product_id.id, order.serial]
        data["photos"] = sorted(order.photo_ids.mapped("checksum"))
        data["lines"] = [line._get_content() for line in order.line_ids.sorted("id")]
        data["items"] = [item._get_content() for item in order.item_ids.sorted("id")]
        return data

    def _get_content_hash(self):
        text = json.dumps(
            self._get_content(), sort_keys=True, default=str, ensure_ascii=False
        )
        return hashlib.sha256(text.encode()).hexdigest()

    def _is_waiting(self):
        """Whether the customer has still to sign or refuse."""
        self.ensure_one()
        return self.state in ("draft", "to_sign") or (
            self.state == "signed" and not self._has_valid_signature()
        )

    def _check_signed(self):
        """:raises UserError: unless the order is signed, and not changed since; a
        supplement that was refused, or a cancelled order, needs no signature
        """
        for order in self:
            if order._is_waiting():
                raise UserError(
                    self.env._(
                        "%(order)s lacks the customer's signature.", order=order.name
                    )
                )

    def _void_signature(self):
        """The content has changed after the signature; called with sudo."""
        for order in self.filtered(lambda o: o.state in ("to_sign", "signed")):
            if order.state == "signed":
                order.message_post(
                    body=self.env._(
                        "The content has changed: the signature of %(name)s is void.",
                        name=order.signed_by,
                    )
                )
            order.write(
                {
                    "state": "draft",
                    "advisor_signed_at": False,
                    "signature": False,
                    "signed_by": False,
                    "signed_at": False,
                    "signed_way": False,
                    "signed_hash": False,
                }
            )

    def _accept_signature(self, name, signature, way):
        """The customer signs; called with sudo, under the lock.

        :param str name: who signs
        :param signature: the picture, base64
        :param str way: ``tablet`` or ``portal``
        :raises UserError: without name or picture
        """
        self.ensure_one()
        if not isinstance(name, str) or not name.strip() or len(name) > 100:
            raise UserError(self.env._("Write the name of the person who signs."))
        if not signature or len(signature) > SIGNATURE_SIZE:
            raise UserError(self.env._("The signature is missing."))
        try:
            base64_to_image(signature).load()
        except (OSError, ValueError, TypeError, SyntaxError) as error:
            raise UserError(self.env._("The signature is not a picture.")) from error
        self.write(
            {
                "state": "signed",
                "signature": signature,
                "signed_by": name.strip(),
                "signed_at": fields.Datetime.now(),
                "signed_way": way,
            }
        )
        self.signed_hash = self._get_content_hash()
        self._after_signature()

    def _sign_on_portal(self, name, signature, content):
        """The customer signs on his own screen; called with sudo.

        :param str content: hash of what he has read
        :raises UserError: when it has changed since, or is signed already
        """
        order = self._form_begin("to_sign")
        if content != order._get_content_hash():
            raise UserError(
                self.env._("The order has changed meanwhile. Read it again, please.")
            )
        order._accept_signature(name, signature, "portal")
        order._tell_portal(self.env._("Signed by %(name)s.", name=order.signed_by))

    def _refuse_on_portal(self, reason):
        """The customer refuses a supplement on his own screen; called with sudo."""
        order = self._form_begin("to_sign")
        order._refuse(reason)
        order._tell_portal(order.refuse_reason)

    def _tell_portal(self, body):
        """The customer's act in the chatter, for the advisor."""
        self.message_post(
            body=body,
            author_id=self.partner_id.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=self.advisor_id.partner_id.ids,
        )

    def _after_signature(self):
        """Called with sudo when the customer has signed."""
