"""What an act changes on an open page of either firm reaches it: the page hears a kind of event that the act sends."""

import re
from collections.abc import Callable, Iterable
from decimal import Decimal

import pytest
from django.db.models import Q

from apps.capacity import agreeing as capacity
from apps.capacity import services as groups
from apps.capacity import telling as told_capacity
from apps.events.models import DomainEvent
from apps.inventory import services as inventory
from apps.partners import relations, requests
from apps.planning import services as planning
from apps.planning import showing
from apps.planning.weeks import monday_of
from apps.production import services as production
from apps.production import telling as told_production
from apps.quality import services as quality
from apps.quality.models import InspectionLot
from apps.sharing import services as sharing
from apps.tenancy.scope import unscoped
from apps.tower import covers
from tests.apps.consigned import given
from tests.chain import announced, confirmed, received
from tests.rooms import shown
from tests.world import SYSTEM, as_person, in_days

from .shown import words_of

pytestmark = pytest.mark.long

D = Decimal
HEARD = re.compile(r"([a-z]+)(?:-list|-\d+)? from:body|data-live-list=\"([a-z ]+)\"")
AGE = re.compile(r"just now|\d+ (?:minutes?|hours?) ago|\d\d:\d\d")
# Pages that stay as they were opened, and why.
STILL = {
    "/account/people/": "a firm's own people",
    "/account/people/invitations/": "a firm's own people",
    "/account/tokens/": "a firm's own programs",
    "/imports/": "a firm's own files",
    "/imports/words/": "a firm's own files",
    "/inbox/": "hears of the inbox itself",
    "/members/": "how fresh firms are is counted with every act of anybody",
    "/tower/scorecards/": "sums of months",
    "/partners/sites/": "a firm's own sites",
    "/parts/": "nothing is told of what two firms agree of a part",
    "/parts/own/": "a firm's own parts",
}


def pages(world) -> list[str]:
    """Lists of all rooms, what the navigation leads to, and pages of single things that both firms read."""
    listed = (path for room in shown() for path in room.listed.values() if "{" not in path)
    more = (
        f"/partners/{world.relation.pk}/",
        f"/tower/parts/{world.part.pk}/",
        f"/tower/needs/{world.part.part_id}/{world.site.pk}/",
        f"/tower/customers/{world.part.pk}/{world.site.pk}/",
        "/tower/customers/?side=supplier",
        "/tower/outlook/?side=supplier",
        "/production/suppliers/",
        "/capacity/suppliers/",
        "/material/parts/?side=supplier",
        "/material/?side=supplier",
        "/deliveries/?view=all",
        "/orders/?view=all",
        "/plans/",
        "/capacity/",
    )
    return [path for path in dict.fromkeys((*listed, *more)) if path.partition("?")[0] not in STILL]


def acts(world) -> Iterable[tuple[str, list[Callable[[], object]]]]:
    """One after another, each on what the ones before left; what follows from one agreement is done together."""
    kept: dict[str, object] = {}

    def by(name: str, act: Callable[[], object], keep: str = "") -> Callable[[], object]:
        def done() -> None:
            with as_person(world, name):
                kept[keep] = act()

        return done

    relation, buyer, supplier = world.relation.pk, world.buyer.pk, world.supplier.pk

    def group():
        uses = [groups.Uses(None, partner_part_id=world.part.pk)]
        return groups.keep_group(site_id=world.supplier_site.pk, code="M-1", name="1호기", usual=D(900), parts=uses)

    def agree_capacity():
        week = monday_of(in_days(7))
        offer = {"group_id": kept["group"].pk, "relation_id": relation, "quantity": D(300), "first_week": week}
        return capacity.propose_capacity(**offer)

    def plan():
        rows = [planning.Planned(world.part.part_id, in_days(n), D(40)) for n in (2, 9)]
        return planning.publish_plan(site_id=world.site.pk, kind="demand", rows=rows)

    def count():
        return inventory.count_stock(site_id=world.site.pk, counted=[inventory.Counted(world.part.pk, D(25))])

    def decide():
        lot = InspectionLot.objects.order_by("-pk")[0]
        return quality.decide(lot_id=lot.pk, decided=[quality.Decided("rejected", lot.quantity, "surface")])

    def made():
        rows = [production.Made(None, D(30), partner_part_id=world.part.pk)]
        return production.report(site_id=world.supplier_site.pk, made=rows)

    def grant(kind: str, firm: int):
        return sharing.propose_grant(kind=kind, firm_id=firm)

    def agreed(kind: str, giver: str, firm: int) -> list[Callable[[], object]]:
        other = "buyer-admin" if giver == "supplier" else "supplier"
        tells = "buyer" if kind == covers.KIND else giver
        yes = by(other, lambda: sharing.agree_to_grant(grant_id=kept[kind].pk))
        return [by(giver, lambda: grant(kind, firm), kind), yes, by(tells, TELL[kind])]

    def revoked(kind: str) -> Callable[[], object]:
        return by("supplier", lambda: sharing.revoke_grant(grant_id=kept[kind].pk))

    yield "a plan is in force", [by("buyer", plan), by("buyer", count)]
    yield "demand is shown", [by("buyer", lambda: showing.show_levels(levels={relation: (1, 2, 3, 4)}))]
    yield "production is granted", agreed("production", "supplier", buyer)
    yield "production is reported", [by("supplier", made)]
    yield "capacity is kept", [by("supplier", group, "group")]
    yield "capacity is granted", agreed("capacity", "supplier", buyer)
    yes = by("buyer-admin", lambda: capacity.agree_capacity(agreement_id=kept["offer"].pk))
    yield "capacity is agreed", [by("supplier", agree_capacity, "offer"), yes]
    yield "days of supply are granted", agreed(covers.KIND, "buyer-admin", supplier)
    yield "material is agreed", [lambda: kept.update(steel=given.steel(world))]
    sent = [
        lambda: kept.update(note=given.sent(world, kept["steel"], 100)),
        lambda: given.received(world, kept["note"], (60, 5)),
    ]
    yield "material is sent and received", sent
    yield "an order is confirmed", [lambda: kept.update(order=confirmed(world))]
    come = [
        lambda: kept.update(sent=announced(world, kept["order"], quantity=60, packages=2)),
        lambda: received(world, kept["sent"], is_rest_missing=True),
    ]
    yield "a delivery is received", come
    yield "a lot is decided", [by("inspector", decide)]
    yield (
        "terms are proposed",
        [by("supplier", lambda: relations.propose_terms(relation_id=relation, freeze_days=5), "terms")],
    )
    yield "terms are agreed", [by("buyer-admin", lambda: relations.accept_terms(proposal_id=kept["terms"].pk))]
    ask = {"side": "buyer", "firm_id": buyer, "vendor_code": "B-1"}
    yield "a relation is asked for", [by("supplier", lambda: requests.request_relation(**ask), "request")]
    yield "grants are ended", [revoked(kind) for kind in ("production", "capacity", covers.KIND)]
    yield "demand is withdrawn", [by("buyer", lambda: showing.show_levels(levels={relation: ()}))]
    yield "a relation is ended", [by("buyer-admin", lambda: relations.end(relation_id=relation))]


TELL = {"production": told_production.tell, "capacity": told_capacity.tell, covers.KIND: covers.tell_covers}


def read(clients, found: list[str]) -> dict[tuple[str, str], tuple[str, set[str]]]:
    """(person, address) → what a page says, and the kinds that it listens to."""
    seen = {}
    for name, client in clients.items():
        for path in found:
            page = client.get(path)
            if page.status_code != 200:
                continue
            html = page.content.decode()
            kinds = {kind for one, more in HEARD.findall(html) for kind in (one or more).split()}
            seen[name, path] = AGE.sub("", words_of(html)), kinds
    return seen


def sent_to(firm_id: int, after: int) -> set[str]:
    """The kinds of events that open pages of a firm are sent: those of its relations, its own, and of its own acts."""
    of_firm = Q(buyer_id=firm_id) | Q(supplier_id=firm_id) | Q(organization_id=firm_id) | Q(actor_organization_id=firm_id)
    with unscoped(reason=SYSTEM):
        rows = DomainEvent.objects.filter(of_firm, pk__gt=after)
        return {subject.split("-")[0] for subject in rows.values_list("subject", flat=True)}


def test_what_an_act_changes_on_an_open_page_of_either_firm_reaches_it(world, committed, client_of):
    people = {"buyer": world.buyer, "supplier": world.supplier}
    clients = {name: client_of(name) for name in people}
    found = pages(world)
    given.steel(world, number="STL-0")  # who has material has a button to settle a month, beside the list
    assert len(found) > 30
    assert set(found) & set(STILL) == set()
    before = read(clients, found)
    deaf: dict[str, set[str]] = {}
    moved = 0
    for name, done in acts(world):
        with unscoped(reason=SYSTEM):
            last = max(DomainEvent.objects.values_list("pk", flat=True), default=0)
        for act in done:
            act()
        after = read(clients, found)
        for key in before.keys() & after.keys():
            (words, kinds), (now, _kinds) = before[key], after[key]
            if words != now:
                moved += 1
                if not kinds & sent_to(people[key[0]].pk, last):
                    deaf.setdefault(key[1], set()).add(f"{key[0]}: {name}")
        before = after
    assert moved > 60
    assert not deaf, "\n".join(f"{path}: {sorted(names)}" for path, names in deaf.items())
