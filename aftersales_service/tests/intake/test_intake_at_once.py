from psycopg2.errors import SerializationFailure

from odoo.exceptions import ConcurrencyError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common_committed import MARK, CommittedCommon


@tagged("post_install", "-at_install")
class TestIntakeAtOnce(CommittedCommon):
    """Two transactions take in, turn or merge the same thing: it is done once."""

    @classmethod
    def _sweep(cls):
        with cls._transaction() as env:
            partners = env["res.partner"].search([("ref", "=", MARK)])
            of_ours = [("partner_id", "in", partners.ids)]
            env["aftersales.call.record"].search(of_ours).unlink()
            requests = env["aftersales.service.request"].search(of_ours)
            requests.write({"merged_into_id": False})
        return super()._sweep()

    def _take_in(self, env):
        return env["aftersales.service.request"]._intake(
            {
                "partner_id": self.partner_id,
                "symptom": "Does not spray",
                "external_ref": "once",
            },
            "api",
        )

    def _count_requests(self):
        with self._transaction() as env:
            return env["aftersales.service.request"].search_count(
                [("partner_id", "=", self.partner_id), ("state", "=", "new")]
            )

    @mute_logger("odoo.sql_db")
    def test_same_message(self):
        """The later one is sent back, starts anew, and finds the request."""
        before = self._count_requests()
        with self.assertRaises(ConcurrencyError), self._transaction() as late:
            late["res.partner"].browse(self.partner_id).read(["name"])
            with self._transaction() as early:
                first_id = self._take_in(early).id
            self._take_in(late)
        with self._transaction() as again:
            self.assertEqual(self._take_in(again).id, first_id)
        self.assertEqual(self._count_requests(), before + 1)

    @mute_logger("odoo.sql_db")
    def test_call_turned_twice(self):
        with self._transaction() as env:
            call = env["aftersales.call.record"].create(
                {"partner_id": self.partner_id, "symptom": "Does not spray"}
            )
            call_id = call.id
        before = self._count_requests()

        def press(env):
            env["aftersales.call.record"].browse(call_id).action_create_request()

        with self.assertRaises(SerializationFailure):
            with self._transaction(self.dispatcher_id) as late:
                late["res.partner"].browse(self.partner_id).read(["name"])
                with self._transaction(self.dispatcher_id) as early:
                    press(early)
                press(late)
        with self._transaction(self.dispatcher_id) as again:
            press(again)
        self.assertEqual(self._count_requests(), before + 1)

    @mute_logger("odoo.sql_db")
    def test_merged_twice(self):
        with self._transaction() as env:
            requests = env["aftersales.service.request"].create(
                [{"partner_id": self.partner_id, "symptom": str(n)} for n in (1, 2)]
            )
            first_id, second_id = requests.ids

        def merge(env, target_id, source_id):
            requests = env["aftersales.service.request"]
            requests.browse(target_id)._merge(requests.browse(source_id))

        with self.assertRaises(SerializationFailure):
            with self._transaction(self.dispatcher_id) as late:
                late["res.partner"].browse(self.partner_id).read(["name"])
                with self._transaction(self.dispatcher_id) as early:
                    merge(early, first_id, second_id)
                # The other way round at the same moment: not in a circle.
                merge(late, second_id, first_id)
        with self._transaction() as env:
            requests = env["aftersales.service.request"]
            self.assertFalse(requests.browse(first_id).merged_into_id)
            self.assertEqual(requests.browse(second_id).merged_into_id.id, first_id)
