"""What rooms show each other in SQL: each statement runs as the acting firm, shows it its rows, raises without a scope."""

from importlib import import_module
from pathlib import Path

import pytest
from django.db import connection

from apps.tenancy.roles import Side
from apps.tenancy.scope import OutsideScope
from tests.chain import announced, confirmed, whole
from tests.world import as_person, in_days

ROOMS = [path.parent.name for path in sorted(Path(__file__).resolve().parents[2].glob("apps/*/reads.py"))]
# Rows of no relation: what firms, clusters and people are.
OF_NO_RELATION = {"tenancy", "accounts", "masterdata"}


def reads_of(room):
    """Name → statement of what a room shows; functions of a side stand behind WITH, under their own name."""
    module = import_module(f"apps.{room}.reads")
    for name, read in vars(module).items():
        if name.isupper() and not name.startswith("_"):
            yield f"{room}.{name}", f"SELECT * FROM {read} given"
        elif getattr(read, "__annotations__", {}).get("side") is Side and read.__module__ == module.__name__:
            for side in Side:
                yield f"{room}.{name}, {side}", f"WITH {read(side)} SELECT * FROM {name}"


READS = {name: statement for room in ROOMS for name, statement in reads_of(room)}


def test_rooms_show_something():
    assert {"tenancy", "accounts", "masterdata", "orders", "deliveries", "quality"} <= set(ROOMS)
    assert len(READS) >= 16


def rows(read, world):
    with connection.cursor() as cursor:
        cursor.execute(READS[read], {"own": [world.buyer.pk, world.supplier.pk], "parts": None, "today": in_days(0)})
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


@pytest.mark.parametrize("read", READS)
def test_a_read_raises_without_a_scope(world, read):
    with pytest.raises(OutsideScope):
        rows(read, world)


def test_both_sides_see_what_the_policies_of_its_tables_say(world):
    whole(world)
    announced(world, confirmed(world))
    confirmed(world)
    for read in READS:
        with as_person(world, "buyer"):
            assert rows(read, world), read
        with as_person(world, "supplier"):
            of_supplier = rows(read, world)
        with as_person(world, "stranger"):
            of_stranger = rows(read, world)
        if read.split(".")[0] not in OF_NO_RELATION:
            assert of_supplier, read
            assert of_stranger == [], read
