"""What parts show to the walks."""

from tests.rooms import Shown

SHOWN = Shown(
    screens=(("parts", "buyer", "/parts/"),),
    texts={
        "masterdata_numberrange.kind": "a word of ours",
    },
)
