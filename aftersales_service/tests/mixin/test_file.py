from odoo.exceptions import UserError
from odoo.tests import tagged

from ..common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestCaseFile(AftersalesCommon):
    """The request is the file of the case: counts, story and what is still owed."""

    def test_counts(self):
        request = self._create_request()
        other = self._create_request()
        self.assertEqual(request.dispatch_count, 0)
        self._issue_dispatch(request)
        self._create_dispatch(request)
        requests = request | other
        requests.invalidate_recordset()
        self.assertEqual(requests.mapped("dispatch_count"), [2, 0])
        self.assertEqual(request.card_count, 1)

    def test_counts_of_a_list_cost_no_more_than_of_one(self):
        requests = self._create_request()
        for _i in range(4):
            requests |= self._create_request()
        self._create_dispatch(requests[0])

        def count_queries(records):
            self.env.flush_all()
            records.invalidate_recordset()
            before = self.env.cr.sql_log_count
            records.mapped("dispatch_count")
            return self.env.cr.sql_log_count - before

        count_queries(requests)  # fills the caches of rules
        self.assertEqual(count_queries(requests), count_queries(requests[0]))

    def test_count_of_what_one_may_not_read_is_zero(self):
        dispatch = self._issue_dispatch()
        request = dispatch.request_id.with_user(self.engineer_user)
        self.assertEqual(request.dispatch_count, 1)
        self.assertEqual(request.followup_count, 0)

    def test_one_document_opens_as_a_form_many_as_a_list(self):
        request = self._create_request()
        dispatch = self._create_dispatch(request)
        action = request.with_context(documents="dispatch_ids").action_view_documents()
        self.assertEqual(action["res_model"], "aftersales.dispatch")
        self.assertEqual(action["res_id"], dispatch.id)
        self._create_dispatch(request)
        action = request.with_context(documents="dispatch_ids").action_view_documents()
        self.assertNotIn("res_id", action)
        self.assertEqual(action["domain"], [("id", "in", request.dispatch_ids.ids)])

    def test_only_documents_of_the_file_open(self):
        request = self._create_request()
        for documents in (False, "message_ids", "nonsense"):
            with self.subTest(documents=documents), self.assertRaises(UserError):
                request.with_context(documents=documents).action_view_documents()

    def test_story_is_told_in_the_order_of_time(self):
        request = self._create_request(
            received_at="2026-01-05 01:00:00", channel="wechat"
        )
        dispatch = self._issue_dispatch(request)
        self._go_to_customer(dispatch)
        story = request.with_context(tz="UTC").story
        dates = [entry["date"] for entry in story]
        self.assertEqual(dates, sorted(dates))
        self.assertEqual(story[0]["title"], "Request received")
        self.assertIn("WeChat: Does not spray", story[0]["text"])
        titles = [entry["title"] for entry in story]
        for step in ("Issued", "Customer Contacted", "Departed", "Arrived"):
            self.assertIn(f"{dispatch.name}: {step}", titles)
        self.assertNotIn(f"{dispatch.name}: Finished", titles)

    def test_story_is_the_same_for_the_engineer(self):
        """Who may read the file reads its whole story."""
        dispatch = self._issue_dispatch()
        request = dispatch.request_id
        mine = request.with_user(self.engineer_user)
        self.assertEqual(
            [entry["title"] for entry in mine.story],
            [entry["title"] for entry in request.story],
        )

    def test_debts_name_what_is_open(self):
        dispatch = self._issue_dispatch()
        request = dispatch.request_id
        self.assertIn(dispatch.name, request.debt_text)
        self.assertIn(dispatch.card_ids.name, request.debt_text)

    def test_nothing_owed_reads_empty(self):
        self.assertFalse(self._create_request().debt_text)
