"""The order of the measurements: small tables first, then grown ones."""

import argparse
import time

from odoo import api
from odoo.modules import initialize_sys_path
from odoo.modules.registry import Registry
from odoo.tools import config

from . import custody, grow, parts, report, sla, world
from .client import Screen
from .measure import Measures, interleave
from .peers import PEERS

SIZES = [10_000, 100_000]
FULL_SIZE = 1_000_000


def main():
    parser = argparse.ArgumentParser(prog="./dev bench")
    parser.add_argument("--database", required=True, help=argparse.SUPPRESS)
    parser.add_argument(
        "--full", action="store_true", help="measure with 1,000,000 records too"
    )
    parser.add_argument(
        "--quick", action="store_true", help="few rounds, nothing is written down"
    )
    parser.add_argument(
        "--parts",
        action="store_true",
        help="measure parts and money alone, nothing is written down",
    )
    options = parser.parse_args()
    config.parse_config(["--no-http", "--log-level=warn"], setup_logging=True)
    initialize_sys_path()
    begin = time.monotonic()
    with grow.scratch_copy(options.database) as database:
        bench = Bench(Registry(database), options)
        if options.parts:
            bench._parts()
            print(report.parts(bench.measures))
            return
        bench.run()
        minutes = round((time.monotonic() - begin) / 60)
        text = report.text(
            bench.measures,
            bench.sizes,
            bench.facts(),
            minutes,
            report.promises(bench.measures, bench.suffixes, bench.clocks)
            + report.parts(bench.measures),
        )
    print(text)
    if not options.quick:
        report.write(text)


class Bench:
    """One run over all models, in one process and in turn."""

    def __init__(self, registry, options):
        self.registry = registry
        self.rounds = 3 if options.quick else 25
        self.batch = 100 if options.quick else 1000
        self.clocks = 1000 if options.quick else 10_000
        self.suffixes = []
        self.sizes = SIZES + ([FULL_SIZE] if options.full else [])
        self.measures = Measures()
        self.world = world.build(registry, PEERS)
        self.number = 0

    def run(self):
        self._say("create and change, on small tables")
        self._create("create", self.rounds)
        self._batch(max(1, self.rounds // 8))
        self._change("change", self.rounds)
        for size in self.sizes:
            self._say(f"growing to {size:,} records")
            grow.grow(self.registry, self.world, PEERS, size)
            self._say(f"list and kanban at {size:,} records")
            self._open(size)
            self._create(f"create@{size}", self.rounds)
        self._say("promises that run out")
        self.suffixes = sla.measure(
            self.registry,
            self.world,
            self.measures,
            count=self.clocks,
            rounds=max(1, self.rounds // 8),
            full=FULL_SIZE in self.sizes,
        )
        self._parts()

    def _parts(self):
        self._say("parts and money")
        parts.measure(self.registry, self.world, self.measures, rounds=self.rounds)
        self._say(f"reconciliation of {custody.LINES:,} requisition lines")
        custody.measure(self.registry, self.measures, rounds=max(3, self.rounds // 2))

    def facts(self):
        with self.registry.cursor() as cr:
            return report.machine_facts(cr)

    def _say(self, text):
        print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)

    def _values(self, peer):
        self.number += 1
        return peer.values(self.world, self.number)

    def _create(self, name, rounds):
        def prepare(peer):
            values = self._values(peer)
            return self.world.users[peer.model], lambda env: env[peer.model].create(
                values
            )

        self._interleave(name, prepare, rounds, warm=2)

    def _batch(self, rounds):
        def prepare(peer):
            values = [self._values(peer) for _i in range(self.batch)]
            return self.world.users[peer.model], lambda env: env[peer.model].create(
                values
            )

        self._interleave("batch", prepare, rounds, records=self.batch, warm=0)

    def _change(self, name, rounds):
        def prepare(peer):
            user = self.world.users[peer.model]
            with self.registry.cursor() as cr:
                env = api.Environment(cr, user.id, dict(user.context))
                record_id = env[peer.model].create(self._values(peer)).id
            return user, lambda env: peer.step(env[peer.model].browse(record_id))

        self._interleave(name, prepare, rounds, warm=2)

    def _open(self, size):
        screens = {"list": {}, "kanban": {}}
        for peer in PEERS:
            user = self.world.users[peer.model]
            with self.registry.cursor() as cr:
                env = api.Environment(cr, user.id, dict(user.context))
                screens["list"][peer] = Screen(env, peer.list_action, "list")
                screens["kanban"][peer] = Screen(env, peer.kanban_action, "kanban")

        def opener(kind, filtered):
            def prepare(peer):
                screen = screens[kind][peer]
                return self.world.users[peer.model], lambda env: screen.open(
                    env, filtered=filtered
                )

            return prepare

        rounds = max(3, self.rounds // 2)
        self._interleave(f"list@{size}", opener("list", True), rounds)
        self._interleave(f"whole list@{size}", opener("list", False), rounds)
        self._interleave(f"kanban@{size}", opener("kanban", True), max(3, rounds // 2))

    def _interleave(self, name, prepare, rounds, **options):
        operations = {peer.model: (lambda peer=peer: prepare(peer)) for peer in PEERS}
        interleave(
            self.measures, self.registry, name, operations, rounds=rounds, **options
        )
