"""Scores beside what both firms agreed to reach."""

from decimal import Decimal

import pytest
from django.urls import reverse

from apps.orders.models import ScheduleLine
from apps.partners import relations
from apps.tower.scorecard import Score
from apps.tower.targets import against
from apps.tower.trend import FEW
from tests.chain import announced, confirmed, received
from tests.world import as_if, as_person, in_days

ADMIN = "buyer-admin"


class Agreed:
    def __init__(self, otif=None, ppm=None):
        self.otif_target, self.ppm_target = otif, ppm


def scored(lines, otif, rejected=0):
    return Score(lines=lines, otif_base=otif, received={"H87": Decimal(1000)}, rejected={"H87": Decimal(rejected)})


@pytest.mark.parametrize(
    ("score", "agreed", "tones"),
    [
        (scored(20, 19), Agreed(95, 500), ["ok", "ok"]),
        (scored(20, 18, rejected=1), Agreed(95, 500), ["bad", "bad"]),
        (scored(20, 20, rejected=1), Agreed(None, 1000), ["ok"]),
        (scored(FEW - 1, 0), Agreed(95), ["mute"]),
        (scored(20, 0), Agreed(), []),
        (scored(20, 0), None, []),
        (Score(), Agreed(95, 500), []),
        (scored(20, 20), Agreed(100, 0), ["ok", "ok"]),
    ],
)
def test_each_agreed_target_is_reached_or_missed(score, agreed, tones):
    assert [tone for _words, _icon, tone in against(score, agreed)] == tones


def test_targets_are_agreed_by_both_and_stand_on_either_scorecard(world, client_of):
    for _ in range(FEW):
        received(world, announced(world, confirmed(world, days=2)))
    with as_person(world, "buyer"):  # in two days another month may have begun
        as_if(ScheduleLine.objects.all(), requested_date=in_days(0), otif_base_date=in_days(0))
    path = reverse("tower:relation", args=[world.relation.pk])
    assert "OTIF 95 %" not in client_of("buyer").get(path).content.decode()
    with as_person(world, ADMIN):
        proposal = relations.propose_terms(relation_id=world.relation.pk, otif_target=95, ppm_target=500)
    assert "OTIF 95 %" not in client_of("buyer").get(path).content.decode()
    with as_person(world, "supplier"):
        relations.accept_terms(proposal_id=proposal.pk)
    for who, side in (("buyer", "buyer"), ("supplier", "supplier")):
        for address in (path, reverse("tower:scorecards")):
            shown = client_of(who).get(f"{address}?side={side}").content.decode()
            assert "OTIF 95 % reached" in shown
            assert "None" not in shown
    chart = client_of("buyer").get(path).content.decode()
    assert 'name="target" inputmode="numeric" maxlength="3"\n        value="95"' in chart
