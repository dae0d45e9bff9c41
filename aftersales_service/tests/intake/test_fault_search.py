import time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..common_company import TwoCompaniesCommon

# symptom, cause: what a library holds.
LIBRARY = [
    ("液压泵不建压，机器不动", "液压泵磨损"),
    ("喷枪漏漆，线条边缘不清晰", "喷嘴密封圈老化"),
    ("显示屏显示E04，燃烧器不点火", "热电偶损坏"),
    ("The spray gun leaks paint, edges are not sharp", "Seal worn out"),
    ("The hydraulic pump builds no pressure", "Valve stuck"),
    ("Control panel stays dark", "Fuse blown"),
]


@tagged("post_install", "-at_install")
class TestFaultSearch(TwoCompaniesCommon):
    """Cases that fit a report are proposed, in Chinese as well as in English."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cases = cls.env["aftersales.fault.case"]
        cls.cases.search([]).sudo().write({"state": "withdrawn"})
        codes = cls.env["aftersales.fault.code"]
        cls.code = codes.create({"name": "Error E04", "code": "E04"})
        cls.library = cls._create_published(
            *({"symptom": symptom, "cause": cause} for symptom, cause in LIBRARY)
        )

    @classmethod
    def _create_published(cls, *vals_list):
        return cls.cases.sudo().create(
            [
                {
                    "title": f"Case {number}",
                    "solution": "Exchange it",
                    "state": "published",
                    **vals,
                }
                for number, vals in enumerate(vals_list)
            ]
        )

    def _find(self, symptom, **vals):
        request = self._create_request(symptom=symptom, **vals)
        return request, request.case_proposals

    def _get_first(self, symptom, **vals):
        proposals = self._find(symptom, **vals)[1]
        return self.cases.browse(proposals[0]["id"] if proposals else ())

    def test_chinese(self):
        for symptom, number in {
            "液压泵没有压力，不建压": 0,
            "漏漆": 1,
            "客户说喷枪一直在漏漆": 1,
            "燃烧器点不着火，屏幕显示E04": 2,
        }.items():
            with self.subTest(symptom=symptom):
                self.assertEqual(self._get_first(symptom), self.library[number])

    def test_english(self):
        for symptom, number in {
            "Gun is leaking paint": 3,
            "no pressure from the hydraulic pumps": 4,
            "The panel is dark": 5,
            "It shows E04": 2,
        }.items():
            with self.subTest(symptom=symptom):
                self.assertEqual(self._get_first(symptom), self.library[number])

    def test_nothing_fits(self):
        for symptom in ("轮胎没气", "The tyre is flat", "", "，。", "the of"):
            with self.subTest(symptom=symptom):
                self.assertFalse(self._get_first(symptom))

    def test_score_and_why(self):
        request, proposals = self._find("液压泵不建压")
        self.assertEqual(proposals, sorted(proposals, key=lambda p: -p["score"]))
        best = proposals[0]
        self.assertEqual(best["name"], self.library[0].name)
        self.assertIn("words: ", best["why"])
        self.assertIn("液压", best["why"])
        self.assertNotIn("same fault code", best["why"])
        self.assertTrue(0 < best["score"] <= 100)

    def test_code_and_product_come_first(self):
        words, code, both = self._create_published(
            {"symptom": "Heater cold"},
            {"symptom": "Heater cold", "fault_code_id": self.code.id},
            {
                "symptom": "Heater cold",
                "fault_code_id": self.code.id,
                "product_id": self.machine.id,
            },
        )
        _request, proposals = self._find("Heater cold", fault_code_id=self.code.id)
        self.assertEqual([p["id"] for p in proposals], [both.id, code.id, words.id])
        self.assertIn("same fault code; same model", proposals[0]["why"])
        # by the code alone, when nobody has written down the symptom
        found = self._find(False, fault_code_id=self.code.id)[1]
        self.assertEqual([p["id"] for p in found], [both.id, code.id])

    def test_rare_words_weigh_more(self):
        self._create_published(
            *({"symptom": f"Display number {n} broken"} for n in range(20))
        )
        rare = self._create_published({"symptom": "Kettle display"})
        self.assertEqual(self._get_first("Broken kettle display"), rare)

    def test_five_at_most(self):
        self._create_published(*({"symptom": "Heater cold"} for _n in range(9)))
        self.assertEqual(len(self._find("Heater cold")[1]), 5)

    def test_published_of_the_company_only(self):
        self._create_published({"symptom": "Heater cold", "state": "draft"})
        self._create_published({"symptom": "Heater cold", "company_id": self.sister.id})
        self.assertFalse(self._find("Heater cold")[1])

    def test_found_by_new_words_after_a_change(self):
        case = self._create_published({"symptom": "Heater cold"})
        case.symptom = "Compressor weak"
        self.assertFalse(self._get_first("Heater cold"))
        self.assertEqual(self._get_first("Weak compressor"), case)

    # -------------------------------------------------------------- the use

    def test_solved_it_counts_once(self):
        case = self.library[0]
        request, _proposals = self._find("液压泵不建压")
        request.action_judge_case(case.id, True)
        request.action_judge_case(case.id, True)
        self.assertEqual((case.times_used, case.usefulness), (1, 100.0))
        self.assertEqual(request.solved_case_id, case)
        request.invalidate_recordset()
        self.assertEqual(request.case_proposals[0]["verdict"], "solved")
        other, _proposals = self._find("液压泵不建压")
        other.action_judge_case(case.id, False)
        self.assertEqual((case.times_used, case.usefulness), (1, 50.0))
        self.assertFalse(other.solved_case_id)

    def test_another_case_solved_it(self):
        first, second = self.library[0], self.library[4]
        request, _proposals = self._find("液压泵不建压")
        request.action_judge_case(first.id, True)
        request.action_judge_case(second.id, True)
        self.assertEqual(request.solved_case_id, second)
        self.assertEqual((first.times_used, first.usefulness), (0, 0.0))
        self.assertEqual(second.times_used, 1)
        self.assertEqual(len(request.case_use_ids), 2)

    def test_useful_cases_come_first(self):
        plain, useful = self._create_published(
            {"symptom": "Heater cold"}, {"symptom": "Heater cold"}
        )
        self.assertEqual(self._get_first("Heater cold"), useful, "the newer one")
        request = self._create_request()
        request.action_judge_case(plain.id, True)
        self.assertEqual(self._get_first("Heater cold"), plain)

    def test_what_cannot_be_judged(self):
        request = self._create_request()
        draft = self._create_published({"symptom": "S", "state": "draft"})
        gone = self._create_published({"symptom": "S"})
        gone_id = gone.id
        gone.sudo().state = "draft"
        gone.sudo().unlink()
        for case_id in (draft.id, gone_id):
            with self.assertRaisesRegex(UserError, "not published"):
                request.action_judge_case(case_id, True)
        foreign = self._create_published({"symptom": "S", "company_id": self.sister.id})
        with self.assertRaises(AccessError):
            request.action_judge_case(foreign.id, True)
        request.sudo().state = "archived"
        with self.assertRaisesRegex(UserError, "is in state “Archived”"):
            request.action_judge_case(self.library[0].id, True)
        with self.assertRaises(AccessError):
            self.env["aftersales.fault.case.use"].with_user(self.manager).create(
                {
                    "case_id": self.library[0].id,
                    "request_id": request.id,
                    "verdict": "solved",
                }
            )

    def test_reader_judges_nothing(self):
        request = self._create_request()
        for user in (self.signers["superior"], self.engineer_user, self.keeper):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                request.with_user(user).action_judge_case(self.library[0].id, True)

    def test_engineer_judges_on_site(self):
        """He reads his request only, and knows best what helped."""
        case = self.library[0]
        request = self._create_dispatch(self._create_request()).request_id
        mine = request.with_user(self.engineer_user)
        self.assertFalse(mine.has_access("write"))
        mine.action_judge_case(case.id, False)
        self.assertEqual(request.sudo().case_use_ids.verdict, "no_help")
        mine.action_judge_case(case.id, True)
        use = request.sudo().case_use_ids
        self.assertEqual((use.verdict, use.user_id), ("solved", self.engineer_user))
        self.assertEqual(mine.solved_case_id, case)
        with self.assertRaises(AccessError):
            request.with_user(self.other_engineer_user).action_judge_case(case.id, True)
        request.sudo().state = "archived"
        with self.assertRaisesRegex(UserError, "is in state “Archived”"):
            mine.action_judge_case(case.id, False)

    def test_engineer_is_proposed_cases(self):
        request = self._create_request(symptom="液压泵不建压")
        dispatch = self._create_dispatch(request)
        mine = dispatch.request_id.with_user(self.engineer_user)
        self.assertEqual(mine.case_proposals[0]["id"], self.library[0].id)

    # --------------------------------------------------------------- speed

    def test_fast_among_ten_thousand(self):
        self._fill(10_000)
        request = self._create_request(symptom="液压泵不建压，显示E04")
        self.env.flush_all()
        self.assertTrue(request.case_proposals)  # fills the caches
        request.invalidate_recordset()
        started = time.perf_counter()
        before = self.env.cr.sql_log_count
        proposals = request.case_proposals
        elapsed = time.perf_counter() - started
        self.assertIn(proposals[0]["id"], (self.library[0] | self.library[2]).ids)
        self.assertLess(self.env.cr.sql_log_count - before, 12)
        self.assertLess(elapsed, 0.5, "seconds")
        self.env.cr.execute(
            "EXPLAIN SELECT id FROM aftersales_fault_case"
            " WHERE string_to_array(search_words, ' ') @> ARRAY['漏漆']"
        )
        plan = "\n".join(row[0] for row in self.env.cr.fetchall())
        self.assertIn("aftersales_fault_case_search_words_idx", plan)

    def _fill(self, count):
        """Published cases of other faults, straight into the table."""
        self.env.flush_all()
        self.env.cr.execute(
            """
            INSERT INTO aftersales_fault_case
                (name, title, symptom, state, company_id, author_id, version,
                 search_words)
            SELECT 'X' || n, 'Filler', 'Filler', 'published', %s, %s, 1,
                   concat_ws(' ', 'w' || n %% 997, 'w' || n %% 89, 'display',
                             chr(19968 + n %% 2000) || chr(19968 + n %% 1999))
              FROM generate_series(1, %s) n
            """,
            [self.company.id, self.env.uid, count],
        )
        self.env.cr.execute("ANALYZE aftersales_fault_case")
