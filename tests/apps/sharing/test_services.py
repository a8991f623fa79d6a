"""A grant is proposed by one side, agreed by the other, ended by either; what it shows is asked of it at every look."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone, translation

from apps.events.models import DomainEvent, Notification
from apps.events.selectors import inbox_entry, notifications
from apps.learning.models import LotRisk
from apps.sharing import exceptions as wrong
from apps.sharing import services
from apps.sharing.told import words_of
from apps.tenancy.models import Grant
from tests.apps.consigned import given
from tests.apps.events.test_relay import publish
from tests.apps.quality.test_lot_risk import LOT, risks_by_each_wall, sharing
from tests.chain import announced, confirmed
from tests.world import as_if, as_person


def offered(world, **options):
    with as_person(world, "supplier"):
        return services.propose_grant(kind="lot_risk", firm_id=world.buyer.pk, **options)


def agreed(world, **options):
    grant = offered(world, **options)
    with as_person(world, "buyer-admin"):
        return services.agree_to_grant(grant_id=grant.pk)


def test_who_was_asked_agrees_and_nobody_else(world):
    grant = offered(world)
    with as_person(world, "supplier"), pytest.raises(wrong.OwnProposal):
        services.agree_to_grant(grant_id=grant.pk)
    with as_person(world, "stranger"), pytest.raises(wrong.UnknownGrant):
        services.agree_to_grant(grant_id=grant.pk)
    with as_person(world, "buyer-admin"):
        found = services.agree_to_grant(grant_id=grant.pk)
        assert (found.agreed_by_id, found.revoked_at) == (world.people["buyer-admin"].pk, None)
    with as_person(world, "buyer-admin"), pytest.raises(wrong.GrantAnswered):
        services.agree_to_grant(grant_id=grant.pk)


def test_a_firm_asks_and_the_one_that_has_it_agrees(world):
    with as_person(world, "buyer-admin"):
        grant = services.propose_grant(kind="lot_risk", firm_id=world.supplier.pk, is_offer=False)
        assert (grant.organization_id, grant.receiver_id) == (world.supplier.pk, world.buyer.pk)
    with as_person(world, "buyer-admin"), pytest.raises(wrong.OwnProposal):
        services.agree_to_grant(grant_id=grant.pk)
    with as_person(world, "supplier"):
        assert services.agree_to_grant(grant_id=grant.pk).agreed_at


def test_either_side_ends_it_once_in_its_own_name(world):
    for name, firm in (("supplier", world.supplier), ("buyer-admin", world.buyer)):
        grant = agreed(world)
        with as_person(world, name):
            assert services.revoke_grant(grant_id=grant.pk).revoked_firm_id == firm.pk
        with as_person(world, name), pytest.raises(wrong.GrantAnswered):
            services.revoke_grant(grant_id=grant.pk)


def test_what_is_not_possible_is_named(world):
    today = timezone.localdate()
    for error, place, asked in (
        (wrong.UnknownKind, "kind", {"kind": "nothing"}),
        (wrong.UnknownKind, "precision", {"precision": "vague"}),
        (wrong.UnknownFirm, "firm", {"firm_id": world.supplier.pk}),
        (wrong.UnknownFirm, "firm", {"firm_id": 10**6}),
        (wrong.NotOfBothFirms, "partner_part", {"partner_part_id": world.other_part.pk}),
        (wrong.EndsBeforeStart, "until", {"until": today - timedelta(days=1)}),
        (wrong.EndsBeforeStart, "until", {"starts_on": today + timedelta(days=3), "until": today}),
    ):
        with as_person(world, "supplier"), pytest.raises(error) as broken:
            services.propose_grant(**({"kind": "lot_risk", "firm_id": world.buyer.pk} | asked))
        assert broken.value.place == place
        assert broken.value.rule
        assert broken.value.remedy
    offered(world)
    with as_person(world, "supplier"), pytest.raises(wrong.GrantedAlready):
        services.propose_grant(kind="lot_risk", firm_id=world.buyer.pk)
    offered(world, precision="bucket")


def test_the_other_firm_hears_of_each_step_and_the_history_keeps_who(committed, world, monkeypatch):
    grant = agreed(world)
    with as_person(world, "buyer-admin"):
        services.revoke_grant(grant_id=grant.pk)
    publish(monkeypatch)
    heard = {}
    for name in ("supplier", "buyer-admin", "stranger"):
        with as_person(world, name):
            rows = Notification.objects.filter(user=world.people[name]).order_by("event_id")
            heard[name] = [row.event.event for row in rows.select_related("event")]
            assert all(row.event.subject == f"grant-{grant.pk}" for row in rows)
    assert heard == {"supplier": ["grant.agreed", "grant.revoked"], "buyer-admin": ["grant.proposed"], "stranger": []}
    with as_person(world, "supplier"):
        versions = Grant.pgh_event_model.objects.filter(pgh_obj_id=grant.pk).order_by("pgh_id")
        assert [row.pgh_context["organization"] for row in versions] == [
            [world.supplier.pk],
            [world.buyer.pk],
            [world.buyer.pk],
        ]
        assert DomainEvent.objects.filter(event="grant.proposed").count() == 0, "the firm that acted needs no telling"


def test_a_grant_to_another_firm_cannot_be_forged_in_the_receivers_scope(world):
    """Raw writes of the receiver: a grant agreed from the start, and one of a relation that is not theirs."""
    row = {"organization_id": world.supplier.pk, "receiver_id": world.buyer.pk, "kind": "lot_risk"}
    row |= {"starts_on": timezone.localdate(), "is_offer": False}
    with as_person(world, "buyer"):
        for forged in (
            {"agreed_at": timezone.now()},
            {"is_offer": True},
            {"relation_id": world.other_relation.pk},
            {"step": "customers", "receiver_id": None, "is_offer": True},
        ):
            with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
                Grant.objects.create(**row | forged)
        Grant.objects.create(**row, relation_id=world.relation.pk)


def test_a_lots_risk_is_gone_with_the_next_look_when_its_firm_ends_the_grant(world, committed):
    factory, run = sharing(world)
    announced(world, confirmed(world), lot="L1")
    assert factory.post("site/lots/", {"run": run.pk, "lots": [LOT]}).status_code == 200
    assert risks_by_each_wall(world, "inspector") == (1, 1)
    with as_person(world, "supplier"):
        services.revoke_grant(grant_id=Grant.objects.get(step="customers").pk)
        assert LotRisk.objects.count() == 1
    assert risks_by_each_wall(world, "inspector") == (0, 0)
    assert factory.post("site/lots/", {"run": run.pk, "lots": [LOT]}).json()["code"] == "not_shared"


@pytest.mark.parametrize(
    ("first", "last", "seen"), [(-2, -1, 0), (-2, 0, 1), (0, None, 1), (0, 0, 1), (1, None, 0), (1, 2, 0)]
)
def test_a_grant_shows_from_its_first_day_to_its_last(world, committed, first, last, seen):
    factory, run = sharing(world)
    announced(world, confirmed(world), lot="L1")
    factory.post("site/lots/", {"run": run.pk, "lots": [LOT]})
    today = timezone.localdate()
    with as_person(world, "supplier"):
        until = None if last is None else today + timedelta(days=last)
        as_if(Grant.objects.filter(step="customers"), starts_on=today + timedelta(days=first), until=until)
    assert risks_by_each_wall(world, "inspector") == (seen, seen)


def test_news_names_the_share_in_the_readers_language(committed, world, monkeypatch):
    """The bug: an inbox line said that a grant had ended, and not which of several."""
    with as_person(world, "supplier"):
        grant = services.propose_grant(kind="production", firm_id=world.buyer.pk, partner_part_id=world.part.pk)
    with as_person(world, "buyer-admin"):
        services.agree_to_grant(grant_id=grant.pk)
        services.revoke_grant(grant_id=grant.pk)
    publish(monkeypatch)
    told = {}
    for name in ("supplier", "buyer-admin"):
        with as_person(world, name):
            told[name] = [entry.text for entry in map(inbox_entry, notifications().order_by("event_id"))]
            with translation.override("ko"):
                assert all("생산, 정확" in inbox_entry(row).text for row in notifications())
    share = "Production, Exact, BRK-2210"
    assert told["buyer-admin"] == [f"대성 proposes a grant, please agree or refuse: what they show your firm: {share}"]
    assert told["supplier"] == [
        f"한빛 agreed to the grant that you proposed: what your firm shows them: {share}",
        f"한빛 ended a grant, nothing more is shared by it: what your firm shows them: {share}",
    ]
    assert words_of("대성") == {"label": "대성", "share": "data"}, "news from before"


def test_who_ends_a_grant_is_told_what_is_still_shared(world, client_of):
    """The bug: "nothing is shared any more" though capacity still was."""
    made = {}
    for kind in ("production", "capacity"):
        with as_person(world, "supplier"):
            made[kind] = services.propose_grant(kind=kind, firm_id=world.buyer.pk)
        with as_person(world, "buyer-admin"):
            services.agree_to_grant(grant_id=made[kind].pk)
    answer = client_of("supplier").post(f"/production/suppliers/{made['production'].pk}/end/", follow=True)
    assert "Your firm still shows Hanbit: Capacity, Exact." in answer.content.decode()
    answer = client_of("buyer-admin").post(f"/capacity/suppliers/{made['capacity'].pk}/end/", follow=True)
    assert "still shows" not in answer.content.decode()


def test_who_ends_sharing_production_is_told_what_consigned_material_still_tells(world, client_of):
    """The bug: nothing said that the customer goes on reading how much of its material is used, so how much is made."""

    def ended(part=None):
        with as_person(world, "supplier"):
            grant = services.propose_grant(kind="production", firm_id=world.buyer.pk, partner_part_id=part and part.pk)
        answer = client_of("supplier").post(f"/production/suppliers/{grant.pk}/end/", follow=True)
        return answer.content.decode()

    assert "still shows" not in ended()
    material = given.steel(world)
    told = "Your firm still shows Hanbit: what is received, used and settled of consigned material (STL-1)."
    assert told in ended()
    with as_person(world, "supplier"):
        other = services.propose_grant(kind="capacity", firm_id=world.buyer.pk)
    answer = client_of("supplier").post(f"/capacity/suppliers/{other.pk}/end/", follow=True)
    assert "STL-1" not in answer.content.decode(), "it tells of production alone"
    assert "still shows" not in ended(world.part), "it goes into no part of that name"
    given.into(world, material)
    assert told in ended(world.part)
    for number in ("STL-2", "STL-3", "STL-4", "STL-5"):
        given.steel(world, number=number)
    assert "(STL-1, STL-2, STL-3 and 2 more)" in ended()
    with as_person(world, "supplier"):
        mine = services.propose_grant(kind="production", firm_id=world.buyer.pk, is_offer=False)
    answer = client_of("supplier").post(f"/production/suppliers/{mine.pk}/end/", follow=True)
    assert "STL-1" not in answer.content.decode(), "what a customer hands out tells nothing of its own production"


def test_what_a_supplier_shows_stands_under_its_customers(world, client_of):
    """The bug: it stood on a page of its suppliers, which it has none of."""
    with as_person(world, "supplier"):
        services.propose_grant(kind="production", firm_id=world.buyer.pk)
    address = "/production/suppliers/"
    supplier, buyer = (client_of(name).get(address).content.decode() for name in ("supplier", "buyer-admin"))
    assert "Production shown to customers" in supplier
    assert "Your own, shown to customers" in supplier
    assert "Production of suppliers" not in supplier
    assert "Production of suppliers" in buyer
    assert buyer.index("Of partners, shown to you") < buyer.rindex("Daesung")
