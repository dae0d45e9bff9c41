"""Time and SQL of one operation, in a transaction of its own as a request has."""

import gc
import statistics
import time
from collections import defaultdict

from odoo import api


class Measures:
    """Samples by operation and model; a figure is the median of its samples."""

    def __init__(self):
        self.samples = defaultdict(list)

    def add(self, operation, model, seconds, queries, records=1):
        self.samples[operation, model].append((seconds / records, queries / records))

    def milliseconds(self, operation, model):
        """Median time per record in ms, or None if it was not measured."""
        samples = self.samples.get((operation, model))
        return samples and statistics.median(s for s, _q in samples) * 1000

    def queries(self, operation, model):
        """Median number of SQL queries per record."""
        samples = self.samples.get((operation, model))
        return samples and statistics.median(q for _s, q in samples)


def run_once(registry, user, operation):
    """Run ``operation(env)`` as ``user`` on empty caches and commit.

    :return: seconds, with the commit, and the number of SQL queries
    """
    gc.collect()
    gc.disable()
    try:
        with registry.cursor() as cr:
            env = api.Environment(cr, user.id, dict(user.context))
            before = cr.sql_log_count
            start = time.perf_counter()
            operation(env)
            cr.commit()
            seconds = time.perf_counter() - start
            return seconds, cr.sql_log_count - before
    finally:
        gc.enable()


def interleave(measures, registry, name, operations, *, rounds, records=1, warm=1):
    """Run every model's operation in turn, ``rounds`` times over.

    :param operations: dict from model to a function that prepares one operation,
        outside the measured time, and returns ``(user, function of env)``
    :param warm: rounds before, whose time does not count
    """
    models = list(operations)
    for number in range(-warm, rounds):
        # Another model begins each time: none always follows the slowest one.
        start = number % len(models)
        for model in models[start:] + models[:start]:
            user, operation = operations[model]()
            seconds, queries = run_once(registry, user, operation)
            if number >= 0:
                measures.add(name, model, seconds, queries, records)
