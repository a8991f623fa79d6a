"""What a load has written is counted before it goes on: the documents that it reads, not their history."""

from django.db import connection

from apps.common.sets import insert_all
from apps.common.sql import refresh_statistics
from apps.masterdata.models import Part
from tests.world import as_person

ROWS = 3000


def test_documents_of_this_transaction_are_counted_and_their_history_is_not(world):
    tables = [Part._meta.db_table, Part.pgh_event_model._meta.db_table]
    with as_person(world, "buyer"):
        insert_all([Part(organization=world.buyer, number=f"N-{n}", name="Part") for n in range(ROWS)], connection)
        with connection.cursor() as cursor:
            refresh_statistics(cursor)
            cursor.execute("SELECT relname, reltuples FROM pg_class WHERE oid = ANY(%s::regclass[])", [tables])
            counted = dict(cursor.fetchall())
    assert counted[tables[0]] >= ROWS > counted[tables[1]]
