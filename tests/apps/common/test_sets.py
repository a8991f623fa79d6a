"""Sets of rows written by one statement: what stands afterwards is what each row said, by the rules of its columns."""

import json
from datetime import date
from decimal import Decimal

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext
from psycopg.types.json import Jsonb

from apps.common.characters import refuse
from apps.common.errors import InvalidValue
from apps.common.sets import among, insert_all
from apps.common.sql import array_of
from apps.masterdata.models import Part
from tests.world import as_person

ODD = [
    "plain",
    "",
    "NULL",
    "null",
    'a "quoted" one',
    "back\\slash",
    "{braces, commas}",
    "작은 '따옴표'",
    "50 % off %s",
    " edges ",
]


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("text", [*ODD, None]),
        ("numeric", [Decimal("1E+3"), Decimal("-0.000001"), None, Decimal(12)]),
        ("bigint", [1, None, -(2**62)]),
        ("boolean", [True, None, False]),
        ("date", [date(2026, 12, 1), None]),
        ("jsonb", [Jsonb({"a": ODD, "b": None}), Jsonb([]), None]),
    ],
)
def test_an_array_is_read_as_what_was_written(db, kind, values):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT value FROM unnest(%s::{kind}[]) value", [array_of(values)])
        found = [json.loads(value) if value and kind == "jsonb" else value for (value,) in cursor.fetchall()]
    assert found == [value.obj if isinstance(value, Jsonb) else value for value in values]


def parts(world, *names: str) -> list[Part]:
    return [Part(organization=world.buyer, number=f"SET-{place}", name=name) for place, name in enumerate(names)]


def test_rows_are_written_by_one_statement_as_they_are_with_their_history(world):
    names = [name for name in ODD if name.strip() == name != "" and not refuse(name, "name")]
    assert "NULL" in names
    rows = parts(world, *names)
    rows[1].drawing_number, rows[2].unit = "OTHER", "KGM"
    with as_person(world, "buyer"):
        with CaptureQueriesContext(connection) as queries:
            insert_all(rows, connection)
        stand = {part.pk: part for part in Part.objects.filter(number__startswith="SET-")}
        assert len(queries) == 1
        assert [(stand[row.pk].number, stand[row.pk].name) for row in rows] == [(row.number, row.name) for row in rows]
        assert [(stand[row.pk].drawing_number, stand[row.pk].unit) for row in rows[:3]] == [
            ("", "H87"),
            ("OTHER", "H87"),
            ("", "KGM"),
        ]
        assert Part.pgh_event_model.objects.filter(pgh_obj_id__in=stand).count() == len(rows)


def test_one_row_alone_is_a_set_too(world):
    with as_person(world, "buyer"):
        insert_all(rows := parts(world, "alone"), connection)
        assert Part.objects.get(pk=rows[0].pk).name == "alone"


def test_a_text_that_its_column_refuses_is_written_by_no_set(world):
    with as_person(world, "buyer"), pytest.raises(InvalidValue):
        insert_all(parts(world, "sound", "line\nbreak"), connection)


def test_the_other_firm_s_rows_are_written_by_nobody(world):
    with as_person(world, "supplier"), pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        insert_all(parts(world, "foreign"), connection)


def test_rows_are_found_among_many_values_by_one_parameter(world):
    with as_person(world, "buyer"):
        insert_all(parts(world, "one", "two", "three"), connection)
        wanted = Part.objects.filter(among(Part, "number", {"SET-0", "SET-2", 'none "such"'}))
        assert sorted(wanted.values_list("name", flat=True)) == ["one", "three"]
        assert wanted.query.sql_with_params()[0].count("ANY(%s") == 1
