"""What imports show to the walks."""

from apps.exchange.incoming import services
from apps.exchange.models import ImportWord
from tests.rooms import Shown
from tests.world import as_person

from .tables import csv

PARTS = csv("품번,품명,단위", "NEW-1,새 부품,개", "BRK-2210,브래킷 개정,EA", "CBL-100,케이블,m", "X-1,,EA")


def brought(world):
    """A file of parts that is checked and not loaded."""
    with as_person(world, "buyer"):
        made = services.receive(content=PARTS, name="parts.csv")
        services.check_import(import_id=made.pk)
    return made


def kept(world):
    """A row in each table: one import checked, one loaded, a word and a layout remembered."""
    made = brought(world)
    with as_person(world, "buyer"):
        services.say_columns(import_id=made.pk, mapping=made.mapping, constants={})
        word = f"각-{made.pk}"  # a word is said once
        other = services.receive(content=csv("품번,품명,단위", f"X-2,각재,{word}"), name="words.csv")
        services.check_import(import_id=other.pk)
        services.say_words(import_id=other.pk, meanings=[("unit", word, "H87")])
    return made


def things(world):
    with as_person(world, "buyer"):
        made = kept(world)
        word = ImportWord.objects.first()
    return {"^imports/": made.pk, r"api/\^imports/": made.pk, "^imports/words/": word.pk}


SHOWN = Shown(
    things=things,
    fill=kept,
    stock=lambda world: [kept(world) for _n in range(3)],
    screens=(("imports", "buyer", "/imports/"), ("import-words", "buyer", "/imports/words/")),
    empty={
        ("*", "/imports/"): "a table is brought in by a person",
        ("*", "/imports/words/"): "a word is said by a person, of a table that has it",
    },
    listed={"imports": "/imports/", "import-words": "/imports/words/"},
    pages=(("/imports/", 12), ("/imports/words/", 12)),
    texts={
        "exchange_importrow.version": "made of what stands",
        "exchange_stageddefect.defect": "from rows of a file that the reader has checked by the rule",
        "exchange_stageddefect.impact": "from rows of a file that the reader has checked by the rule",
        "exchange_stageddelivery.carrier": "from rows of a file that the reader has checked by the rule",
        "exchange_stageddelivery.currency": "from rows of a file that the reader has checked by the rule",
        "exchange_stageddelivery.order_number": "from rows of a file that the reader has checked by the rule",
        "exchange_stageddelivery.shipment_number": "from rows of a file that the reader has checked by the rule",
        "exchange_stageddelivery.unit": "from rows of a file that the reader has checked by the rule",
    },
)
