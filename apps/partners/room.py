"""Trading relations, asked for and agreed; a firm's own sites."""

from django.utils.translation import gettext_lazy as _

from apps.common.rooms import FIRM, Entry, Room

ROOM = Room(
    floor=7,
    pages="partners/",
    api="api/",
    checklist="checklist.checklist",
    navigation=(
        Entry("sites", _("Sites"), "factory", "partners:sites", "view_partners", group=FIRM, place=3),
        Entry("relations", _("Trading partners"), "handshake", "partners:relations", "view_partners", group=FIRM, place=4),
    ),
    incoming=("incoming.SiteRows", "incoming.RelationRows"),
    example_present="example.create_present",
    exported=(
        "RelationRequest",
        "TermsProposal",
        "RelationContact",
    ),
)
