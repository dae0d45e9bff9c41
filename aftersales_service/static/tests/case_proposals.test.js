import { expect, test } from "@odoo/hoot";
import { click, queryAllTexts } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";

import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    defineModels,
    fields,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";

const PROPOSALS = [
    {
        id: 11,
        name: "FC2026-00003",
        title: "Water in the <b>connector</b>",
        cause: "Condensed water",
        solution: "Dry the plug",
        score: 92,
        why: "same fault code; words: e04",
        times_used: 2,
        verdict: "solved",
    },
    {
        id: 12,
        name: "FC2026-00004",
        title: "Burner",
        cause: "",
        solution: "Clean it",
        score: 40,
        why: "words: burner",
        times_used: 0,
        verdict: "",
    },
];

class AftersalesCase extends models.Model {
    _name = "aftersales.case";

    name = fields.Char();
    case_proposals = fields.Json();

    _records = [
        { id: 1, name: "One", case_proposals: PROPOSALS },
        { id: 2, name: "Two", case_proposals: false },
    ];
}

defineMailModels();
defineModels([AftersalesCase]);

const arch = `
    <form>
        <field name="name"/>
        <widget name="aftersales_case_proposals"/>
    </form>`;

function mountCase(resId) {
    return mountView({ type: "form", resModel: "aftersales.case", resId, arch });
}

test("cases are shown best first with score and reason", async () => {
    await mountCase(1);
    expect(queryAllTexts(".o_aftersales_case_score")).toEqual(["92", "40"]);
    expect(queryAllTexts(".o_aftersales_case_why")).toEqual([
        "same fault code; words: e04",
        "words: burner",
    ]);
    expect(".o_aftersales_case:first a").toHaveText(
        "FC2026-00003 Water in the <b>connector</b>"
    );
    expect(".o_aftersales_case_solved.btn-success").toHaveCount(1);
});

test("nothing fits", async () => {
    await mountCase(2);
    expect(".o_aftersales_case").toHaveCount(0);
    expect(".o_widget_aftersales_case_proposals").toHaveText(
        "No published case fits the symptom and the fault code yet."
    );
});

test("one click says whether a case helped", async () => {
    onRpc("aftersales.case", "action_judge_case", ({ args }) => {
        expect.step(args);
        return false;
    });
    await mountCase(1);
    await click(".o_aftersales_case:last .o_aftersales_case_no_help");
    await animationFrame();
    expect.verifySteps([[[1], 12, false]]);
});
