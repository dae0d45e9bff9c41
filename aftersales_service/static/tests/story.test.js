import { expect, test } from "@odoo/hoot";
import { queryAllTexts } from "@odoo/hoot-dom";

import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    defineModels,
    fields,
    models,
    mountView,
} from "@web/../tests/web_test_helpers";

class AftersalesCase extends models.Model {
    _name = "aftersales.case";

    story = fields.Json();

    _records = [
        {
            id: 1,
            story: [
                {
                    date: "2026-03-02 08:15",
                    title: "Request received",
                    text: "Hotline: no pressure\nsince this morning",
                    amount: "",
                },
                {
                    date: "2026-03-03 17:40",
                    title: "S00012: Settlement",
                    text: "",
                    amount: "¥ 1,250.00",
                },
            ],
        },
        { id: 2, story: [] },
        { id: 3, story: false },
        {
            id: 4,
            story: [
                {
                    date: "2026-03-02",
                    title: "<b>bold</b>",
                    text: "<i>x</i>",
                    amount: "",
                },
            ],
        },
    ];
}

defineMailModels();
defineModels([AftersalesCase]);

const arch = `<form><widget name="aftersales_story"/></form>`;

function mountCase(resId) {
    return mountView({ type: "form", resModel: "aftersales.case", resId, arch });
}

test("the story shows date, title, text and amount in its order", async () => {
    await mountCase(1);
    expect(".o_aftersales_story_entry").toHaveCount(2);
    expect(queryAllTexts(".o_aftersales_story_date")).toEqual([
        "2026-03-02 08:15",
        "2026-03-03 17:40",
    ]);
    expect(queryAllTexts(".o_aftersales_story_title")).toEqual([
        "Request received",
        "S00012: Settlement",
    ]);
    expect(queryAllTexts(".o_aftersales_story_text")).toEqual([
        "Hotline: no pressure\nsince this morning",
    ]);
    expect(queryAllTexts(".o_aftersales_story_amount")).toEqual(["¥ 1,250.00"]);
});

test("an empty story says so", async () => {
    await mountCase(2);
    expect(".o_aftersales_story").toHaveCount(0);
    expect(".o_widget_aftersales_story").toHaveText("Nothing has happened yet.");
});

test("a record without story does not break the form", async () => {
    await mountCase(3);
    expect(".o_widget_aftersales_story").toHaveText("Nothing has happened yet.");
});

test("markup in a text stays text", async () => {
    await mountCase(4);
    expect(".o_aftersales_story_title").toHaveText("<b>bold</b>");
    expect(".o_aftersales_story b, .o_aftersales_story i").toHaveCount(0);
});

test.tags("mobile");
test("the story fits a phone", async () => {
    await mountCase(1);
    const story = document.querySelector(".o_aftersales_story");
    expect(story.scrollWidth <= story.clientWidth).toBe(true);
});
