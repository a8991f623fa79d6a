"""What tenancy shows to the walks."""

from tests.rooms import Shown

SHOWN = Shown(
    values={"tenancy.Grant": {"step": "customers", "relation": None}},
    texts={
        "tenancy_grant.kind": "one of those that apps declare in shares.py; `propose_grant` takes no other",
        "tenancy_businessnumber.number": "ten digits, checked in the database",
        "tenancy_site.time_zone": "a name of the time zone database",
    },
    histories={
        "tenancy.Grant": "proposed, agreed and ended once each: moment, person and firm stand on the row itself",
    },
)
