"""What partners show to the walks."""

from apps.partners import relations, requests
from apps.partners.models import RelationContact, TermsProposal
from apps.tenancy.models import Site, TradingRelation
from tests.rooms import Shown, Spot
from tests.world import as_person


def request(world):
    """One that waits, for the other direction."""
    with as_person(world, "supplier"):
        return requests.request_relation(side="buyer", firm_id=world.buyer.pk, vendor_code="B-1", note="다른 방향")


def told(world):
    """A proposal, and a contact of each side."""
    with as_person(world, "supplier"):
        if waiting := TermsProposal.objects.first():
            return waiting, RelationContact.objects.first()
        contact = relations.add_contact(relation_id=world.relation.pk, name="오세훈", duty="출하", phone="041-555-0101")
        proposal = relations.propose_terms(relation_id=world.relation.pk, freeze_days=5, note="금형 교체")
    with as_person(world, "buyer"):
        relations.add_contact(relation_id=world.relation.pk, name="김지원", email="buyer@test.example")
    return proposal, contact


def things(world):
    asked, (proposal, contact) = request(world), told(world)
    return {
        r"^partners/": world.relation.pk,
        r"^partners/requests/": asked.pk,
        "<int:proposal_pk>": proposal.pk,
        "<int:contact_pk>": contact.pk,
        r"api/\^relations/": world.relation.pk,
        r"api/\^relation-requests/": asked.pk,
        r"api/\^terms-proposals/": proposal.pk,
        r"api/\^relation-contacts/": contact.pk,
        r"^partners/sites/": world.site.pk,
        r"api/\^sites/": world.site.pk,
    }


def spots():
    relation = TradingRelation.objects.order_by("pk").first()
    return {
        "relation": Spot(f"/partners/{relation.pk}/"),
        "relation-of-supplier": Spot(f"/partners/{relation.pk}/", relation.supplier_id),
        "site": Spot(f"/partners/sites/{Site.objects.get(code='ASN2').pk}/"),
    }


SHOWN = Shown(
    things=things,
    whole=told,
    fill=request,
    texts={"partners_relationcontact.email": "checked by EmailField"},
    spots=spots,
    screens=(
        ("sites", "admin", "/partners/sites/"),
        ("site", "admin", "site"),
        ("relations", "admin", "/partners/"),
        ("new-request", "admin", "/partners/new/"),
        ("relation", "admin", "relation"),
        ("vendor-codes", "admin", "/partners/codes/"),
        ("relation-of-supplier", "seller", "relation-of-supplier"),
    ),
    listed={"relations": "/partners/", "relation-requests": "/partners/requests/", "sites": "/partners/sites/"},
    stock=request,
    lists=(
        ("/api/sites/", 2),
        ("/api/relations/", 2),
        ("/api/relation-requests/", 2),
        ("/api/terms-proposals/", 2),
        ("/api/relation-contacts/", 2),
    ),
    empty={
        ("coordinator", "/partners/sites/"): "at an office nothing arrives, leaves or is made",
        ("coordinator", "/partners/"): "an office trades with nobody",
    },
    pages=(("/partners/sites/", 4), ("/partners/", 6)),
)
