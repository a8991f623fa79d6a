"""What the reader of tables noticed is told in the language of whoever looks, whoever loaded the file."""

from django.utils import translation

from apps.exchange.incoming import services
from apps.exchange.incoming.reading import notes_of
from apps.exchange.models import Import
from tests.world import as_if, as_person, in_days

from .tables import csv

HEADS = "발주번호,협력사,품번,수량,납기일,수량"


def brought(world) -> Import:
    with as_person(world, "buyer"), translation.override("ko"):
        row = f"PO-1,대성,BRK-2210,5,{in_days(20)},7"
        return services.receive(content=csv(HEADS, row), name="po.csv")


def test_notes_are_told_in_the_readers_language(world, client_of):
    """The bug: they stood for ever in the language of the person who loaded."""
    made = brought(world)
    buyer = client_of("buyer")
    page = buyer.get(f"/imports/{made.pk}/").content.decode()
    assert "The head stands twice: 수량" in page
    assert "머리글이 두 번" not in page
    (note,) = buyer.get(f"/api/imports/{made.pk}/").json()["tables"][0]["notes"]
    assert "The head stands twice" in note
    with translation.override("ko"):
        assert "머리글이 두 번 있습니다" in notes_of(made.tables[0])[0]
    with translation.override("en"):
        assert notes_of(made.tables[0])[0].startswith("po.csv, row 1: ")


def test_a_note_that_was_kept_in_words_stays_as_it_stands(world, client_of):
    made = brought(world)
    with as_person(world, "buyer"):
        as_if(Import.objects.filter(pk=made.pk), tables=[made.tables[0] | {"notes": ["머리글이 두 번 있습니다."]}])
    assert "머리글이 두 번 있습니다." in client_of("buyer").get(f"/imports/{made.pk}/").content.decode()
