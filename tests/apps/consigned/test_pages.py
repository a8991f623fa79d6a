"""Pages and API of consigned material: both firms work with them, and what is wrong is said at its place."""

from decimal import Decimal

import pytest

from apps.consigned import services
from apps.consigned.models import ConsignmentNote, MaterialLoss, MaterialUse, Settlement
from apps.inventory.models import ConsignedPart, StockBalance
from apps.masterdata.services import create_part
from tests.api import ApiClient
from tests.world import as_person

from .given import into, received, sent, steel, there
from .room import handled
from .test_settling import a_month, last_month, proposed

D = Decimal


def words(answer) -> str:
    return answer.content.decode()


def test_the_buyer_agrees_material_and_hands_it_out(world, client_of):
    steel(world, laid=0, number="OTHER-1")
    with as_person(world, "buyer"):
        part = create_part(number="STL-9", name="강재", unit="KGM")
    buyer = client_of("buyer")
    terms = {"relation": world.relation.pk, "part": part.pk, "unit_price": "1200", "allowed_loss": "2.5"}
    answer = buyer.post("/material/parts/", terms)
    with as_person(world, "buyer"):
        material = ConsignedPart.objects.get(part=part)
    assert (answer.status_code, material.allowed_loss, material.is_charged) == (302, D("0.025"), False)
    assert buyer.post("/material/parts/", terms).status_code == 422  # it is there already
    assert "STL-9" in words(buyer.get(f"/material/parts/{material.pk}/"))
    use = {"made": world.part.pk, "quantity": "0.62", "scrap": "3"}
    assert buyer.post(f"/material/parts/{material.pk}/use/", use).status_code == 302
    with as_person(world, "supplier"):
        assert MaterialUse.objects.get().scrap_share == D("0.03")
    assert "0.62" in words(client_of("supplier").get(f"/material/parts/{material.pk}/"))
    assert buyer.post(f"/material/parts/{material.pk}/use/", {**use, "quantity": "0"}).status_code == 302
    with as_person(world, "buyer"):
        assert not MaterialUse.objects.exists()


def test_a_wrong_line_of_a_note_is_named_and_what_was_typed_stays(world, client_of):
    material, other = steel(world), steel(world, number="BSH-1", unit="H87", laid=5, lot="")
    buyer = client_of("buyer")
    page = words(buyer.get("/material/notes/new/?side=buyer"))
    assert "STL-1" in page
    assert "1,000" in page
    base = {"side": "buyer", "relation": world.relation.pk, "site": world.site.pk, "other_site": world.supplier_site.pk}
    typed = {**base, f"quantity-m{material.pk}": "10", f"quantity-m{other.pk}": "6", "arrival": "", "note": ""}
    answer = buyer.post("/material/notes/new/", typed)
    assert answer.status_code == 422
    assert "No more is taken than is available at the site" in words(answer)
    assert 'value="10"' in words(answer)
    answer = buyer.post("/material/notes/new/", {**typed, f"quantity-m{other.pk}": "abc"})
    assert (answer.status_code, "A quantity is a number." in words(answer)) == (422, True)
    with as_person(world, "buyer"):
        assert not ConsignmentNote.objects.exists()
    answer = buyer.post("/material/notes/new/", {**typed, f"quantity-m{other.pk}": "5"})
    assert answer.status_code == 302
    assert there(world, other) == {"in_transit": 5}


def test_the_supplier_receives_short_and_returns_what_is_damaged(world, client_of):
    material = steel(world)
    note = sent(world, material, 100)
    supplier = client_of("supplier")
    assert f"CN-{world.relation.vendor_code}-00001" in words(supplier.get("/material/notes/"))
    page = words(supplier.get(f"/material/notes/{note.pk}/"))
    assert "Book receipt" in page
    with as_person(world, "supplier"):
        line = note.lines.get().pk
    typed = {f"quantity-{line}": "101", f"damaged-{line}": "0"}
    answer = supplier.post(f"/material/notes/{note.pk}/receive/", typed)
    assert (answer.status_code, "must be no more than what of the line" in words(answer)) == (422, True)
    blank = {f"quantity-{line}": "", f"damaged-{line}": ""}
    answer = supplier.post(f"/material/notes/{note.pk}/receive/", {**blank, "rest_missing": "on"})
    assert (answer.status_code, "A quantity is missing" in words(answer)) == (422, True)
    assert supplier.post(f"/material/notes/{note.pk}/receive/", blank).status_code == 302
    assert there(world, material) == {"in_transit": 100}
    typed = {f"quantity-{line}": "90", f"damaged-{line}": "6"}
    assert supplier.post(f"/material/notes/{note.pk}/receive/", typed).status_code == 302
    assert there(world, material) == {"available": 90, "blocked": 6, "in_transit": 4}
    typed = {f"quantity-{line}": "0", f"damaged-{line}": "0", "rest_missing": "on"}
    assert supplier.post(f"/material/notes/{note.pk}/receive/", typed).status_code == 302
    assert there(world, material) == {"available": 90, "blocked": 6}
    assert "missing" in words(client_of("buyer").get(f"/material/notes/{note.pk}/"))
    with as_person(world, "supplier"):
        heap = StockBalance.objects.get(consigned_part=material, status="blocked")
    base = {"side": "supplier", "relation": world.relation.pk, "site": world.supplier_site.pk, "other_site": world.site.pk}
    assert supplier.post("/material/notes/new/", {**base, f"quantity-h{heap.pk}": "6"}).status_code == 302
    assert f"MR-{world.relation.vendor_code}-00001" in words(client_of("receiver").get("/material/notes/?side=buyer"))
    with as_person(world, "supplier"):
        back = ConsignmentNote.objects.get(kind="returned").pk
    assert supplier.post(f"/material/notes/{back}/cancel/").status_code == 302
    assert there(world, material) == {"available": 90, "blocked": 6}


def test_a_loss_is_reported_on_the_page_of_the_material(world, client_of):
    material = steel(world)
    received(world, sent(world, material, 100))
    supplier, path = client_of("supplier"), f"/material/parts/{material.pk}/lose/"
    typed = {"site": world.supplier_site.pk, "quantity": "101", "reason": "spoilt", "lot": "", "note": ""}
    answer = supplier.post(path, typed)
    assert (answer.status_code, "No more is taken" in words(answer)) == (422, True)
    assert supplier.post(path, {**typed, "quantity": "4"}).status_code == 302
    with as_person(world, "buyer"):
        assert MaterialLoss.objects.get().quantity == 4
    assert f"ML-{world.relation.vendor_code}-00001" in words(client_of("buyer").get(f"/material/parts/{material.pk}/"))


def test_what_is_taken_over_from_the_bill_goes_into_one_order_unit(world, client_of):
    """The bill speaks of one base unit of the part; of a box of ten ten times as much goes into what the supplier makes."""
    from apps.masterdata.models import PartnerPart
    from apps.planning import services as planning
    from apps.planning.services import Goes

    material = steel(world)
    with as_person(world, "buyer"):
        planning.keep_bills(items=[Goes(world.part.part_id, material.part_id, D("0.5"))])
    path = f"/material/parts/{material.pk}/"
    assert 'name="quantity" value="0.5"' in client_of("buyer").get(path).content.decode()
    with as_person(world, "buyer"):
        PartnerPart.objects.filter(pk=world.part.pk).update(base_factor=10)
    assert 'name="quantity" value="5"' in client_of("buyer").get(path).content.decode()
    with as_person(world, "buyer"):
        PartnerPart.objects.filter(pk=world.part.pk).update(base_factor=1, unit="KGM")
    assert 'name="quantity" value' not in client_of("buyer").get(path).content.decode()


def test_customers_material_is_counted_with_all_other_stock(world, client_of):
    material = steel(world)
    received(world, sent(world, material, 100))
    with as_person(world, "supplier"):
        heap = StockBalance.objects.get(consigned_part=material, status="available")
    supplier = client_of("supplier")
    assert "owned by Hanbit" in words(supplier.get("/production/count/"))
    typed = {"site": world.supplier_site.pk, f"good-c{heap.pk}": "98", "step": "send"}
    assert supplier.post("/production/count/", typed).status_code == 302
    assert there(world, material, who="buyer") == {"available": 98}


def test_a_month_is_proposed_and_answered_on_pages(world, client_of):
    a_month(world)
    supplier, buyer = client_of("supplier"), client_of("buyer")
    typed = {"relation": world.relation.pk, "month": f"{last_month():%Y-%m-%d}", "note": ""}
    answer = supplier.post("/material/settlements/", typed)
    assert answer.status_code == 302
    assert supplier.post("/material/settlements/", typed).status_code == 422
    path = answer["Location"]
    assert "Dispute" not in words(supplier.get(path))
    page = words(buyer.get(path))
    assert "6,000" in page
    assert "Dispute" in page
    assert buyer.post(f"{path}dispute/", {"answer": ""}).status_code == 422
    assert buyer.post(f"{path}accept/").status_code == 302
    with as_person(world, "supplier"):
        assert Settlement.objects.get().state == "accepted"


@pytest.mark.parametrize("path", ["parts", "notes", "settlements"])
def test_a_neighbour_finds_nothing(world, client_of, path):
    material, note = handled(world)
    a_month_of = {"parts": material.pk, "notes": note.pk}
    pk = a_month_of.get(path) or 1
    assert client_of("stranger").get(f"/material/{path}/{pk}/").status_code == 404
    for address in ("/material/", "/material/movements/", "/material/notes/?view=all", "/material/parts/"):
        page = words(client_of("stranger").get(address))
        assert "STL-1" not in page
        assert "CN-" not in page


def test_where_material_lies_at_suppliers_is_said_beside_what_is_usable(world, client_of):
    material = steel(world)
    received(world, sent(world, material, 100))
    from apps.planning import services as planning
    from apps.planning.services import Goes, Planned
    from tests.world import in_days

    with as_person(world, "buyer"):
        axle = create_part(number="AXL-5", name="축")
        planning.keep_bills(items=[Goes(axle.pk, material.part_id, D(1))])
        planning.publish_plan(site_id=world.site.pk, rows=[Planned(axle.pk, in_days(1), D(10))])
    page = words(client_of("buyer").get(f"/tower/needs/{material.part_id}/{world.site.pk}/"))
    assert "Also yours, at suppliers" in page
    assert "Daesung" in page


def test_programs_hand_out_receive_and_settle(world):
    material = steel(world)
    into(world, material)
    buyer, supplier = ApiClient.of(world, "buyer"), ApiClient.of(world, "supplier")
    places = {"relation": world.relation.pk, "buyer_site": world.site.pk, "supplier_site": world.supplier_site.pk}
    note = buyer.post("/api/consignment-notes/", {**places, "lines": [{"material": material.pk, "quantity": "100"}]})
    assert note.status_code == 201, note.json()
    pk, line = note.json()["id"], note.json()["lines"][0]["id"]
    wrong = supplier.post(f"/api/consignment-notes/{pk}/receive/", {"lines": [{"line": line, "quantity": "101"}]})
    assert (wrong.status_code, wrong.json()["errors"][0]["place"]) == (422, "lines[0].quantity")
    got = supplier.post(f"/api/consignment-notes/{pk}/receive/", {"lines": [{"line": line, "quantity": "95"}]}).json()
    assert (got["status"], got["lines"][0]["open_quantity"]) == ("partly", "5")
    rest = {"lines": [], "rest_is_missing": True}
    got = supplier.post(f"/api/consignment-notes/{pk}/receive/", rest).json()
    assert (got["status"], got["lines"][0]["missing_quantity"]) == ("received", "5")
    rows = [
        {key: row[key] for key in ("quantity", "owner_id", "holder_id", "status")}
        for row in supplier.get("/api/material-stock/").json()["results"]
        if row["quantity"] != "0"
    ]
    assert rows == [{"quantity": "95", "owner_id": world.buyer.pk, "holder_id": world.supplier.pk, "status": "available"}]
    count = {"site": world.supplier_site.pk, "rows": [{"consigned_part": material.pk, "quantity": "95", "lot": "H1"}]}
    assert supplier.post("/api/stock/count/", count).json() == {"differences": 0}
    loss = {"site": world.supplier_site.pk, "rows": [{"material": material.pk, "quantity": "1", "reason": "spoilt"}]}
    assert supplier.post("/api/material-losses/", loss).status_code == 201
    uses = {"part": world.part.pk, "uses": [{"material": material.pk, "quantity": "0.7"}]}
    assert buyer.post("/api/materials/uses/", uses).json()[0]["quantity"] == "0.7"
    assert supplier.post("/api/materials/uses/", uses).status_code == 403
    early = {"relation": world.relation.pk, "month": "2999-01-01"}
    assert buyer.post("/api/settlements/", early).json()["code"] == "month_not_over"


def test_programs_read_and_answer_a_settlement(world):
    a_month(world)
    found = proposed(world)
    buyer = ApiClient.of(world, "buyer")
    line = buyer.get(f"/api/settlements/{found.pk}/").json()["lines"][0]
    assert (line["closing"], line["counted"], line["difference"], line["owed_quantity"]) == ("106", "105", "-1", "5")
    assert ApiClient.of(world, "supplier").post(f"/api/settlements/{found.pk}/accept/").status_code == 409
    assert buyer.post(f"/api/settlements/{found.pk}/dispute/", {"answer": "왜?"}).json()["state"] == "disputed"


def test_an_open_settlement_follows_the_other_firms_answer_and_keeps_what_is_typed(world, client_of):
    """The bug: the page on which somebody may answer was not fetched again: answered, it kept its buttons."""
    a_month(world)
    with as_person(world, "supplier"):
        found = services.propose(relation_id=world.relation.pk, month=last_month())
    address, buyer = f"/material/settlements/{found.pk}/", client_of("buyer")
    page = buyer.get(address).content.decode()
    assert f'id="settlement-{found.pk}" data-live' in page
    assert "settlement from:body" in page
    assert buyer.get(f"{address}?part=panel").status_code == 204
    with as_person(world, "buyer"):
        services.accept(settlement_id=found.pk)
    panel = buyer.get(f"{address}?part=panel")
    assert panel.status_code == 200
    assert "<form" not in panel.content.decode()
