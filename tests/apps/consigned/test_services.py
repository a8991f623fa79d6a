"""Material is handed out, received, used, lost, counted and returned; both firms read one balance, and nothing half-written
stays of what is refused."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone, translation
from pypdf import PdfReader

from apps.common.units import MixedUnits
from apps.consigned import documents, selectors, services
from apps.consigned import exceptions as wrong
from apps.consigned.history import material_history
from apps.consigned.models import ConsignmentLine, ConsignmentNote, MaterialLoss, MaterialUse
from apps.consigned.services import Arrived, Sent, Use
from apps.inventory import exceptions as stock_wrong
from apps.inventory import services as inventory
from apps.inventory.models import ConsignedPart, StockBalance, StockMovement
from apps.inventory.services import moved, post
from apps.orders.exceptions import RelationStopped
from apps.production import services as production
from apps.production.exceptions import CustomerUnknown, MaterialMissing
from apps.production.models import Missing
from apps.production.services import Made
from apps.tenancy import services as tenancy
from apps.tenancy.checks import WrongSide
from apps.tenancy.exceptions import UnknownOwnSite
from apps.tenancy.models import TradingRelation
from apps.tenancy.scope import unscoped
from tests.world import SYSTEM, as_if, as_person

from .given import at_buyer, counted, into, lost, received, sent, steel, there

D = Decimal


def refused(world, who, kind, service, **arguments):
    with as_person(world, who), pytest.raises(kind) as caught, transaction.atomic():
        service(**arguments)
    return caught.value


def made(world, quantity, rejected=0, **rest):
    with as_person(world, "supplier"):
        reason = "setup" if rejected else ""
        row = Made(None, D(quantity), D(rejected), reason, partner_part_id=world.part.pk, **rest)
        return production.report(site_id=world.supplier_site.pk, made=[row])[0]


def test_what_is_handed_out_is_on_its_way_and_then_there_and_both_read_the_same(world):
    material = steel(world)
    note = sent(world, material, 300)
    assert (note.number, note.kind, note.status) == (f"CN-{world.relation.vendor_code}-00001", "handed", "sent")
    assert there(world, material) == there(world, material, who="buyer") == {"in_transit": 300}
    assert at_buyer(world, material) == 700
    note = received(world, note)
    assert note.status == "received"
    assert there(world, material) == there(world, material, who="buyer") == {"available": 300}
    with as_person(world, "supplier"):
        line = note.lines.get()
        assert (line.lot, line.received_quantity, line.open_quantity) == ("H1", 300, 0)
        heap = StockBalance.objects.get(consigned_part=material, status="available")
        assert (heap.owner_id, heap.organization_id) == (world.buyer.pk, world.supplier.pk)


def test_differences_are_named_and_the_rest_may_come_later(world):
    material = steel(world)
    note = sent(world, material, 300)
    note = received(world, note, (100, 5), is_rest_missing=False)
    assert note.status == "partly"
    assert there(world, material) == {"available": 100, "blocked": 5, "in_transit": 195}
    note = received(world, note, (190, 0))
    assert note.status == "received"
    assert there(world, material, who="buyer") == {"available": 290, "blocked": 5}
    with as_person(world, "buyer"):
        line = ConsignmentLine.objects.get(note=note)
        assert (line.received_quantity, line.damaged_quantity, line.missing_quantity) == (290, 5, 5)
        assert StockMovement.objects.get(kind="lost").quantity == -5


def test_more_than_was_sent_is_refused_at_its_place(world):
    material = steel(world)
    note = sent(world, material, 300)
    with as_person(world, "supplier"):
        line = note.lines.get().pk
    error = refused(
        world, "supplier", wrong.MoreThanSent, services.receive, note_id=note.pk, arrived=[Arrived(line, D(301))]
    )
    assert (error.place, error.value, error.facts["open"]) == ("lines[0].quantity", 301, 300)
    rows = [Arrived(line, D(1)), Arrived(line, D("1.0001"))]
    error = refused(world, "supplier", wrong.ReceivedTwice, services.receive, note_id=note.pk, arrived=rows)
    assert error.place == "lines[1].line"
    assert there(world, material) == {"in_transit": 300}


def test_lots_are_kept_apart_and_the_oldest_leaves_first(world):
    material = steel(world, laid=100, lot="H1")
    with as_person(world, "buyer"):
        row = inventory.Counted(None, D(50), lot="H2", part_id=material.part_id)
        inventory.count_stock(site_id=world.site.pk, counted=[row])
    note = sent(world, material, 120)
    with as_person(world, "buyer"):
        assert list(note.lines.order_by("position").values_list("lot", "quantity")) == [("H1", 100), ("H2", 20)]
    received(world, note)
    assert there(world, material, lot="H2") == {"available": 20}


def test_what_partners_delivered_of_a_part_is_handed_on(world):
    """The buyer's shaft of another supplier goes to this one: out of the heap of the delivery."""
    with as_person(world, "buyer"):
        material = services.agree_material(relation_id=world.relation.pk, part_id=world.other_part.part_id)
        inventory.count_stock(site_id=world.site.pk, counted=[inventory.Counted(world.other_part.pk, D(8))])
    received(world, sent(world, material, 5))
    with as_person(world, "buyer"):
        assert StockBalance.objects.get(partner_part=world.other_part).quantity == 3
    assert there(world, material) == {"available": 5}


@pytest.mark.parametrize(
    ("line", "kind", "place"),
    [
        ({"quantity": D(1001)}, wrong.NotThere, "lines[0].quantity"),
        ({"quantity": D(1), "lot": "NONE"}, wrong.LotNotThere, "lines[0].lot"),
        ({"quantity": D(1), "unit": "H87"}, MixedUnits, "lines[0].unit"),
        ({"quantity": D("0.0001")}, wrong.InvalidQuantity, "lines[0].quantity"),
        ({"quantity": D(-1)}, wrong.InvalidQuantity, "lines[0].quantity"),
        ({"quantity": D("NaN")}, wrong.InvalidQuantity, "lines[0].quantity"),
        ({"quantity": D(1), "status": "in_transit"}, wrong.NotThere, "lines[0].status"),
    ],
)
def test_what_cannot_leave_is_refused_by_line_and_nothing_is_written(world, line, kind, place):
    material = steel(world)
    arguments = {
        "relation_id": material.relation_id,
        "buyer_site_id": world.site.pk,
        "supplier_site_id": world.supplier_site.pk,
        "lines": [Sent(material.pk, **line), Sent(material.pk, D(10))],
    }
    assert refused(world, "buyer", kind, services.send, **arguments).place == place
    with as_person(world, "buyer"):
        assert not ConsignmentNote.objects.exists()
    assert at_buyer(world, material) == 1000


def test_a_unit_of_the_same_kind_is_converted(world):
    material = steel(world)
    note = sent(world, material, "0.25", unit="TNE")
    with as_person(world, "buyer"):
        assert note.lines.get().quantity == 250


def test_a_note_names_sites_and_material_of_its_two_firms(world):
    material = steel(world)
    other = steel(world, laid=0, relation=world.other_relation)
    base = {"relation_id": material.relation_id, "lines": [Sent(material.pk, D(1))]}
    here, there_ = world.site.pk, world.supplier_site.pk
    for sites, place in (((there_, there_), "buyer_site"), ((here, here), "supplier_site")):
        arguments = {**base, "buyer_site_id": sites[0], "supplier_site_id": sites[1]}
        assert refused(world, "buyer", wrong.UnknownPlace, services.send, **arguments).place == place
    good = {**base, "buyer_site_id": here, "supplier_site_id": there_}
    assert refused(world, "buyer", wrong.UnknownMaterial, services.send, **{**good, "lines": [Sent(other.pk, D(1))]})
    assert refused(world, "buyer", wrong.NothingSent, services.send, **{**good, "lines": []})
    yesterday = timezone.localdate() - timedelta(days=1)
    assert refused(world, "buyer", wrong.ArrivesBefore, services.send, **good, arrives_on=yesterday)


def test_nothing_more_is_handed_out_where_it_has_ended_but_it_comes_back(world):
    material = steel(world)
    received(world, sent(world, material, 100))
    with as_person(world, "buyer"):
        services.end_material(consigned_part_id=material.pk)
    with pytest.raises(wrong.UnknownMaterial):
        sent(world, material, 1)
    with as_person(world, "buyer-admin"):
        as_if(TradingRelation.objects.filter(pk=world.relation.pk), ended_at=timezone.now(), ended_firm=world.buyer)
    with pytest.raises(RelationStopped):
        sent(world, material, 1)
    back = sent(world, material, 40, who="supplier")
    assert (back.number, back.kind) == (f"MR-{world.relation.vendor_code}-00001", "returned")
    received(world, back, who="receiver")
    assert there(world, material) == {"available": 60}
    assert at_buyer(world, material) == 940


def test_what_came_damaged_is_returned_and_lies_with_the_owner_again(world):
    material = steel(world)
    received(world, sent(world, material, 100), (90, 10))
    received(world, sent(world, material, 10, who="supplier", status="blocked"), (0, 10), who="buyer")
    assert there(world, material) == {"available": 90}
    with as_person(world, "buyer"):
        assert StockBalance.objects.get(part_id=material.part_id, status="blocked").quantity == 10


@pytest.mark.parametrize("who", ["buyer", "supplier"])
def test_a_note_taken_back_lies_where_it_lay_once(world, who):
    material = steel(world)
    received(world, sent(world, material, 100))
    before = (there(world, material), at_buyer(world, material))
    note = sent(world, material, 30, who=who)
    other = {"buyer": "supplier", "supplier": "buyer"}[who]
    assert refused(world, other, WrongSide, services.cancel, note_id=note.pk)
    with as_person(world, who):
        assert services.cancel(note_id=note.pk).status == "cancelled"
    assert (there(world, material), at_buyer(world, material)) == before
    assert refused(world, who, wrong.WrongNoteState, services.cancel, note_id=note.pk)
    assert refused(world, other, wrong.WrongNoteState, services.receive, note_id=note.pk)


def test_a_note_of_which_something_came_is_not_taken_back(world):
    material = steel(world)
    note = sent(world, material, 100)
    received(world, note, (1, 0), is_rest_missing=False)
    assert refused(world, "buyer", wrong.WrongNoteState, services.cancel, note_id=note.pk).value
    assert refused(world, "buyer", WrongSide, services.receive, note_id=note.pk)


def test_what_a_note_says_of_its_way_is_not_taken_back(world):
    """By the walls themselves: neither side goes back behind what came."""
    material = steel(world)
    note = sent(world, material, 100)
    received(world, note, (60, 5))
    for who in ("buyer", "supplier"):
        for change in ({"status": "cancelled"}, {"status": "partly"}, {"status": "sent"}):
            with as_person(world, who), pytest.raises(DatabaseError), transaction.atomic():
                ConsignmentNote.objects.filter(pk=note.pk).update(**change)
        with as_person(world, who), pytest.raises(DatabaseError), transaction.atomic():
            ConsignmentLine.objects.filter(note=note).update(received_quantity=0)


def test_production_uses_the_owners_material_and_nobody_elses(world):
    material = steel(world)
    into(world, material, "0.5", scrap="0.02")
    received(world, sent(world, material, 100))
    report = made(world, 90, 10)
    assert there(world, material, who="buyer") == {"available": 49}  # 100 pieces of 0.5 kg and 2 % on top
    with as_person(world, "buyer"):
        moves = StockMovement.objects.filter(kind__in=("used", "spoilt")).order_by("pk")
        assert [(move.kind, move.quantity) for move in moves] == [("used", D("-45.9")), ("spoilt", D("-5.1"))]
        assert {(move.owner_id, move.reference) for move in moves} == {(world.buyer.pk, report.number)}
    with as_person(world, "supplier"):
        production.reverse(report_id=report.pk)
    assert there(world, material, who="buyer") == {"available": 100}


def test_an_own_part_behind_the_customers_takes_the_customers_material(world):
    from apps.masterdata.services import create_part

    material = steel(world)
    into(world, material)
    received(world, sent(world, material, 100))
    with as_person(world, "supplier"):
        own = create_part(number=world.part.own_number, name="브래킷")
        production.report(site_id=world.supplier_site.pk, made=[Made(own.pk, D(20))])
    assert there(world, material) == {"available": 90}


def test_of_several_customers_parts_behind_one_own_part_the_customers_is_reported(world):
    from apps.masterdata.models import PartnerPart
    from apps.masterdata.services import create_part

    material, cable = steel(world), steel(world, number="COP-1")
    into(world, material)
    into(world, cable, part=world.second_part)
    with as_person(world, "supplier"):
        PartnerPart.objects.filter(pk=world.second_part.pk).update(own_number=world.part.own_number)
        own = create_part(number=world.part.own_number, name="브래킷")
    received(world, sent(world, material, 100))
    rows = [Made(own.pk, D(20))]
    error = refused(world, "supplier", CustomerUnknown, production.report, site_id=world.supplier_site.pk, made=rows)
    assert (error.place, error.value) == ("rows[0].part", "BRK-2210, CBL-100")
    made(world, 20)
    assert there(world, material) == {"available": 90}


def test_nobodys_material_goes_into_a_part_that_another_gets_too(world):
    """The other customer hands out nothing: its parts take none of the first one's steel."""
    from apps.masterdata.models import PartnerPart
    from apps.masterdata.services import create_part
    from apps.production.grid import rows as grid_rows

    material = steel(world)
    into(world, material)
    received(world, sent(world, material, 100))
    with as_person(world, "supplier"):
        PartnerPart.objects.filter(pk=world.second_part.pk).update(own_number=world.part.own_number)
        own = create_part(number=world.part.own_number, name="브래킷")
        offered = {row.partner_part_id for row in grid_rows(world.supplier_site, world.supplier_site.today)}
    assert {world.part.pk, world.second_part.pk} <= offered
    rows = [Made(own.pk, D(20))]
    error = refused(world, "supplier", CustomerUnknown, production.report, site_id=world.supplier_site.pk, made=rows)
    assert (error.place, error.value) == ("rows[0].part", "BRK-2210, CBL-100")
    with as_person(world, "supplier"):
        made = [Made(None, D(20), partner_part_id=world.second_part.pk)]
        production.report(site_id=world.supplier_site.pk, made=made)
    assert there(world, material) == {"available": 100}
    with as_person(world, "buyer"):
        as_if(PartnerPart.objects.filter(pk=world.second_part.pk), ended_at=timezone.now())
    with as_person(world, "supplier"):
        production.report(site_id=world.supplier_site.pk, made=[Made(own.pk, D(20))])
    assert there(world, material) == {"available": 90}


def test_the_owner_hears_of_its_material_and_not_how_much_is_reported_beside_it(world):
    from apps.events.models import DomainEvent

    material = steel(world)
    into(world, material)
    received(world, sent(world, material, 100))
    with as_person(world, "supplier"):
        made = [Made(None, D(n), partner_part_id=part.pk) for n, part in ((20, world.part), (3, world.second_part))]
        production.report(site_id=world.supplier_site.pk, made=made)
    with as_person(world, "buyer"):
        (news,) = DomainEvent.objects.filter(event="consigned.used")
        assert news.label == "STL-1"


def test_each_revision_of_an_own_part_takes_the_customers_material(world):
    from apps.masterdata.services import create_part

    material = steel(world)
    into(world, material)
    received(world, sent(world, material, 100))
    with as_person(world, "supplier"):
        first = create_part(number=world.part.own_number, name="브래킷", revision="A")
        second = create_part(number=world.part.own_number, name="브래킷", revision="B")
        made = [Made(first.pk, D(20)), Made(second.pk, D(40))]
        production.report(site_id=world.supplier_site.pk, made=made)
    assert there(world, material) == {"available": 70}


def test_use_of_more_than_is_there_is_refused_or_said(world):
    from apps.planning import services as planning

    material = steel(world)
    into(world, material)
    received(world, sent(world, material, 10))
    rows = [Made(None, D(30), partner_part_id=world.part.pk)]
    error = refused(world, "supplier", MaterialMissing, production.report, site_id=world.supplier_site.pk, made=rows)
    assert (error.place, error.value, error.facts["missing"]) == ("rows[0].good", "STL-1", 5)
    assert there(world, material) == {"available": 10}
    with as_person(world, "supplier"):
        planning.keep_making_rule(site_id=world.supplier_site.pk, shortage="take", over_share=D(1))
    report = made(world, 30)
    assert there(world, material) == {}
    with as_person(world, "supplier"):
        assert list(Missing.objects.filter(report=report).values_list("consigned_part", "quantity")) == [(material.pk, 5)]


def test_a_count_of_far_more_of_a_customers_material_than_the_ledger_has_is_a_question(world):
    material = steel(world)
    received(world, sent(world, material, 100))
    with pytest.raises(stock_wrong.FarAboveLedger) as caught:
        counted(world, material, 999_999)
    assert caught.value.facts == {"part": "STL-1", "ledger": 100}
    assert there(world, material) == {"available": 100}


def test_a_count_is_the_holders_and_its_difference_is_read_by_both(world):
    material = steel(world)
    received(world, sent(world, material, 100))
    assert counted(world, material, 97) == 1
    assert there(world, material, who="buyer") == {"available": 97}
    with as_person(world, "buyer"):
        assert StockMovement.objects.get(kind="count", consigned_part=material).quantity == -3
    gone = inventory.Counted(None, D(0), lot="NONE", consigned_part_id=material.pk)
    arguments = {"site_id": world.supplier_site.pk, "counted": [gone]}
    error = refused(world, "supplier", stock_wrong.NothingLayThere, inventory.count_stock, **arguments)
    assert (error.place, error.value) == ("rows[0].quantity", "NONE")
    row = inventory.Counted(None, D(1), consigned_part_id=material.pk)
    for site, place in ((world.supplier_site, "site"), (world.site, "rows[0].part")):
        error = refused(world, "buyer", stock_wrong.UnknownStock, inventory.count_stock, site_id=site.pk, counted=[row])
        assert error.place == place
    row = inventory.Counted(None, D(1), "in_transit", consigned_part_id=material.pk)
    arguments = {"site_id": world.supplier_site.pk, "counted": [row]}
    error = refused(world, "supplier", stock_wrong.InvalidCount, inventory.count_stock, **arguments)
    assert (error.place, error.value) == ("rows[0].status", "in_transit")
    row = inventory.Counted(None, D(1), unit="H87", consigned_part_id=material.pk)
    assert refused(world, "supplier", MixedUnits, inventory.count_stock, **{**arguments, "counted": [row]})


def test_a_loss_takes_what_lies_blocked_first_and_no_more_than_is_there(world):
    material = steel(world)
    received(world, sent(world, material, 100), (90, 10))
    loss = lost(world, material, 15)
    assert (loss.number, loss.quantity) == (f"ML-{world.relation.vendor_code}-00001", 15)
    assert there(world, material, who="buyer") == {"available": 85}
    for arguments, kind in (
        ({"quantity": 86}, wrong.NotThere),
        ({"quantity": 1, "lot": "X"}, wrong.LotNotThere),
        ({"quantity": 1, "reason": "mood"}, wrong.ReasonMissing),
        ({"quantity": 1, "unit": "H87"}, MixedUnits),
        ({"quantity": 0}, wrong.InvalidQuantity),
    ):
        with pytest.raises(kind):
            lost(world, material, **arguments)
    losses = [services.Loss(material.pk, D(1), "lost")]
    assert refused(world, "buyer", UnknownOwnSite, services.report_losses, site_id=world.supplier_site.pk, losses=losses)
    assert there(world, material) == {"available": 85}
    with as_person(world, "buyer"):
        assert MaterialLoss.objects.count() == 1


def test_the_owner_writes_nothing_of_what_lies_at_the_holder(world):
    """By the walls themselves: neither a heap nor a movement of the supplier's but what is on its way."""
    material = steel(world)
    received(world, sent(world, material, 100))
    with as_person(world, "buyer"):
        assert StockBalance.objects.filter(consigned_part=material, status="available").update(quantity=1) == 0
        key = {"organization_id": world.supplier.pk, "owner_id": world.buyer.pk, "consigned_part_id": material.pk}
        move = {**key, "site_id": world.supplier_site.pk, "unit": "KGM", "quantity": D(-1), "kind": "used"}
        for status in ("available", "blocked"):
            with pytest.raises(DatabaseError), transaction.atomic():
                inventory.post([inventory.Move(**move, status=status)])
    assert there(world, material) == {"available": 100}


def test_two_suppliers_of_one_buyer_learn_nothing_of_each_other(world):
    material, other = steel(world), steel(world, laid=0, relation=world.other_relation)
    into(world, material)
    note = sent(world, material, 100)
    received(world, note)
    lost(world, material, 1)
    with as_person(world, "stranger"):
        assert list(ConsignedPart.objects.values_list("pk", flat=True)) == [other.pk]
        for model in (StockBalance, StockMovement, ConsignmentNote, ConsignmentLine, MaterialLoss, MaterialUse):
            assert not model.objects.exists()
            assert not model._base_manager.exists()
    assert refused(world, "stranger", wrong.UnknownNote, services.receive, note_id=note.pk)


def test_who_agrees_material_and_what_goes_into_parts_is_its_owner(world):
    material = steel(world, unit_price=D(1200), is_charged=True, allowed_loss=D("0.02"))
    assert (material.unit, material.is_charged) == ("KGM", True)
    with pytest.raises(wrong.AgreedTwice):
        steel(world)
    arguments = {"consigned_part_id": material.pk, "is_charged": False, "unit_price": None, "allowed_loss": D(0)}
    assert refused(world, "supplier", wrong.NoSuchMaterial, services.change_material, **arguments)
    assert refused(world, "buyer", wrong.InvalidTerms, services.change_material, **{**arguments, "allowed_loss": D(1)})
    assert refused(world, "buyer", wrong.InvalidTerms, services.change_material, **{**arguments, "unit_price": D(-1)})
    uses = [Use(material.pk, D(1)), Use(material.pk, D(0)), Use(10**9, D(1))]
    error = refused(world, "buyer", wrong.InvalidUse, services.keep_uses, partner_part_id=world.part.pk, uses=uses)
    assert [one.place for one in (error, *error.others)] == ["uses[1].material", "uses[1].quantity", "uses[2].material"]
    assert refused(world, "supplier", wrong.UnknownMadePart, services.keep_uses, partner_part_id=world.part.pk, uses=[])
    other = [Use(material.pk, D(1))]
    assert refused(
        world, "buyer", wrong.UnknownMaterial, services.keep_uses, partner_part_id=world.other_part.pk, uses=other
    )
    into(world, material)
    with as_person(world, "buyer"):
        services.keep_uses(partner_part_id=world.part.pk, uses=[])
        assert not MaterialUse.objects.exists()


def test_numbers_count_by_the_relation_and_a_note_is_taken_back_by_what_it_took(world, committed):
    """Of one counter a supplier reads how many notes others got; of two by number, one would bring the other back too."""
    mine, others = steel(world), steel(world, number="STL-9", relation=world.other_relation)
    note = sent(world, mine, 100)
    with unscoped(reason=SYSTEM):
        theirs = tenancy.add_site(organization_id=world.stranger.pk, code="S1", name="공장")
    with as_person(world, "buyer"):
        places = {"buyer_site_id": world.site.pk, "supplier_site_id": theirs.pk}
        line = Sent(others.pk, D(70))
        other = services.send(relation_id=world.other_relation.pk, lines=[line], **places)
        assert note.number.rpartition("-")[2] == other.number.rpartition("-")[2] == "00001"
        services.cancel(note_id=note.pk)
    assert at_buyer(world, mine) == 1000
    assert at_buyer(world, others) == 930
    with as_person(world, "buyer"):
        services.cancel(note_id=other.pk)
    assert at_buyer(world, others) == 1000


def test_a_note_goes_back_to_the_heaps_that_it_took_whatever_bears_its_number(world):
    material = steel(world)
    note = sent(world, material, 100)
    with as_person(world, "buyer"):
        heap = StockBalance.objects.on_side("organization").get(part_id=material.part_id)
        post([moved(heap, D(-30), kind="sent", reference=note.number)])  # another document of the same number
        services.cancel(note_id=note.pk)
    assert at_buyer(world, material) == 970


def test_the_owner_reads_no_number_of_a_production_report(world, client_of):
    material = steel(world)
    into(world, material)
    received(world, sent(world, material, 300))
    report = made(world, 90, 10)
    path = f"/material/movements/?material={material.pk}"
    assert report.number in client_of("supplier").get(f"{path}&side=supplier").content.decode()
    shown = client_of("buyer").get(f"{path}&side=buyer").content.decode()
    assert "Used in production" in shown
    assert "Used for rejected pieces" in shown
    assert report.number not in shown


def test_what_goes_into_a_part_is_told_with_its_history(world):
    material = steel(world)
    into(world, material, "0.5")
    into(world, material, "0.7")
    with as_person(world, "buyer"):
        services.keep_uses(partner_part_id=world.part.pk, uses=[])
        _changes, told = material_history(selectors.material(material.pk))
    assert [(str(row.label), row.old, row.new) for row in told if "BRK-2210: Quantity" in str(row.label)] == [
        ("BRK-2210: Quantity", "0.5", "0.7"),
        ("BRK-2210: Quantity", "0.7", "none any more"),
    ]


def test_what_waits_is_counted_beside_the_entry_of_who_does_it(world):
    material = steel(world)
    sent(world, material, 100)
    with as_person(world, "supplier"):
        assert selectors.badges() == {"material": 1}
    with as_person(world, "buyer"):
        assert selectors.badges() == {"material": 0}
    with as_person(world, "coordinator"):
        assert selectors.badges() == {}


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_note_has_its_paper(world, client_of, language):
    material = steel(world)
    note = sent(world, material, 100)
    for who in ("buyer", "supplier"):
        answer = client_of(who).get(f"/material/notes/{note.pk}/note.pdf", headers={"accept-language": language})
        assert answer["Content-Type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF-")
    assert client_of("stranger").get(f"/material/notes/{note.pk}/note.pdf").status_code == 404
    with as_person(world, "buyer"), translation.override(language):
        text = PdfReader(BytesIO(documents.consignment_note(selectors.note(note.pk)))).pages[0].extract_text()
    assert note.number in text
    assert ("사급" if language == "ko" else "Consignment note") in text
