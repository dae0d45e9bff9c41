import { expect, test } from "@odoo/hoot";
import { queryAll, queryAllTexts } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";

import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    defineModels,
    fields,
    models,
    mountView,
} from "@web/../tests/web_test_helpers";

class AftersalesCase extends models.Model {
    _name = "aftersales.case";

    name = fields.Char();
    state = fields.Selection({
        selection: [
            ["new", "New"],
            ["accepted", "Accepted"],
        ],
    });
    sla_state = fields.Selection({
        selection: [
            ["running", "Running"],
            ["breached", "Breached"],
        ],
    });

    _records = [
        { id: 1, name: "one", state: "new", sla_state: "breached" },
        { id: 2, name: "two", state: "new", sla_state: "running" },
        { id: 3, name: "three", state: "new", sla_state: "breached" },
        { id: 4, name: "four", state: "new", sla_state: false },
        { id: 5, name: "five", state: "accepted", sla_state: "running" },
    ];
}

defineMailModels();
defineModels([AftersalesCase]);

const arch = `
    <kanban js_class="aftersales_board">
        <progressbar field="sla_state"
            colors='{"breached": "danger", "running": "success"}'/>
        <templates>
            <t t-name="card"><field name="name"/></t>
        </templates>
    </kanban>`;

function mountBoard() {
    return mountView({
        type: "kanban",
        resModel: "aftersales.case",
        groupBy: ["state"],
        arch,
    });
}

test("a column says how many are late, beside how many there are", async () => {
    await mountBoard();
    expect(queryAllTexts(".o_aftersales_late")).toEqual(["2"]);
    const [first, second] = queryAll(".o_kanban_group");
    expect(first.querySelector(".o_aftersales_late").title).toMatch(/^2 late/);
    expect(second.querySelector(".o_aftersales_late")).toBe(null);
});

test("a click shows the late ones only, another one all again", async () => {
    await mountBoard();
    await contains(".o_aftersales_late").click();
    await animationFrame();
    expect(queryAllTexts(".o_kanban_group:first .o_kanban_record")).toEqual([
        "one",
        "three",
    ]);
    await contains(".o_aftersales_late").click();
    await animationFrame();
    expect(".o_kanban_group:first .o_kanban_record").toHaveCount(4);
});

test("a board without progress bar has no such number", async () => {
    await mountView({
        type: "kanban",
        resModel: "aftersales.case",
        groupBy: ["state"],
        arch: arch.replace(/<progressbar[^>]*>/s, ""),
    });
    expect(".o_kanban_group").toHaveCount(2);
    expect(".o_aftersales_late").toHaveCount(0);
});
