from odoo import api, fields, models
from odoo.tools import SQL

from ...engine.words import cut

# What a hit is worth, of 100: the words of the symptom, the same code, the same
# model or its category, and how often the case has helped before.
WORTH_WORDS = 45.0
WORTH_CODE = 30.0
WORTH_MODEL = 15.0
WORTH_CATEGORY = 7.0
WORTH_USE = 10.0
LEAST_WORDS = 0.2  # a smaller part of the words is chance
CANDIDATES = 50

# A word weighs by how few cases have it; one that no case has, little. The words are
# looked up one by one, so that each is a scan of the GIN index.
FIND = """
WITH word AS (
    SELECT word FROM unnest(%(words)s::text[]) word
), hit AS (
    SELECT c.id, word.word, count(*) OVER (PARTITION BY word.word) AS found
      FROM word
      JOIN %(table)s c ON string_to_array(c.search_words, ' ') @> ARRAY[word.word]
     WHERE c.state = 'published' AND c.company_id = %(company)s
), total AS (
    SELECT GREATEST(reltuples, 1)::float AS cases
      FROM pg_class WHERE oid = %(table_name)s::regclass
), weight AS (
    SELECT word.word, ln(1 + total.cases / COALESCE(
               (SELECT max(found) FROM hit WHERE hit.word = word.word),
               total.cases)) AS weight
      FROM word, total
), by_words AS (
    SELECT hit.id,
           sum(weight) / (SELECT sum(weight) FROM weight) AS part,
           array_agg(hit.word ORDER BY weight DESC, hit.word) AS words
      FROM hit JOIN weight USING (word)
     GROUP BY hit.id
    HAVING sum(weight) >= %(least)s * (SELECT sum(weight) FROM weight)
), candidate AS (
    (SELECT id FROM by_words ORDER BY part DESC, id DESC LIMIT %(candidates)s)
    UNION
    (SELECT id FROM %(table)s
      WHERE fault_code_id = %(code)s AND state = 'published'
        AND company_id = %(company)s
      ORDER BY usefulness DESC, id DESC LIMIT %(candidates)s)
)
SELECT c.id, COALESCE(by_words.part, 0), COALESCE(by_words.words, '{}'),
       COALESCE(c.fault_code_id = %(code)s, false),
       COALESCE(c.product_id = %(product)s, false),
       COALESCE(c.category_id = %(category)s, false),
       COALESCE(c.usefulness, 0)
  FROM candidate
  JOIN %(table)s c ON c.id = candidate.id
  LEFT JOIN by_words ON by_words.id = c.id
"""


class AftersalesFaultSearchMixin(models.AbstractModel):
    """Finding the fault cases that fit a report, in Chinese as well as in English.

    The words of a case are cut by ``engine.words`` and kept in one column with a GIN
    index. Trigrams of the database were tried: of Chinese they are three characters
    long, longer than most words, and with some collations there are none.

    The model that inherits this has the fault code mixin's fields, ``category_id``,
    ``product_id``, ``state``, ``usefulness`` and the texts of
    :meth:`_get_search_fields`.
    """

    _name = "aftersales.fault.search.mixin"
    _description = "Search of Fault Cases"

    search_words = fields.Text(compute="_compute_search_words", store=True)

    # Without the list of pending entries: cases are written seldom, searched often.
    _search_words_idx = models.Index(
        "USING gin (string_to_array(search_words, ' ')) WITH (fastupdate = off)"
    )

    @api.model
    def _get_search_fields(self):
        """Texts in whose words a case is found."""
        return ["title", "symptom", "cause"]

    @api.depends("title", "symptom", "cause")
    def _compute_search_words(self):
        for record in self:
            texts = (record[fname] for fname in self._get_search_fields())
            record.search_words = " ".join(cut(*texts))

    @api.model
    def _find_cases(self, request, limit=5):
        """Published cases that fit ``request``, best first; rare words weigh more.

        :param request: one ``aftersales.service.request``
        :return: list of ``{"case": record, "score": 1 to 100, "words": [str],
            "same": subset of ``code``, ``model``, ``category``}``
        """
        words = cut(request.symptom, request.description)
        code, product = request.fault_code_id, request.product_id
        if not (words or code):
            return []
        self.flush_model()
        query = SQL(
            FIND,
            table=SQL.identifier(self._table),
            table_name=self._table,
            words=words,
            company=request.company_id.id,
            least=LEAST_WORDS,
            candidates=CANDIDATES,
            code=code.id or None,
            product=product.id or None,
            category=product.sudo().categ_id.id or None,
        )
        rows = self.env.execute_query(query)
        found = [self._rate_case(*row) for row in rows]
        found.sort(key=lambda hit: (-hit["score"], -hit["case"].id))
        return found[:limit]

    @api.model
    def _rate_case(
        self, case_id, part, words, same_code, same_model, same_category, usefulness
    ):
        """One row of the search with its score out of 100."""
        score = WORTH_WORDS * float(part) + WORTH_USE * usefulness / 100
        same = []
        if same_code:
            score += WORTH_CODE
            same.append("code")
        if same_model:
            score += WORTH_MODEL
            same.append("model")
        elif same_category:
            score += WORTH_CATEGORY
            same.append("category")
        return {
            "case": self.browse(case_id),
            "score": max(1, round(score)),
            "words": words,
            "same": same,
        }
