import { expect, test } from "@odoo/hoot";
import { queryAllTexts, queryFirst } from "@odoo/hoot-dom";
import { advanceTime, mockDate, mockTimeZone } from "@odoo/hoot-mock";

import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    defineModels,
    fields,
    models,
    mountView,
} from "@web/../tests/web_test_helpers";

const MINUTE = 60 * 1000;

function clock(values) {
    return {
        kind: "Arrival on Site",
        state: "running",
        deadline: "2026-03-02 10:15:00",
        remaining: 8100,
        ticking: true,
        ticks_until: "2026-03-02 12:00:00",
        budget: 36000,
        ...values,
    };
}

class AftersalesCase extends models.Model {
    _name = "aftersales.case";

    sla_info = fields.Json();

    _records = [
        { id: 1, sla_info: clock() },
        { id: 2, sla_info: clock({ state: "warning", remaining: 90 }) },
        { id: 3, sla_info: clock({ state: "breached", remaining: -3 * 3600 }) },
        {
            id: 4,
            sla_info: clock({
                state: "paused",
                deadline: false,
                ticking: false,
                ticks_until: false,
                reason: "Waiting for Parts",
            }),
        },
        { id: 5, sla_info: false },
        { id: 6, sla_info: clock({ ticking: false, ticks_until: false }) },
        { id: 7, sla_info: clock({ ticks_until: "2026-03-02 08:10:00" }) },
        { id: 8, sla_info: clock({ remaining: 60, state: "warning" }) },
        { id: 9, sla_info: clock({ kind: "<b>bold</b>" }) },
    ];
}

defineMailModels();
defineModels([AftersalesCase]);

const arch = `<form><field name="sla_info" widget="aftersales_clock"/></form>`;

function mountCase(resId) {
    mockDate("2026-03-02 08:00:00", +8);
    return mountView({ type: "form", resModel: "aftersales.case", resId, arch });
}

function shown() {
    const element = queryFirst(".o_aftersales_clock");
    const text = queryAllTexts(".o_aftersales_clock_text")[0];
    return [element.dataset.state, text];
}

test("a running clock shows promise, time left and exact deadline", async () => {
    await mountCase(1);
    expect(".o_aftersales_clock_kind").toHaveText("Arrival on Site");
    expect(shown()).toEqual(["running", "2 h 15 min left"]);
    expect(".o_aftersales_clock").toHaveClass("text-bg-success");
    // in the zone of the reader
    expect(queryFirst(".o_aftersales_clock").title).toMatch(
        /Arrival on Site: until .*18:15|06:15/
    );
});

test("it counts down by the minute, and by the second at the end", async () => {
    await mountCase(1);
    await advanceTime(15 * MINUTE);
    expect(shown()).toEqual(["running", "2 h left"]);
    await advanceTime(118 * MINUTE);
    expect(shown()).toEqual(["running", "2 min left"]);
    await advanceTime(30 * 1000);
    expect(shown()).toEqual(["running", "90 s left"]);
    await advanceTime(1000);
    expect(shown()).toEqual(["running", "89 s left"]);
});

test("it becomes late by itself", async () => {
    await mountCase(8);
    expect(shown()).toEqual(["warning", "60 s left"]);
    expect(".o_aftersales_clock").toHaveClass("text-bg-warning");
    await advanceTime(4 * MINUTE + 2000);
    expect(shown()).toEqual(["breached", "late by 3 min"]);
    expect(".o_aftersales_clock").toHaveClass("text-bg-danger");
});

test("a breached clock counts on", async () => {
    await mountCase(3);
    expect(shown()).toEqual(["breached", "late by 3 h"]);
    await advanceTime(5 * MINUTE);
    expect(shown()).toEqual(["breached", "late by 3 h 5 min"]);
});

test("a paused clock stands still and says why", async () => {
    await mountCase(4);
    expect(shown()).toEqual(["paused", "paused: Waiting for Parts"]);
    expect(".o_aftersales_clock").toHaveClass("text-bg-secondary");
    expect(queryFirst(".o_aftersales_clock").title).toBe("Arrival on Site");
    await advanceTime(90 * MINUTE);
    expect(shown()).toEqual(["paused", "paused: Waiting for Parts"]);
});

test("beside its name the promise is not said again", async () => {
    await mountView({
        type: "form",
        resModel: "aftersales.case",
        resId: 3,
        arch: `<form><field name="sla_info" widget="aftersales_clock"
            options="{'hide_promise': True}"/></form>`,
    });
    expect(".o_aftersales_clock_kind").toHaveCount(0);
    expect(".o_aftersales_clock").toHaveText(/^late by/);
    expect(queryFirst(".o_aftersales_clock").title).toMatch(/^Arrival on Site/);
});

test("no clock, no badge", async () => {
    await mountCase(5);
    expect(".o_aftersales_clock").toHaveCount(0);
});

test("outside working time it stands still", async () => {
    await mountCase(6);
    await advanceTime(90 * MINUTE);
    expect(shown()).toEqual(["running", "2 h 15 min left"]);
});

test("it stops when working time ends", async () => {
    await mountCase(7);
    await advanceTime(9 * MINUTE);
    expect(shown()).toEqual(["running", "2 h 6 min left"]);
    await advanceTime(300 * MINUTE);
    expect(shown()).toEqual(["running", "2 h 5 min left"]);
});

test("a tab that slept is right after one tick", async () => {
    await mountCase(1);
    // The date jumps without a timer having run, as in a suspended tab.
    mockDate("2026-03-02 10:00:00", +8);
    await advanceTime(MINUTE);
    expect(shown()).toEqual(["running", "14 min left"]);
});

test("markup in a name stays text", async () => {
    await mountCase(9);
    expect(".o_aftersales_clock_kind").toHaveText("<b>bold</b>");
    expect(".o_aftersales_clock b").toHaveCount(0);
});

test("it stops with its view", async () => {
    mockTimeZone(+8);
    mockDate("2026-03-02 08:00:00");
    const view = await mountView({
        type: "list",
        resModel: "aftersales.case",
        arch: `<list><field name="sla_info" widget="aftersales_clock"/></list>`,
    });
    expect(".o_aftersales_clock").toHaveCount(8);
    view.__owl__.app.destroy();
    await advanceTime(10 * MINUTE);
    expect(".o_aftersales_clock").toHaveCount(0);
});

test.tags("mobile");
test("a clock fits a phone", async () => {
    await mountCase(4);
    const badge = queryFirst(".o_aftersales_clock");
    const text = queryFirst(".o_aftersales_clock_text");
    expect(badge.getBoundingClientRect().right <= window.innerWidth).toBe(true);
    expect(text.scrollWidth <= text.clientWidth + 1).toBe(true);
});
