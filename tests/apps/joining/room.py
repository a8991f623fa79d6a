"""What joining shows to the walks."""

from collections.abc import Mapping

from apps.joining import agreements
from apps.tenancy.models import ClusterMembership
from apps.tenancy.scope import unscoped
from tests.rooms import Shown, Spot
from tests.world import SYSTEM, World, as_person

from .firms import asked, cluster_of


def things(world: World) -> Mapping[str, int]:
    """The small world's cluster, and an open invitation into it."""
    pk = cluster_of(world)
    return {"^clusters/<": pk, "<int:invitation>": asked(world).pk}


def fill(world: World) -> None:
    """Texts that one firm has accepted and others not."""
    pk = cluster_of(world)
    with as_person(world, "coordinator"):
        text = agreements.publish(cluster_id=pk, kind="terms", text="약관", text_en="Terms")
    with as_person(world, "supplier"):
        agreements.accept(cluster_id=pk, hashes=[text.hash], person=world.people["supplier"])
    asked(world)


def spots() -> Mapping[str, Spot]:
    """Of the example cluster, which its office looks after."""
    with unscoped(reason=SYSTEM):
        here = f"/clusters/{ClusterMembership.objects.filter(kind='coordinator').order_by('pk')[0].cluster_id}/"
    return {"cluster": Spot(here), "invite": Spot(f"{here}invite/"), "texts": Spot(f"{here}texts/")}


SHOWN = Shown(
    things=things,
    fill=fill,
    spots=spots,
    screens=(
        ("start", "admin", "/start/"),
        ("clusters", "coordinator", "/clusters/"),
        ("cluster", "coordinator", "cluster"),
        ("invite-firms", "coordinator", "invite"),
        ("texts", "admin", "texts"),
    ),
    pages=(("/start/", 40),),
    values={"joining.FirmInvitation": {"business_number": "2208162517", "email": "firm@test.example"}},
    texts={
        "joining_acceptance.hash": "a hash",
        "joining_agreement.hash": "a hash",
        "joining_firminvitation.email": "checked by EmailField",
    },
    histories={
        "joining.FirmInvitation": "the desk shows asked, opened, joined, reminded and taken back; nothing else of it changes"
    },
    listed={"clusters": "/clusters/", "firms": "/clusters/{cluster}/"},
    readers={"clusters": "coordinator", "firms": "coordinator"},
    stock=asked,
    unasked={
        "begin/": "closed once the first firm is there",
        "start/firm/<str:token>/": "an invitation lets a firm in once",
    },
)
