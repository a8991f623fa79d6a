"""What a list gives out as a file comes in again without a difference: random rows, CSV and XLSX, both languages."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.exchange.incoming import services
from apps.exchange.models import RowState
from apps.masterdata.models import Part
from tests.world import as_person

ODD = st.text(alphabet="ABCäß가나다라 0123456789-+=@._/(),;", min_size=1, max_size=24).map(str.strip).filter(bool)
CODES = st.text(alphabet="ABCXYZ0123456789-+=@._/", min_size=1, max_size=16)
FEW = settings(max_examples=2, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
LISTS = {
    "parts": ("buyer", "/parts/own/"),
    "people": ("buyer-admin", "/account/people/"),
}


@pytest.mark.parametrize("kind", LISTS)
@FEW
@given(data=st.data())
def test_the_file_of_a_list_is_loaded_without_a_difference(world, client_of, kind, data):
    name, address = LISTS[kind]
    row = st.tuples(CODES, ODD, st.booleans())
    rows = data.draw(st.lists(row, min_size=1, max_size=5, unique_by=lambda one: one[0]))
    _fill(world, kind, rows)
    for language in ("en", "ko"):
        client = client_of(name)
        client.defaults["HTTP_ACCEPT_LANGUAGE"] = language
        for form in ("csv", "xlsx"):
            mark = "&" if "?" in address else "?"
            answer = client.get(f"{address}{mark}file={form}")
            content = b"".join(answer) if answer.streaming else answer.content
            with as_person(world, name):
                made = services.receive(content=content, name=f"{kind}.{form}", kind=kind)
                services.say_columns(import_id=made.pk, mapping=made.mapping, constants={"@decimal": "."})
                made = services.check_import(import_id=made.pk)
                odd = made.rows.exclude(state__in=(RowState.SAME, RowState.MISSING))
                assert [(row.state, row.values, row.before, row.faults) for row in odd] == []
                assert made.counts[RowState.SAME]


def _fill(world, kind, rows):
    with as_person(world, "buyer-admin"):
        for code, text, flag in rows:
            if kind == "parts":
                Part.objects.get_or_create(
                    organization=world.buyer, number=code, defaults={"name": text, "is_critical": flag}
                )
