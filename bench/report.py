"""The report: ``docs/benchmarks.md``, and the same text on the screen."""

import datetime
import os
import platform
import sys
from pathlib import Path

from odoo import release

from .custody import LINES as CUSTODY_LINES
from .custody import MODEL as CUSTODY
from .parts import LIMIT, LINES
from .peers import OTHERS, OURS, PEERS
from .sla import SIDES

FILE = Path(__file__).resolve().parent.parent / "docs" / "benchmarks.md"

OPERATIONS = {
    "create": "Create one, committed",
    "batch": "Create 1,000 at once, per record",
    "change": "One change of state, committed",
    "list": "Open the list",
    "whole list": "Open the list, filters removed",
    "kanban": "Open the kanban",
}
FILLED = (
    "contact, phone, address, model, serial and warranty are filled in from the"
    " customer and the machine and kept on the request, as they were that day"
)
ROWS = (
    "every row names customer, model and responsible person, which are kept in five"
    " other tables, and the working time that its most urgent promise has left"
)
# Why an operation may cost more than another model's, and what that buys.
PRICES = {
    "create": FILLED,
    "batch": FILLED,
    "change": "the step locks the row and reads it afresh before it checks the state,"
    " so that a button pressed twice, or by two people, acts once; the time of the"
    " step is stored, and a tracked message says who took it",
    "list": ROWS,
    "whole list": ROWS,
    "kanban": "the board has a column for each state of the work with open requests"
    " (eight, where the others have five or less, or no columns at all), each with its"
    " newest requests and the working time they have left, and counted by the status of"
    " their promises",
}

HEAD = """\
# Benchmarks

How this addon's service request (`aftersales.service.request`) compares with the
documents that Odoo and the OCA offer for similar work: `crm.lead` and `repair.order` of
Odoo, `helpdesk.ticket` (helpdesk_mgmt) and `fsm.order` (fieldservice) of the OCA.
Measured on {date} by `./dev bench{full}`, which writes this file, in {minutes} minutes.
Times differ from machine to machine and from run to run; compare the columns of one
row, which were measured in turn in one process.

{facts}

"""

METHOD = """\
## How it is measured

- One process, one database with all five models, each model with a user of its own:
  the lowest group that takes in such documents and sees the department's (agent;
  salesperson, all documents; inventory user; helpdesk user; field service dispatcher).
- An operation runs in a transaction of its own on empty caches, as a request does, and
  its time includes the commit. The models take turns, another one first in each round,
  after one or two rounds that do not count. A figure is the median of its rounds.
- Chatter is on everywhere; no context key is set that a user's browser does not send.
- A new record gets what a person enters: customer, machine or product or site, and a
  description. The change of state is the first one of each model, by its button or by
  a click on the next stage.
- List and kanban make the calls of Odoo's web client (`web_search_read`;
  `read_progress_bar` and `web_read_group`) for the view, columns, order and default
  filter of each model's own menu entry, with the page size of the view: 80 records, and
  80 in each column of a kanban (20 in ours). Hidden optional columns are read too, as
  the client does. "Filters removed" is the same list of all records.
- The tables are grown by SQL: 199 customers, seven owners, nine of ten records closed,
  the open ones spread evenly. Messages, followers and lines are not grown, which
  favours the models that make more of them. `VACUUM (ANALYZE)` runs after growing.
- The helpdesk's SLA addon is installed, but its team has no SLA until the promises are
  measured, last of all. A request of ours is created with the clock of its promise.
- Promises: as many open clocks on our side as open lines on the other. Ours is the
  scheduled run, which raises every warning and breach once: status, deadline of the
  request, one message in each file, an activity for the responsible and for the holder
  of the escalation role. The OCA's addon has no scheduled run and tells nobody; its
  figure is its own recomputation of every open line, by which a line becomes late.
- Parts and money: the engineer closes a visit on which five charged perpetual parts
  (FIFO) are entered, which makes and does their transfer; the accountant makes and
  posts the invoice of the confirmed settlement. Beside it a storekeeper writes and
  validates a transfer of the same five parts to a customer, and an accountant writes
  and posts an invoice of them. The requisition lines are grown by SQL, one in ten of
  them still held.

## Repeat it

`./dev bench` makes a database with all five models, measures in a copy of it and writes
this file. `./dev bench --full` measures with 1,000,000 records as well, which takes
longer and about 10 GB of disk while it runs. `./dev bench --quick` takes few rounds and
only prints.
"""


def machine_facts(cr):
    """What the figures depend on, without names and places."""
    cr.execute(
        "SELECT current_setting('server_version'), current_setting('fsync'),"
        " current_setting('shared_buffers')"
    )
    server, fsync, buffers = cr.fetchone()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores ({platform.machine()}), {memory:.0f} GB of memory;"
        f" Odoo {release.version}, Python {platform.python_version()}, PostgreSQL"
        f" {server.split()[0]} (`shared_buffers` {buffers}, `fsync` {fsync}). Average"
        f" load of the last 15 minutes, other work included: {os.getloadavg()[2]:.1f}."
    )


SLA_ROWS = {
    "overdue": "{count:,} open, all overdue",
    "idle": "{count:,} open, nothing due",
}


def promises(measures, suffixes, count):
    """The section about promises that run out."""
    rows = [
        (
            f"sla {name}{suffix}",
            title.format(count=count)
            + (f", among {int(suffix[1:]):,} finished" if suffix else ""),
        )
        for suffix in suffixes
        for name, title in SLA_ROWS.items()
    ]
    lines = [["", *(side.label for side in SIDES)]]
    lines += [
        [title, *(_total(measures, name, side.model) for side in SIDES)]
        for name, title in rows
    ]
    ours = SIDES[0].model
    goals = []
    for suffix in suffixes:
        busy = measures.queries(f"sla overdue{suffix}", ours) / count * 1000
        idle = measures.queries(f"sla idle{suffix}", ours)
        among = f" among {int(suffix[1:]):,} finished ones" if suffix else ""
        met = "reached" if busy <= 20 else "**not reached**"
        goals.append(
            f"- At most 20 queries per 1,000 clocks that change state{among}: {met}"
            f" ({busy:.1f}); {idle:.0f} when none does.\n"
        )
    return "".join(
        [
            "\n## Promises that run out: one run, milliseconds (SQL queries)\n\n",
            _pad(lines),
            "\n",
            *goals,
        ]
    )


PARTS_ROWS = {
    "parts out": f"Close a visit with {LINES} parts / transfer of {LINES} lines",
    "parts billed": f"Post its settlement / post an invoice of {LINES} lines",
}
CUSTODY_ROWS = {
    "custody list": "Open the list of what is still held",
    "custody whole list": "Open the list, filters removed",
    "custody differences": "What does not tie",
    "custody overdue": "What is overdue",
    "custody pivot": "Still held, by engineer",
    "custody whole pivot": "All lines, by engineer",
    "custody check": "The nightly check of all moves and lines",
}
# What the goal is about; the check runs at night.
OPENED = ("custody list", "custody whole list")


def parts(measures):
    """The section about parts and money."""
    sides = ("ours", "plain")
    rows = [["", "this addon", "plain Odoo"]]
    rows += [
        [title, *(_total(measures, name, side) for side in sides)]
        for name, title in PARTS_ROWS.items()
    ]
    ours, plain = (
        sum(measures.milliseconds(name, side) for name in PARTS_ROWS) for side in sides
    )
    rows.append(["Together", f"{ours:,.0f}", f"{plain:,.0f}"])
    lines = [["", "this addon"]]
    lines += [
        [title, _total(measures, name, CUSTODY)] for name, title in CUSTODY_ROWS.items()
    ]
    slowest = max(measures.milliseconds(name, CUSTODY) for name in OPENED)
    met = "reached" if ours / plain <= LIMIT else "**not reached**"
    opened = "reached" if slowest < 1000 else "**not reached**"
    return "".join(
        [
            "\n## Parts and money: milliseconds (SQL queries)\n\n",
            _pad(rows),
            f"\n### Reconciliation of {CUSTODY_LINES:,} requisition lines\n\n",
            _pad(lines),
            "\n",
            f"- Closing a visit with {LINES} parts and posting its settlement takes at"
            f" most {LIMIT} times plain Odoo's transfer and invoice with as many lines:"
            f" {met} ({ours / plain:.2f} times).\n",
            f"- The reconciliation of {CUSTODY_LINES:,} requisition lines opens in"
            f" under 1 s: {opened} ({slowest:,.0f} ms).\n",
        ]
    )


def _total(measures, name, model):
    time = measures.milliseconds(name, model)
    return f"{time:,.0f} ({measures.queries(name, model):,.0f})"


def text(measures, sizes, facts, minutes, promised=""):
    """The report as Markdown."""
    rows = _rows(sizes)
    full = " --full" if len(sizes) > 2 else ""
    parts = [
        HEAD.format(
            date=datetime.date.today(), full=full, minutes=minutes, facts=facts
        ),
        "## Milliseconds (SQL queries)\n\n",
        _table(rows, lambda name, model: _figure(measures, name, model)),
        "\n## How many times as long as ours\n\n",
        _table(rows, lambda name, model: _ratio(measures, name, model)),
        promised,
        "\n## Goals\n\n",
        *_goals(measures, sizes),
        "\n## Where another model is faster\n\n",
        *_slower(measures, rows),
        "\n",
        METHOD,
    ]
    return "".join(parts)


def _rows(sizes):
    """Pairs of an operation's key and its title."""
    rows = [(key, OPERATIONS[key]) for key in ("create", "batch", "change")]
    for key in ("create", "list", "whole list", "kanban"):
        rows += [(f"{key}@{size}", f"{OPERATIONS[key]}, {size:,}") for size in sizes]
    return rows


def _table(rows, cell):
    """A Markdown table, padded as prettier does."""
    lines = [["", *(peer.label for peer in PEERS)]]
    lines += [
        [title, *(cell(name, peer.model) for peer in PEERS)] for name, title in rows
    ]
    return _pad(lines)


def _pad(lines):
    """Lines of cells as a Markdown table, numbers to the right."""
    first, *others = (max(map(len, column)) for column in zip(*lines, strict=True))
    padded = [
        [line[0].ljust(first), *map(str.rjust, line[1:], others)] for line in lines
    ]
    rule = ["-" * first, *("-" * (width - 1) + ":" for width in others)]
    padded.insert(1, rule)
    return "".join(f"| {' | '.join(line)} |\n" for line in padded)


def _figure(measures, name, model):
    time = measures.milliseconds(name, model)
    queries = measures.queries(name, model)
    return f"{time:.{0 if time >= 20 else 1 if time >= 2 else 2}f} ({queries:.3g})"


def _ratio(measures, name, model):
    ours = measures.milliseconds(name, OURS.model)
    return f"{measures.milliseconds(name, model) / ours:.1f}"


def _ahead(measures, name):
    ours = measures.milliseconds(name, OURS.model)
    return all(ours < measures.milliseconds(name, peer.model) for peer in OTHERS)


def _goals(measures, sizes):
    names = ["create", "batch"]
    names += [f"list@{size}" for size in sizes if size >= 100_000]
    titles = dict(_rows(sizes))
    for name in names:
        met = "reached" if _ahead(measures, name) else "**not reached**"
        yield f"- Ahead of all four: {titles[name].lower()}: {met}.\n"
    first, last = (
        measures.milliseconds(f"list@{size}", OURS.model)
        for size in (sizes[0], sizes[-1])
    )
    growth = last / first
    met = "reached" if growth <= 1.5 else "**not reached**"
    yield (
        f"- Our list of {sizes[-1]:,} takes at most 1.5 times our list of"
        f" {sizes[0]:,}: {met} ({growth:.2f} times).\n"
    )


def _slower(measures, rows):
    """Say what is not ahead, by how much, and what it buys."""
    found = False
    for name, title in rows:
        ours = measures.milliseconds(name, OURS.model)
        faster = [
            f"{peer.model} ({ours / measures.milliseconds(name, peer.model):.2f})"
            for peer in OTHERS
            if measures.milliseconds(name, peer.model) < ours
        ]
        if faster:
            found = True
            price = PRICES[name.split("@")[0]]
            yield (
                f"- {title}: ours takes longer than {', '.join(faster)}, times in"
                f" brackets. For it: {price}.\n"
            )
    if not found:
        yield "Nowhere in this run.\n"


def write(report):
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(report, encoding="utf-8")
    print(f"Written: {FILE.relative_to(FILE.parent.parent)}", file=sys.stderr)
