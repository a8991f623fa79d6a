"""What partners show to the walks."""

from apps.tenancy.models import Site
from tests.rooms import Shown, Spot


def things(world):
    return {r"^partners/sites/": world.site.pk, r"api/\^sites/": world.site.pk}


def spots():
    return {"site": Spot(f"/partners/sites/{Site.objects.get(code='ASN2').pk}/")}


SHOWN = Shown(
    things=things,
    spots=spots,
    screens=(("sites", "admin", "/partners/sites/"), ("site", "admin", "site")),
    lists=(("/api/sites/", 2),),
    empty={("coordinator", "/partners/sites/"): "at an office nothing arrives, leaves or is made"},
    pages=(("/partners/sites/", 4),),
)
