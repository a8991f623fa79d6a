"""What tenancy shows to the walks."""

from tests.rooms import Shown

SHOWN = Shown(values={"tenancy.Grant": {"step": "customers", "relation": None}})
