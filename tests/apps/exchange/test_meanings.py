"""What heads and words of a file mean: what fits two is asked, and what is not found is never left out unsaid."""

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.common.incoming import Field
from apps.exchange.exceptions import NotAsked, UnknownColumn, WritingOpen
from apps.exchange.incoming import services
from apps.exchange.incoming.rows import value_of
from apps.exchange.incoming.words import Words
from apps.exchange.models import Import
from apps.masterdata.models import PartnerPart
from apps.tenancy.models import Organization
from tests.world import as_if, as_person, in_days

from .tables import csv, loaded, received, states, xlsx


def prices(head: str, price: int) -> bytes:
    return csv(f"협력사,품번,{head}", f"V1,BRK-2210,{price}")


def test_a_remembered_column_is_found_again_under_another_bracket(world):
    with as_person(world, "buyer"):
        loaded(prices("단가(USD)", 120), kind="partner-parts")
        made = services.receive(content=prices("단가(KRW)", 130), name="next.csv", kind="partner-parts")
        assert made.mapping["unit_price"] == "단가(KRW)"
        assert services.is_ready(made)
        assert states(services.check_import(import_id=made.pk)) == ["changed"]
        two = services.receive(content=prices("단가(EUR),단가(JPY)", 1), name="two.csv", kind="partner-parts")
        assert not services.is_ready(two)


def test_what_fits_two_columns_is_asked(world):
    with as_person(world, "buyer"):
        first = csv("협력사,품번,포장(EA),포장(SET)", "V1,BRK-2210,5,6")
        received(first, kind="partner-parts", mapping={"pack_size": "포장(EA)", "minimum_quantity": "포장(SET)"})
        made = services.receive(content=first, name="same.csv", kind="partner-parts")
        assert services.is_ready(made)
        other = first.replace("포장(EA)".encode(), "포장(BX)".encode()).replace("포장(SET)".encode(), "포장(PR)".encode())
        made = services.receive(content=other, name="other.csv", kind="partner-parts")
        assert "pack_size" not in made.mapping
        assert not services.is_ready(made)


def test_a_column_that_is_not_there_is_refused_by_name(world):
    with as_person(world, "buyer"):
        made = received(prices("단가", 120), kind="partner-parts")
        made.mapping |= {"unit_price": "값"}
        made.save(update_fields=["mapping"])
        with pytest.raises(UnknownColumn) as refused:
            services.check_import(import_id=made.pk)
        assert (refused.value.place, refused.value.value) == ("unit_price", "값")


def test_a_name_of_two_suppliers_is_asked_and_codes_of_other_sides_mean_nothing(world):
    with as_person(world, "buyer"):
        as_if(Organization.objects.filter(pk=world.stranger.pk), legal_name=world.supplier.legal_name)
        made = received(csv("협력사,품번,단가", "대성,BRK-2210,9", "V1,CBL-100,9", "V2,SHF-1,9"), kind="partner-parts")
        assert states(made) == ["error", "changed", "changed"]
        assert made.rows.get(place=0).faults[0]["code"] == "unknown_word"
        assert Words().means("site", "ASN2") == "ASN2"
        assert Words().means("site", "P1") is None
    with as_person(world, "supplier"):
        assert Words().means("partner", "한빛") is None
        assert PartnerPart.objects.filter(unit_price=Decimal(9)).count() == 0


def test_a_file_that_is_too_long_is_refused_before_it_is_read(world, client_of, settings, monkeypatch):
    settings.IMPORT_MOST_BYTES = 1000
    monkeypatch.setattr(services, "receive", None)
    answer = client_of("buyer").post("/imports/", {"file": SimpleUploadedFile("long.csv", b"a,b\n" * 1000), "kind": ""})
    assert answer.status_code == 422
    assert "long.csv" in answer.content.decode()
    answer = client_of("buyer").post("/api/imports/", {"file": SimpleUploadedFile("long.csv", b"a,b\n" * 1000)})
    assert answer.status_code == 422
    with as_person(world, "buyer"):
        assert not Import.objects.exists()


def test_a_price_in_another_unit_than_the_agreed_one_is_refused(world):
    with as_person(world, "buyer"):
        made = received(csv("협력사,품번,단가,단위", "V1,BRK-2210,123.45,set", "V1,CBL-100,9,m"))
        assert states(made) == ["error", "changed"]
        fault = made.rows.get(place=0).faults[0]
        assert (fault["column"], fault["code"]) == ("단위", "other_unit")


def days_first(sign: str = "/") -> bytes:
    year = in_days(0).year + 1
    return csv("발주번호,협력사,품번,수량,납기일", *(f"{n},V1,BRK-2210,5,0{n}{sign}0{n + 2}{sign}{year}" for n in (1, 2)))


def test_days_that_nothing_tells_from_months_are_asked_and_kept_for_the_next_file(world, client_of):
    with as_person(world, "buyer"):
        made = services.receive(content=days_first(), name="days.csv", kind="orders")
        assert not services.is_ready(made)
    page = client_of("buyer").get(f"/imports/{made.pk}/").content.decode()
    assert 'name="constant-@order"' in page
    with as_person(world, "buyer"), pytest.raises(WritingOpen) as refused:
        services.say_columns(import_id=made.pk, mapping=made.mapping, constants={})
    assert refused.value.value == "납기일"
    with as_person(world, "buyer"), pytest.raises(WritingOpen):
        services.check_import(import_id=made.pk)
    for order, day in (("dmy", "03-01"), ("mdy", "01-03")):
        with as_person(world, "buyer"):
            services.say_columns(import_id=made.pk, mapping=made.mapping, constants={"@order": order})
            rows = services.check_import(import_id=made.pk).rows
            assert rows.get(place=0).values["requested_date"] == f"{in_days(0).year + 1}-{day}"
    with as_person(world, "buyer"):
        again = services.receive(content=days_first(), name="days.csv", kind="orders")
        assert again.constants["@order"] == "mdy"
        assert services.is_ready(again)


def test_a_decimal_sign_that_nothing_proves_is_asked(world):
    content = csv("협력사;품번;단가", "V1;BRK-2210;1.500")
    with as_person(world, "buyer"):
        made = services.receive(content=content, name="prices.csv", kind="partner-parts")
        assert not services.is_ready(made)
        made = received(content, kind="partner-parts", constants={"@decimal": ","})
        assert made.rows.get().values["unit_price"] == "1500"


def test_a_file_that_is_not_recognised_is_only_its_owners(world, client_of):
    with as_person(world, "buyer"):
        made = services.receive(content=csv("a,b", "1,2"), name="secret.csv")
        assert made.kind == ""
    for who, status in (("buyer", 200), ("receiver", 404)):
        client = client_of(who)
        assert client.get(f"/imports/{made.pk}/").status_code == status
        assert client.get(f"/api/imports/{made.pk}/").status_code == status
        assert ("secret.csv" in client.get("/imports/").content.decode()) == (status == 200)


def test_a_bad_cell_of_a_wide_table_is_its_rows_fault_and_months_are_refused_by_name(world):
    head = ["Material", "Description", in_days(8), in_days(9), "Total"]
    with as_person(world, "buyer"):
        made = received(
            xlsx([head, ["BRK-2210", "x", 5, -6, -1], ["CBL-100", "y", 7, 8, 15]]), "plan.xlsx", kind="demand-plan"
        )
        assert states(made) == ["held", "error", "held", "held"]
        assert made.rows.get(place=1).faults[0]["code"] == "number_outside"
        year = in_days(0).year + 1
        made = received(csv(f"품번,품명,{year}-01,{year}-02", "BRK-2210,x,5,6", "CBL-100,y,,"), kind="demand-plan")
        assert [row.faults[0]["code"] for row in made.rows.all()] == ["month_across"] * 2


def test_a_number_has_the_digits_that_a_cell_holds():
    assert value_of(Field("price", "", "number", places=4), 0.1 + 0.2, Words()) == Decimal("0.3")


def test_what_was_meant_is_asked_again_of_other_columns_and_words(world):
    with as_person(world, "buyer"):
        made = received(csv("품번,품명,단위", "N-1,가,묶음"), kind="parts")
        for change in (
            lambda: services.say_columns(import_id=made.pk, mapping=made.mapping, constants={}),
            lambda: services.say_words(import_id=made.pk, meanings=[("unit", "묶음", "SET")]),
            lambda: services.choose_table(import_id=made.pk, kind="parts"),
        ):
            assert services.check_import(import_id=made.pk, is_confirmed=True).is_confirmed
            change()
            assert not Import.objects.get(pk=made.pk).is_confirmed


def test_only_a_word_that_the_file_asks_for_is_remembered(world):
    with as_person(world, "buyer"):
        made = received(csv("품번,품명,단위", "N-1,가,묶음"), kind="parts")
    for of, word in (("unit", "EA"), ("part", "묶음")):
        with as_person(world, "buyer"), pytest.raises(NotAsked):
            services.say_words(import_id=made.pk, meanings=[(of, word, "SET")])


def test_a_long_word_is_asked_for_whole_and_each_word_of_a_long_file_once(world):
    word = "HIV 1/2, Bioline Kit, Lancets, Capillary pipets, Alcohol swabs included, 25 Tests, " + "x" * 40
    with as_person(world, "buyer"):
        given = ("대성,BRK-2210,3", f'대성,"{word}",1', f"대성,{'y' * 20},1")
        made = received(csv("협력사,품번,단가", *given), kind="partner-parts")
        assert dict(services.open_words(made)) == {("part", word): 1, ("part", "y" * 20): 1}
        services.say_words(import_id=made.pk, meanings=[("part", word, "CBL-100")])
        assert states(services.check_import(import_id=made.pk)) == ["changed", "changed", "error"]
