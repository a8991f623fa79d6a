"""Shared by rule in one declaration: a table made for this test is walked like every other, buckets and expiry included."""

from datetime import timedelta

import pytest
from django.db import connections, models
from django.test.utils import isolate_apps
from django.utils import timezone

from apps.masterdata.models import PartnerPart
from apps.sharing import services
from apps.tenancy.access import Access, granted, own
from apps.tenancy.access.install import install
from apps.tenancy.models import Grant, Organization
from apps.tenancy.scope import ScopedManager, unscoped
from tests.walk.test_walls import differences, first_wall, scopes, second_wall
from tests.world import SYSTEM, as_person

KIND = "lot_risk"


@pytest.fixture
def production(world, committed):
    """A private table with a row of each precision and part, of two firms."""
    with isolate_apps("apps.tenancy"):

        class Production(models.Model):
            """What a firm makes of a part; the one line that shares it is `read`."""

            access = Access(
                read=own() | granted(KIND, part="partner_part", precision="precision"), write=own(), reason="shared by grant"
            )
            organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
            partner_part = models.ForeignKey(PartnerPart, on_delete=models.PROTECT, related_name="+")
            precision = models.CharField(max_length=8, choices=Grant.Precision)
            told = models.CharField(max_length=20)
            objects = ScopedManager()

            class Meta:
                app_label = "tenancy"
                db_table = "tests_production"

            def __str__(self):
                return self.told

    owner = connections["owner"]
    with owner.schema_editor() as editor:
        editor.create_model(Production)
    install(owner, [Production])
    with unscoped(reason=SYSTEM):
        for firm, part in (
            (world.supplier, world.part),
            (world.supplier, world.second_part),
            (world.stranger, world.other_part),
        ):
            for precision, told in (("exact", "1,234"), ("bucket", "1,000 to 2,000"), ("yes_no", "yes")):
                Production._base_manager.create(organization=firm, partner_part=part, precision=precision, told=told)
    yield Production
    with owner.schema_editor() as editor:
        editor.delete_model(Production)


def give(world, **options):
    with as_person(world, "supplier"):
        grant = services.propose_grant(kind=KIND, firm_id=world.buyer.pk, **options)
    with as_person(world, "buyer-admin"):
        return services.agree_to_grant(grant_id=grant.pk)


def told(world, model) -> dict[str, list[str]]:
    """Who is told what, by each wall alone, which agree."""
    found = {}
    for name, scope in scopes(world).items():
        one, two = first_wall(model, scope), second_wall(model, scope, "read", dict)
        assert one == two, name
        with unscoped(reason=SYSTEM):
            found[name] = sorted(model._base_manager.filter(pk__in=one).values_list("told", flat=True))
    return found


def walk(world, model):
    wrong, counted = differences(world, [model])
    assert wrong == []
    assert counted["comparisons"] >= 4 * len(world.people)


def test_nothing_is_shared_without_a_grant_or_before_it_is_agreed(world, production):
    with as_person(world, "supplier"):
        services.propose_grant(kind=KIND, firm_id=world.buyer.pk)
    found = told(world, production)
    assert len(found["supplier"]) == 6
    assert len(found["stranger"]) == 3
    assert {name for name, rows in found.items() if rows} == {"supplier", "supplier-quality", "stranger"}
    walk(world, production)


@pytest.mark.parametrize(
    ("precision", "seen"), [("exact", ["1,234"] * 2), ("bucket", ["1,000 to 2,000"] * 2), ("yes_no", ["yes"] * 2)]
)
def test_a_grant_shows_its_precision_and_never_the_figure_behind_it(world, production, precision, seen):
    give(world, precision=precision)
    found = told(world, production)
    assert found["buyer"] == found["inspector"] == seen
    assert len(found["stranger"]) == 3
    assert found["coordinator"] == found["nobody"] == []
    walk(world, production)


def test_a_grant_of_one_part_shows_that_part_only(world, production):
    grant = give(world, precision="bucket", partner_part_id=world.part.pk)
    assert grant.relation_id == world.relation.pk
    assert told(world, production)["buyer"] == ["1,000 to 2,000"]
    walk(world, production)


def test_a_grant_ends_with_its_last_day_and_when_it_is_revoked(world, production):
    today = timezone.localdate()
    grant = give(world, until=today)
    assert told(world, production)["buyer"] == ["1,234"] * 2
    for first, last, seen in ((-9, -1, 0), (1, 9, 0), (-1, 1, 2)):
        with unscoped(reason=SYSTEM):
            days = {"starts_on": today + timedelta(days=first), "until": today + timedelta(days=last)}
            Grant.objects.filter(pk=grant.pk).update(**days)
        assert len(told(world, production)["buyer"]) == seen
        walk(world, production)
    with as_person(world, "buyer-admin"):
        services.revoke_grant(grant_id=grant.pk)
    assert told(world, production)["buyer"] == []
    walk(world, production)
