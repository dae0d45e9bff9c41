from odoo import SUPERUSER_ID, fields
from odoo.tests import tagged

from ...models.workshop.aftersales_factory_evaluation_mixin import RATING_FIELDS
from ..common_committed import MARK, CommittedCommon


@tagged("post_install", "-at_install")
class TestFactoryAtOnce(CommittedCommon):
    """Two record the same step of a machine: one wins, the other is told."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with cls._transaction() as env:
            cls.advisor_ids = [
                cls._create_user(env, login, "advisor")
                for login in ("advisor", "second_advisor")
            ]

    @classmethod
    def _sweep(cls):
        with cls._transaction() as env:
            sheets = env["aftersales.factory.repair"].search(
                [("partner_id.ref", "=", MARK)]
            )
            sheets.write({"state": "cancelled"})
            sheets.unlink()
        return super()._sweep()

    def _commit_sheet(self, state):
        """A committed sheet that has just come into this state; returns its id."""
        with self._transaction() as env:
            request = env["aftersales.service.request"].create(
                {"partner_id": self.partner_id}
            )
            sheet = env["aftersales.factory.repair"].create(
                {"request_id": request.id, "serial": f"{MARK}-1"}
            )
            sheet.write({"state": state, f"{state}_at": fields.Datetime.now()})
            return sheet.id

    def _browse(self, env, sheet_id):
        return env["aftersales.factory.repair"].browse(sheet_id)

    def _decide(self, sheet_id):
        """What each of the two advisors records."""
        answers = (("all", "Mr Wu"), ("none", "Ms Luo"))
        return [
            (
                user_id,
                lambda env, answer=answer: self._browse(env, sheet_id).action_decide(
                    *answer
                ),
            )
            for user_id, answer in zip(self.advisor_ids, answers, strict=True)
        ]

    def _check_first_won(self, sheet_id):
        with self._transaction() as env:
            sheet = self._browse(env, sheet_id)
            self.assertEqual((sheet.state, sheet.decision), ("agreed", "all"))
            self.assertEqual(sheet.decided_by, "Mr Wu")

    def test_both_at_the_same_moment(self):
        sheet_id = self._commit_sheet("quoted")
        self._race_locked(*self._decide(sheet_id))
        self._check_first_won(sheet_id)

    def test_one_still_sees_the_old_screen(self):
        sheet_id = self._commit_sheet("quoted")

        def look(env):
            self.assertEqual(self._browse(env, sheet_id).state, "quoted")

        self._race_stale(*self._decide(sheet_id), look, "is in state")
        self._check_first_won(sheet_id)

    def _evaluate(self, sheet_id):
        """What the customer's page does, on two of his phones."""
        return [
            (
                SUPERUSER_ID,
                lambda env, mark=mark: self._browse(env, sheet_id)._evaluate_online(
                    {**dict.fromkeys(RATING_FIELDS, mark), "name": "Mr Wu"}
                ),
            )
            for mark in ("5", "2")
        ]

    def test_evaluated_on_two_phones(self):
        sheet_id = self._commit_sheet("settled")
        self._race_locked(*self._evaluate(sheet_id))
        with self._transaction() as env:
            sheet = self._browse(env, sheet_id)
            self.assertEqual(sheet.state, "evaluated")
            self.assertEqual({sheet[name] for name in RATING_FIELDS}, {"5"})
            self.assertEqual(len(sheet.message_ids.filtered("body")), 1)
