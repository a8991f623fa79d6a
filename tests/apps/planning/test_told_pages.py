"""What pages say of one release: the same moments under the same names, whoever reads and wherever."""

import re
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from apps.planning import showing
from apps.planning.models import PartnerRelease
from apps.planning.services import Planned, publish_plan
from tests.world import as_person, in_days


def test_a_release_is_told_with_the_same_moments_by_name_everywhere(world, client_of):
    with as_person(world, "buyer"):
        showing.show_levels(levels={world.relation.pk: (1, 2, 3, 4)})
        drawn = timezone.now() - timedelta(minutes=50, seconds=20)
        rows = [Planned(world.part.part_id, in_days(3), Decimal(50))]
        publish_plan(site_id=world.site.pk, kind="demand", rows=rows, as_of=drawn)
        pk = PartnerRelease.objects.get().pk
    need = f"/tower/customers/{world.part.pk}/{world.site.pk}/"
    pages = {
        "supplier": ("/tower/customers/?side=supplier", need),
        "buyer": ("/tower/customers/?side=buyer", need, "/plans/suppliers/"),
    }
    for name, addresses in pages.items():
        for address in addresses:
            shown = client_of(name).get(address).content.decode()
            moments = set(re.findall(r"([\w ]+) (?:just now|\d+ \w+ ago)", shown))
            assert " ".join(shown.split()).count("released just now") == 1, address
            assert {words.strip() for words in moments} <= {"released", "plan drawn"}, address
            assert ("plan drawn 50 minutes ago" in " ".join(shown.split())) == ("/tower/" in address), address
        shown = client_of(name).get(f"/plans/told/{pk}/").content.decode()
        assert "<dt>Released</dt>" in shown
        assert "<dt>Plan drawn</dt>" in shown


def test_what_a_release_adds_or_takes_away_is_counted_and_listed(world, client_of):
    first, second = (Planned(part.part_id, in_days(3), Decimal(n)) for part, n in ((world.part, 50), (world.second_part, 7)))

    def release(*rows):
        with as_person(world, "buyer"):
            showing.show_levels(levels={world.relation.pk: (1, 2, 3, 4)})
            publish_plan(site_id=world.site.pk, kind="demand", rows=rows)
            return PartnerRelease.objects.get(is_current=True).pk

    browser = client_of("supplier")
    release(first)
    added = release(first, second)
    tab = browser.get("/tower/customers/?side=supplier&view=changed").content.decode()
    assert "CBL-100" in tab
    assert "BRK-2210" not in tab
    page = browser.get(f"/plans/told/{added}/").content.decode()
    assert "1 change" in page
    assert "+7" in page
    gone = browser.get(f"/plans/told/{release(first)}/").content.decode()
    assert "1 change" in gone
    assert "-7" in gone or "−7" in gone


def test_a_part_that_a_release_leaves_out_has_a_row_among_what_changed(world, client_of):
    """The bug: what nobody needs any more was gone from the list without a word."""
    first, second = (Planned(part.part_id, in_days(3), Decimal(n)) for part, n in ((world.part, 50), (world.second_part, 7)))
    with as_person(world, "buyer"):
        showing.show_levels(levels={world.relation.pk: (1, 2, 3, 4)})
        publish_plan(site_id=world.site.pk, kind="demand", rows=[first, second])
        publish_plan(site_id=world.site.pk, kind="demand", rows=[first])
    for name, side in (("supplier", "supplier"), ("buyer", "buyer")):
        tab = " ".join(client_of(name).get(f"/tower/customers/?side={side}&view=changed").content.decode().split())
        assert "CBL-100" in tab
        assert "removed" in tab
        assert "was 7 m" in tab
        assert "CBL-100" not in client_of(name).get(f"/tower/customers/?side={side}").content.decode()
    page = client_of("supplier").get(f"/tower/customers/{world.second_part.pk}/{world.site.pk}/").content.decode()
    assert "removed by the last release" in page
