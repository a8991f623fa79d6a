"""Two people at one table at the same moment, each with a connection: it is loaded once, and the second hears why not."""

import time

import pytest
from django.db import connections

from apps.deliveries.incoming import DeliveryRows
from apps.deliveries.models import ShipmentNotice
from apps.exchange.exceptions import ChangedSince, WrongImportState
from apps.exchange.incoming import loading
from apps.exchange.models import Import
from tests.at_once import in_parallel
from tests.chain import confirmed, schedule_of
from tests.world import as_person, in_days

from .tables import csv, received

WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = ANY(%s)"
PATIENCE = 15  # seconds; a lock that nobody waits for fails the test, it does not hang it


def hold_the_first(monkeypatch) -> list[bool]:
    """Whoever writes first goes on once the other stands at the lock: what is tested is the lock, not luck. A check writes
    too, and takes it back; so this begins once the files have been checked."""
    write, seen = DeliveryRows.write, []

    def held(kind, entries, *, is_confirmed):
        if not seen:
            seen.append(_somebody_waits())
        write(kind, entries, is_confirmed=is_confirmed)

    monkeypatch.setattr(DeliveryRows, "write", held)
    return seen


def _somebody_waits() -> bool:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with connections["default"].cursor() as cursor:
            cursor.execute(WAITING, [["advisory", "transactionid", "tuple"]])
            if cursor.fetchone()[0]:
                return True
        time.sleep(0.05)
    return False


def brought(world, order) -> Import:
    rows = csv("납품번호,발주번호,행번호,납품수량,도착예정일", f"DN-1,{order.number},10,60,{in_days(2)}")
    with as_person(world, "supplier"):
        return received(rows)


def load(world, made: Import):
    def run() -> Import:
        with as_person(world, "supplier"):
            return loading.load(import_id=made.pk)

    return run


@pytest.mark.parametrize(("how_many", "refusal"), [(1, WrongImportState), (2, ChangedSince)])
def test_the_same_table_is_loaded_once(committed, world, monkeypatch, how_many, refusal):
    """One import opened by two people, and the same file brought by each of them."""
    order = confirmed(world)
    imports = [brought(world, order) for _ in range(how_many)]
    seen = hold_the_first(monkeypatch)
    results = in_parallel(load(world, imports[0]), load(world, imports[-1]))
    assert seen == [True], "nobody waited at the lock"
    assert sorted(type(result).__name__ for result in results) == sorted(["Import", refusal.__name__]), results
    with as_person(world, "supplier"):
        assert ShipmentNotice.objects.count() == 1
        assert [line.shipped_quantity for line in schedule_of(order)] == [60]
