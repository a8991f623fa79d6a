"""Whatever table is loaded of a kind, what then stands goes out as a file and is loaded again without a difference."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import translation
from hypothesis import example, given, settings
from hypothesis import strategies as st

from apps.common.rooms import incoming
from apps.exchange.incoming import loading, services
from apps.exchange.incoming.exporting import workbook
from apps.exchange.models import RowState
from tests.apps.exchange.tables import received
from tests.thorough import count
from tests.world import as_person, in_days

pytestmark = pytest.mark.long

TEXT = st.text(alphabet="ABCäß가나다라 0123456789-+=@._/(),;'\"", min_size=1, max_size=24).map(str.strip).filter(bool)
CODE = st.text(alphabet="ABCXYZ0123456789-+=@._/", min_size=1, max_size=12)
NUMBER = st.decimals(min_value=Decimal("0.001"), max_value=10**7, places=3)
WHOLE = st.integers(1, 10**6).map(Decimal)
PRICE = st.decimals(min_value=0, max_value=10**6, places=2)
DAY = st.integers(1, 60).map(in_days)
FLAG = st.booleans()
PART = st.sampled_from(["BRK-2210", "CBL-100"])


def rows(least: int = 1, **fields: st.SearchStrategy) -> st.SearchStrategy:
    """Rows of a kind; of what may be left out, each now and then is."""
    return st.lists(st.fixed_dictionaries(fields), min_size=least, max_size=6)


def maybe(values: st.SearchStrategy) -> st.SearchStrategy:
    return st.none() | values


def one_of(kind: str, field: str) -> st.SearchStrategy:
    return maybe(st.sampled_from([*incoming()[kind].field(field).choices]))


def in_the_past(world) -> st.SearchStrategy:
    return st.integers(0, 20).map(lambda days: world.supplier_site.today - timedelta(days=days))


# Kind → who loads it, and its rows. A row that the services refuse is left out, as a person would.
TABLES = {
    "parts": lambda world: rows(
        number=CODE,
        revision=maybe(st.sampled_from(["A", "01"])),
        name=TEXT,
        name_en=maybe(TEXT),
        specification=maybe(TEXT),
        drawing_number=maybe(CODE),
        unit=maybe(st.sampled_from(["H87", "KGM", "MTR"])),
        tracking=one_of("parts", "tracking"),
        is_critical=maybe(FLAG),
    ),
    "partner-parts": lambda world: rows(
        partner=st.just("V1"),
        number=PART,
        supplier_number=maybe(CODE),
        pack_size=maybe(WHOLE),
        minimum_quantity=maybe(WHOLE),
        lead_time_days=maybe(st.integers(0, 90).map(Decimal)),
        unit_price=maybe(PRICE),
        is_inspected=maybe(FLAG),
    ),
    "prices": lambda world: rows(
        partner=st.just("V1"),
        part=PART,
        unit_price=PRICE,
        currency=maybe(st.sampled_from(["KRW", "krw", "USD"])),
        valid_from=DAY,
        valid_until=maybe(DAY),
    ),
    "bills": lambda world: rows(
        parent=PART,
        component=PART,
        quantity=NUMBER,
        scrap=maybe(st.decimals(min_value=0, max_value=99, places=2)),
        offset_days=maybe(st.integers(0, 30).map(Decimal)),
        valid_from=maybe(DAY),
        valid_until=maybe(DAY),
    ),
    "stock": lambda world: rows(
        part=PART, quantity=NUMBER | WHOLE, status=one_of("stock", "status"), lot=maybe(CODE), as_of=st.none()
    ),
    "production": lambda world: rows(
        day=in_the_past(world),
        part=PART,
        good=WHOLE,
        rejected=maybe(WHOLE),
        reason=one_of("production", "reason"),
        lot=maybe(CODE),
        note=maybe(TEXT),
    ),
    "demand-plan": lambda world: rows(
        part=PART,
        day=DAY,
        quantity=NUMBER | WHOLE,
        bucket=one_of("demand-plan", "bucket"),
        level=one_of("demand-plan", "level"),
    ),
    "orders": lambda world: rows(
        number=st.sampled_from(["PO-A", "po-b", "+C"]),
        line=maybe(st.sampled_from(["10", "020", "3"])),
        partner=st.just("V1"),
        part=PART,
        quantity=NUMBER | WHOLE,
        unit_price=maybe(PRICE),
        requested_date=DAY,
        note=maybe(TEXT),
    ),
    "sites": lambda world: rows(
        code=CODE,
        name=TEXT,
        name_en=maybe(TEXT),
        address=maybe(TEXT),
        receives=maybe(FLAG),
        ships=maybe(FLAG),
        produces=maybe(FLAG),
    ),
}
WHO = {"production": "supplier", "sites": "buyer-admin"}
SOME = {"part": "BRK-2210", "quantity": Decimal(5)}
# Kind → a row that is certainly taken: of drawn ones the services may refuse all.
PLAIN = {
    "parts": {"number": "PL-1", "name": "Plate"},
    "partner-parts": {"partner": "V1", "number": "BRK-2210", "pack_size": Decimal(40)},
    "prices": {"partner": "V1", "part": "BRK-2210", "unit_price": Decimal(1200), "valid_from": in_days(3)},
    "bills": {"parent": "BRK-2210", "component": "CBL-100", "quantity": Decimal(2)},
    "stock": SOME,
    "production": {"part": "BRK-2210", "good": Decimal(5), "day": in_days(-1)},
    "demand-plan": SOME | {"day": in_days(3)},
    "orders": SOME | {"number": "PO-A", "partner": "V1", "requested_date": in_days(20)},
    "sites": {"code": "S9", "name": "Plant 9"},
}
# Kind → rows of words between the head and the first number: of two that come again in their columns none is a head.
LOOK_LIKE_HEADS = {"sites": [{"code": code, "name": name} for code, name in (("/", ";"), ("0=", ";"), ("1", "0"))]}


@pytest.mark.parametrize("name", TABLES)
def test_what_a_random_table_leaves_is_loaded_again_without_a_difference(world, name):
    kind, written = incoming()[name], 0

    @settings(max_examples=count(5, 60))
    @example(table=LOOK_LIKE_HEADS.get(name, [PLAIN[name]]), tongue="en")
    @example(table=[PLAIN[name]], tongue="en")
    @given(table=TABLES[name](world), tongue=st.sampled_from(["en", "ko"]))
    def comes_back(table, tongue):
        nonlocal written
        point = transaction.savepoint()
        try:
            with translation.override(tongue), as_person(world, WHO.get(name, "buyer")):
                made = received(workbook(kind, table), "table.xlsx", kind=name)
                made = services.check_import(import_id=made.pk, is_confirmed=True)
                if new := made.counts[RowState.NEW] + made.counts[RowState.CHANGED]:
                    loading.load(import_id=made.pk)
                    written += new
                if stands := len(list(kind.every())):
                    again = received(workbook(kind), "again.xlsx", kind=name)
                    odd = again.rows.exclude(state__in=(RowState.SAME, RowState.MISSING))
                    assert [(row.state, row.values, row.before, row.faults) for row in odd] == []
                    assert again.counts[RowState.SAME] == stands
        finally:
            transaction.savepoint_rollback(point)  # also of a failure: what is tried smaller begins as it did

    comes_back()
    assert written, "every row was refused: nothing was tried"
