"""Material of the lead firm at its suppliers (사급자재): agreed, sent, received, used, returned, settled."""

from django.utils.translation import gettext_lazy as _

from apps.common.rooms import Entry, Kind, Room

ROOM = Room(
    floor=6,
    shop_floor=("view_material", "move_material"),
    pages="material/",
    api="api/",
    navigation=(
        Entry(
            "material",
            _("Consigned material"),
            "package-open",
            "consigned:stock",
            "view_material",
            "trades",
            "material",
            _("notes to receive and settlements to answer"),
            place=51,
        ),
    ),
    badges="selectors.badges",
    kinds=(Kind("consignment", _("Consigned material"), 38, of="buyer"),),
    enums={
        "NoteKind": "statuses.NoteKind",
        "NoteStatus": "statuses.NoteStatus",
        "LossReason": "statuses.LossReason",
        "SettlementState": "statuses.SettlementState",
    },
    example_present="example.create_present",
    exported=("MaterialUse", "ConsignmentNote", "ConsignmentLine", "MaterialLoss", "Settlement", "SettlementLine"),
)
