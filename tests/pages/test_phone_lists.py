"""Every list of the example cluster as a phone shows it: a row is a card, each value carries its head, nothing touches."""

import pytest

from apps.tenancy.scope import unscoped
from tests import world as worlds
from tests.example import example_cluster
from tests.rooms import shown
from tests.world import in_days

from .conftest import open_screen
from .pages import Example
from .test_screens import measured
from .touching import HEADLESS

pytestmark = pytest.mark.browser
ADDRESSES = [(room.readers.get(name, "buyer"), address) for room in shown() for name, address in room.listed.items()]


@pytest.fixture(scope="module")
def example(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), example_cluster():
        with unscoped(reason=worlds.SYSTEM):
            found = Example.find()
        yield found, found.spots["scorecard"].path.strip("/").rpartition("/")[2]


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_value_of_every_list_carries_its_head_and_none_touches_the_next(browser, address, example, language):
    found, relation = example
    faults, examined = [], 0
    for reader in dict.fromkeys(who for who, _where in ADDRESSES):
        screen = open_screen(browser, address, found.people[reader], width=390, height=844, language=language)
        try:
            for where in (where for who, where in ADDRESSES if who == reader):
                cluster = found.spots["cluster"].path.strip("/").rpartition("/")[2]
                screen.go(where.format(relation=relation, month=f"{in_days(-30):%Y-%m}", cluster=cluster))
                examined += screen.page.evaluate(HEADLESS)
                faults += [f"{where}: {fault}" for fault in measured(screen)]
        finally:
            screen.page.goto("about:blank")
            screen.page.context.close()
        assert not screen.complaints
    assert not faults, "\n".join(faults)
    assert examined > 8
