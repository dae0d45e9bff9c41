"""Grow the tables by SQL, and the database copy in which that happens."""

from contextlib import contextmanager

import psycopg2
from psycopg2 import sql

import odoo.sql_db
from odoo import api


@contextmanager
def scratch_copy(database):
    """A copy of ``database`` for this run only; its name."""
    name = f"{database}_run"
    create = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
        sql.Identifier(name), sql.Identifier(database)
    )
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(
        sql.Identifier(name)
    )
    _execute("postgres", drop, create)
    try:
        yield name
    finally:
        odoo.sql_db.close_all()
        _execute("postgres", drop)


def _execute(database, *statements):
    """Run statements that PostgreSQL refuses inside a transaction."""
    _name, options = odoo.sql_db.connection_info_for(database)
    connection = psycopg2.connect(**options)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
    finally:
        connection.close()


def grow(registry, world, peers, size):
    """Bring every peer's table to ``size`` rows and its statistics up to date."""
    for peer in peers:
        with registry.cursor() as cr:
            env = api.Environment(cr, api.SUPERUSER_ID, {})
            _grow_one(env, world, peer, size)
    vacuum(registry, [registry[peer.model]._table for peer in peers])


def vacuum(registry, tables):
    """What autovacuum does in time on a database that lives."""
    _execute(
        registry.db_name,
        *(
            sql.SQL("VACUUM (ANALYZE) {}").format(sql.Identifier(table))
            for table in tables
        ),
    )


def _grow_one(env, world, peer, size):
    user = world.users[peer.model]
    model = env[peer.model].with_user(user.id).with_context(user.context)
    model.create(peer.values(world, 0))
    env.flush_all()
    cr, table = env.cr, model._table
    cr.execute(f'SELECT count(*), max(id) FROM "{table}"')
    count, newest = cr.fetchone()
    if count >= size:
        return
    cr.execute(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_schema = current_schema AND table_name = %s"
        " AND column_name != 'id'",
        [table],
    )
    columns = [name for (name,) in cr.fetchall()]
    grown = peer.grown(env, world)
    unknown = grown.keys() - set(columns)
    if unknown:
        raise ValueError(f"{table} has no column {', '.join(sorted(unknown))}")
    names = ", ".join(f'"{name}"' for name in columns)
    values = ", ".join(grown.get(name, f't."{name}"') for name in columns)
    # The copied references are good; checking each again takes most of the time.
    cr.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    if cr.fetchone()[0]:
        cr.execute("SET LOCAL session_replication_role = replica")
    # Without parameters: the expressions are full of percent signs.
    cr.execute(
        f'INSERT INTO "{table}" ({names}) SELECT {values} FROM "{table}" t,'
        f" generate_series({newest + 1}, {newest + size - count}) i"
        f" WHERE t.id = {newest}"
    )
    peer.grow_more(cr)
