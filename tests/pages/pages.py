"""The pages that the tests look at, over the example cluster: those that the rooms show."""

from dataclasses import dataclass

from apps.accounts.models import User
from tests.rooms import Spot, shown

PAGES = [screen for room in shown() for screen in room.screens]


@dataclass
class Example:
    """People of the example cluster, and where the pages with an id in their address are."""

    people: dict[str, User]
    spots: dict[str, Spot]

    @classmethod
    def find(cls) -> "Example":
        people = {user.email.split("@")[0]: user for user in User.objects.all()}
        return cls(people, {name: spot for room in shown() for name, spot in room.spots().items()})

    def open(self, person: str | None, path: str) -> tuple[User | None, str]:
        """Who opens which address."""
        spot = self.spots.get(path, Spot(path))
        if person == "seller":
            return User.objects.filter(memberships__organization_id=spot.firm)[0], spot.path
        return self.people[person] if person else None, spot.path
