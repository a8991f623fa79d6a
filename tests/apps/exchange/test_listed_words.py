"""Words of fixed lists that the reader does not know are said once, as those of sites and partners are."""

import pytest

from apps.exchange.exceptions import NotAsked, UnknownColumn
from apps.exchange.incoming import services
from apps.exchange.models import ImportWord
from tests.world import as_person, in_days, published

from .tables import csv, received, states

HEADS = "사업장,품번,수량,상태"


def stock(*rows: str) -> bytes:
    return csv(HEADS, *rows)


def flat(page) -> str:
    return " ".join(page.content.decode().split())


def test_a_status_of_stock_is_said_once_on_the_page_and_holds_for_later_files(world, client_of):
    """The bug: “양품” was an error in every row of every file."""
    with as_person(world, "buyer"):
        made = received(stock("ASN2,BRK-2210,5,양품", "ASN2,CBL-100,7,양품", "ASN2,BRK-2210,1,보류"), kind="stock")
        assert dict(services.open_words(made)) == {("stock.status", "양품"): 2}
    buyer = client_of("buyer")
    page = flat(buyer.get(f"/imports/{made.pk}/"))
    assert "Words that your firm does not know yet" in page
    assert "Status, 2 rows" in page
    assert '<option value="blocked">Blocked</option>' in page
    said = {"of": ["stock.status"], "word": ["양품"], "means": ["available"]}
    assert "Load 3 rows" in flat(buyer.post(f"/imports/{made.pk}/words/", said, follow=True))
    with as_person(world, "buyer"):
        assert made.rows.get(place=0).values["status"] == "available"
        later = received(stock("ASN2,CBL-100,9, 양품 "), kind="stock")
        assert states(later) == ["new"]
    remembered = flat(buyer.get("/imports/words/?of=list"))
    assert "Stock: Status" in remembered
    assert "Available" in remembered
    assert "양품" not in flat(buyer.get("/imports/words/?of=unit"))
    with as_person(world, "buyer"):
        word = ImportWord.objects.get()
    buyer.post(f"/imports/words/{word.pk}/forget/")
    with as_person(world, "buyer"):
        assert states(received(stock("ASN2,CBL-100,9,양품"), kind="stock")) == ["error"]


def test_yes_words_are_said_of_their_own_column_and_decisions_of_theirs(world):
    order = published(world, quantities=(100,))
    with as_person(world, "buyer"):
        made = received(csv("품번,품명,안전중요", "N-1,가,해당", "N-2,나,비해당"), kind="parts")
        assert set(services.open_words(made)) == {("parts.is_critical", "해당"), ("parts.is_critical", "비해당")}
        said = [("parts.is_critical", "해당", "True"), ("parts.is_critical", "비해당", "False")]
        services.say_words(import_id=made.pk, meanings=said)
        services.check_import(import_id=made.pk)
        assert [row.values["is_critical"] for row in made.rows.order_by("place")] == [True, False]
        other = received(csv("품번,품명,추적", "N-1,가,해당"), kind="parts")
        assert set(services.open_words(other)) == {("parts.tracking", "해당")}
    with as_person(world, "supplier"):
        head = "발주번호,행번호,확정수량,확정일,결정"
        made = received(csv(head, f"{order.number},10,100,{in_days(14)},오케이"), kind="answers")
        assert set(services.open_words(made)) == {("answers.decision", "오케이")}
        services.say_words(import_id=made.pk, meanings=[("answers.decision", "오케이", "confirm")])
        services.check_import(import_id=made.pk)
        assert made.rows.get(place=0).values["decision"] == "confirm"


def test_of_several_words_of_a_cell_the_unknown_one_is_asked(world):
    with as_person(world, "buyer-admin"):
        head = "이메일,이름,역할"
        made = received(csv(head, 'new@test.example,새 사람,"구매, 품질검증"'), kind="people")
        (word,) = services.open_words(made)
        assert word == ("people.roles", "품질검증")
        services.say_words(import_id=made.pk, meanings=[(*word, "inspector")])
        services.check_import(import_id=made.pk)
        assert set(made.rows.get().values["roles"].split(", ")) == {"buyer", "inspector"}


def test_only_values_of_the_list_are_said_and_only_of_words_that_are_asked(world):
    with as_person(world, "buyer"):
        made = received(stock("ASN2,BRK-2210,5,양품"), kind="stock")
    for meaning, error in (
        (("stock.status", "양품", "good"), UnknownColumn),
        (("stock.status", "보류", "available"), NotAsked),
        (("parts.tracking", "양품", "none"), NotAsked),
    ):
        with as_person(world, "buyer"), pytest.raises(error):
            services.say_words(import_id=made.pk, meanings=[meaning])


def test_an_explained_word_is_one_firms_own(world):
    with as_person(world, "buyer"):
        made = received(stock("ASN2,BRK-2210,5,양품"), kind="stock")
        services.say_words(import_id=made.pk, meanings=[("stock.status", "양품", "available")])
    with as_person(world, "supplier"):
        assert not ImportWord.objects.exists()
