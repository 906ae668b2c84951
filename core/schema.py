"""How database and code differ by their migrations: one answer to start, upgrade, restore and health."""

from functools import cache
from typing import NamedTuple

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder


class Difference(NamedTuple):
    """Names such as sites.0001_initial: `lacking` in the order they are made, `beyond` of newer code."""

    lacking: list[str]
    beyond: list[str]


def difference() -> Difference:
    """Of the database as it is now. An app that this code has not at all is left alone."""
    applied = set(MigrationRecorder(connection).applied_migrations())
    wanted, known = _of_the_code()
    rooms = {app for app, _name in wanted}
    return Difference(
        lacking=[".".join(key) for key in wanted if key not in applied],
        beyond=sorted(".".join(key) for key in applied - known if key[0] in rooms),
    )


@cache
def _of_the_code() -> tuple[list[tuple[str, str]], set[tuple[str, str]]]:
    """Those that a database is to have, in their order; and all that are known, with the replaced."""
    loader = MigrationLoader(None)
    replaced = {key for each in loader.disk_migrations.values() for key in each.replaces}
    leaves = sorted(loader.graph.leaf_nodes())
    in_order = dict.fromkeys(key for leaf in leaves for key in loader.graph.forwards_plan(leaf))
    return [key for key in in_order if key not in replaced], {*in_order, *replaced, *loader.disk_migrations}
