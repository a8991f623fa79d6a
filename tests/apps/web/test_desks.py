"""The first page of who neither buys nor sells: their own lists, and nothing of others' work."""

import pytest

from apps.common import rooms
from apps.ui.selectors import listing_named
from tests.chain import confirmed
from tests.world import as_person


@pytest.mark.parametrize(
    ("person", "shown", "hidden"),
    [
        ("receiver", ["list-deliveries", "Scan or type a label"], ["list-inspections", "Changes proposed"]),
        ("inspector", ["list-inspections"], ["list-deliveries", "Scan or type a label", "Changes proposed"]),
        ("supplier-quality", ["list-non-conformances"], ["list-deliveries", "To answer"]),
        ("buyer-admin", ["No list is the work of your role"], ["list-deliveries", "Changes proposed"]),
        ("buyer", ["Changes proposed"], ["list-deliveries"]),
        ("supplier", ["To answer"], ["list-deliveries"]),
    ],
)
def test_the_first_page_is_the_work_of_the_role(world, client_of, person, shown, hidden):
    confirmed(world)
    page = client_of(person).get("/").content.decode()
    assert [text for text in shown if text not in page] == []
    assert [text for text in hidden if text in page] == []


def test_a_desk_names_a_list_that_its_role_may_see(world):
    for name in world.people:
        with as_person(world, name) as door:
            for desk in rooms.desks(door.scope.acts):
                assert listing_named(desk.listing).act in door.scope.acts
