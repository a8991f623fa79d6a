"""A firm with several sites loads its first orders: what is asked, what goes back, what is told once they are loaded."""

import io
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from openpyxl import load_workbook

from apps.exchange.exceptions import ColumnsOpen
from apps.exchange.incoming import loading, services
from apps.exchange.incoming.painted import painted
from apps.exchange.models import Import, ImportState, RowState
from apps.masterdata.models import PartnerPart
from apps.orders.exceptions import BelowMinimum
from apps.orders.models import PurchaseOrder
from apps.tenancy import services as tenancy
from tests.world import as_if, as_person, in_days

from .tables import csv, loaded, received, states

HEADS = "발주번호,협력사,품번,수량,납기일"


def orders(*rows: str) -> bytes:
    return csv(HEADS, *(f"{row},{in_days(20)}" for row in rows))


def flat(page) -> str:
    return " ".join(page.content.decode().split())


@pytest.fixture
def sites(world):
    """The buyer receives at two."""
    with as_person(world, "buyer-admin"):
        tenancy.add_site(organization_id=world.buyer.pk, code="ASN3", name="아산 2공장", name_en="Asan 2")
    return world


def brought(client, content: bytes, name: str = "orders.csv") -> str:
    return client.post("/imports/", {"file": SimpleUploadedFile(name, content), "kind": ""}).headers["Location"]


def test_a_site_that_no_column_says_is_asked_once_before_the_dry_run(sites, client_of):
    buyer = client_of("buyer")
    place = brought(buyer, orders("PO-1,대성,BRK-2210,5", "PO-2,대성,BRK-2210,0"))
    page = buyer.get(place)
    fields = page.context["fields"]
    assert [row["field"].name for row in fields if row["is_open"]] == ["site"] == [fields[0]["field"].name]
    assert "needed for what is new" in flat(page)
    with as_person(sites, "buyer"):
        made = Import.objects.get()
        assert (made.state, made.rows.count()) == (ImportState.MAPPING, 0)
    given = {f"column-{field}": head for field, head in made.mapping.items()}
    assert "(Receiving site)" in flat(buyer.post(f"{place}columns/", given, follow=True))
    assert "Load 1 row" in flat(buyer.post(f"{place}columns/", given | {"constant-site": "ASN2"}, follow=True))
    again = brought(buyer, orders("PO-3,대성,BRK-2210,5"))
    assert "Load 1 row" in flat(buyer.get(again))


def test_orders_that_stand_keep_their_site_and_one_site_is_never_asked(world, client_of):
    with as_person(world, "buyer"):
        loaded(orders("PO-1,대성,BRK-2210,5"))
    with as_person(world, "buyer-admin"):
        tenancy.add_site(organization_id=world.buyer.pk, code="ASN3", name="아산 2공장", name_en="Asan 2")
    with as_person(world, "buyer"):
        assert states(received(orders("PO-1,대성,BRK-2210,6"))) == ["changed"]
        with pytest.raises(ColumnsOpen) as refused:
            received(orders("PO-9,대성,BRK-2210,6"))
        assert refused.value.place == "site"


def test_of_new_and_standing_orders_in_one_file_the_site_is_asked_once_and_holds_for_the_new_ones(world):
    with as_person(world, "buyer"):
        loaded(orders("PO-1,대성,BRK-2210,5"))
    with as_person(world, "buyer-admin"):
        tenancy.add_site(organization_id=world.buyer.pk, code="ASN3", name="아산 2공장", name_en="Asan 2")
    mixed = orders("PO-1,대성,BRK-2210,6", "PO-1,대성,CBL-100,2", "PO-2,대성,BRK-2210,7")
    with as_person(world, "buyer"), pytest.raises(ColumnsOpen) as refused:
        received(mixed)
    assert refused.value.place == "site"
    with as_person(world, "buyer"):
        made = received(mixed, constants={"site": "ASN3"})
        assert states(made) == ["changed", "new", "new"]
        loading.load(import_id=made.pk)
        sites = dict(PurchaseOrder.objects.values_list("number", "receiving_site__code"))
        assert sites == {"PO-1": "ASN2", "PO-2": "ASN3"}
        said = received(csv(f"{HEADS},사업장", f"PO-1,대성,BRK-2210,8,{in_days(20)},ASN3"))
        assert said.rows.get(place=0).faults[0]["code"] == "fixed_in_order", "what a column says is no constant"


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_painted_file_knows_what_was_said_of_its_heads(sites, language):
    content = orders("PO-1,대성,BRK-2210,5", "PO-2,대성,BRK-2210,0")
    with as_person(sites, "buyer"), translation.override(language):
        made = received(content, constants={"site": "ASN2"})
        back = painted(made)
        assert load_workbook(io.BytesIO(back)).active["F1"].value == {"en": "Dure: errors", "ko": "두레: 오류"}[language]
    for reader in ("en", "ko"):
        with as_person(sites, "buyer"), translation.override(reader):
            again = services.receive(content=back, name="back.xlsx")
            assert again.constants["site"] == "ASN2"
            assert services.is_ready(again)
            assert states(services.check_import(import_id=again.pk)) == ["new", "error"]


def test_a_painted_file_numbers_rows_as_they_stand_in_it(world):
    day = in_days(20)
    rows = (f"PO-1,대성,BRK-2210,5,{day}", f"PO-1,대성,CBL-100,0,{day}", f"PO-2,대성,BRK-2210,5,{day}")
    rows += (f"PO-2,대성,BRK-2210,5,{day}", f"PO-3,대성,BRK-2210,5%,{day}")
    content = csv("발주 목록,,,,", ",,,,", HEADS, *rows)
    with as_person(world, "buyer"):
        made = received(content, kind="orders")
        told = made.rows.get(place=0).faults[0]["rule"]
        assert told == "Row 5 belongs to the same and has an error."
        sheet = load_workbook(io.BytesIO(painted(made))).active
    assert sheet["D3"].value in (0, "0")
    assert sheet["F2"].value.strip() == "Row 3 belongs to the same and has an error."
    assert "The same as row 4: it counts once." in sheet["F5"].value


def test_a_row_that_is_wrong_is_not_missing(world):
    three = ("PO-1,대성,BRK-2210,5", "PO-1,대성,CBL-100,6", "PO-1,대성,BRK-2210,7")
    with as_person(world, "buyer"):
        loaded(orders(*three))
        made = received(orders(three[0], "PO-1,대성,CBL-100,0", three[2]))
        assert states(made) == ["same", "error", "same"]
        made = received(orders(three[0], "PO-1,대성,SHF-1X,6", three[2]))
        assert RowState.MISSING in states(made)


def test_what_was_loaded_is_led_to_with_what_is_left_to_do(world, client_of):
    with as_person(world, "buyer"):
        made = loaded(orders("PO-1,대성,BRK-2210,5"))
        heads = "발주번호,납품번호,협력사,품번,수량,납기일,입고일"
        past = loaded(csv(heads, "PAST-1,PAST-2,V1,BRK-2210,5,2020-03-01,2020-03-02"))
    buyer = client_of("buyer")
    page = buyer.get(f"/imports/{made.pk}/")
    assert "Orders that are still drafts reach their suppliers once you send them." in flat(page)
    assert page.context["made_url"] == "/orders/?view=draft"
    assert "PO-1" in flat(buyer.get(page.context["made_url"]))
    url = buyer.get(f"/imports/{past.pk}/").context["made_url"]
    assert "PAST-2" in flat(buyer.get(url))


def test_a_dry_run_opens_on_what_is_wrong_and_its_acts_stand_above_many_rows(world, client_of):
    with as_person(world, "buyer"):
        made = received(orders("PO-1,대성,BRK-2210,5", "PO-2,대성,BRK-2210,0"))
        sound = received(orders(*(f"PO-{n},대성,BRK-2210,5" for n in range(3, 20))))
    buyer = client_of("buyer")
    page = buyer.get(f"/imports/{made.pk}/")
    assert [row["row"].state for row in page.context["rows"]] == ["error"]
    assert len(buyer.get(f"/imports/{made.pk}/?state=").context["rows"]) == 2
    assert 'class="state whole"' in page.content.decode()
    page = flat(buyer.get(f"/imports/{sound.pk}/"))
    assert page.count("Load 17 rows") == 2
    assert page.index("Load 17 rows") < page.index('id="rows-title"')


def test_an_agreed_minimum_is_named_in_both_languages(world):
    with as_person(world, "buyer"):
        as_if(PartnerPart.objects.filter(pk=world.part.pk), minimum_quantity=Decimal(1200))
        made = received(orders("PO-1,대성,BRK-2210,5"))
        (told,) = made.rows.get().faults
        assert "at least 1,200" in told["rule"]
        assert "at least 1,200" in load_workbook(io.BytesIO(painted(made))).active["F2"].value
    error = BelowMinimum.of(Decimal("1200.000000"), place="lines[0].quantity", value=5)
    assert "at least 1,200" in error.problem()["errors"][0]["rule"]
    with translation.override("ko"):
        assert "1,200" in BelowMinimum.of(Decimal(1200), place="quantity", value=5).words
