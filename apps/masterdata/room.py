"""Parts."""

from django.utils.translation import gettext_lazy as _

from apps.common.rooms import Entry, Find, Room

ROOM = Room(
    floor=3,
    shop_floor=("view_parts",),
    pages="parts/",
    api="api/",
    checklist="checklist.checklist",
    navigation=(Entry("parts", _("Parts"), "boxes", "masterdata:parts", "view_parts", "trades", place=80),),
    finds=(Find("part", _("Part"), "boxes", "masterdata:part"),),
    incoming=("incoming.PartRows", "incoming.PartnerPartRows", "incoming_prices.PriceRows"),
    exported=(
        "Part",
        "PartnerPart",
        "PartPrice",
        "NumberRange",
    ),
)
