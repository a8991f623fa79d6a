"""What goes out comes in again without a difference: the file of every list, and what stands of every kind."""

import pytest
from django.utils import timezone

from apps.common.rooms import incoming
from apps.deliveries import services as deliveries
from apps.deliveries.models import ShipmentNotice
from apps.exchange.incoming import services
from apps.exchange.models import RowState
from apps.tenancy.models import TradingRelation
from apps.ui.selectors import listings
from tests.busy import ADDRESSES, fill
from tests.chain import announced, confirmed
from tests.world import as_if, as_person, in_days

from .tables import csv, loaded

# List → the kind that reads its file, and who may load it.
READ = {
    "deliveries": ("deliveries", "supplier"),
    "orders": ("orders", "buyer"),
    "own-parts": ("parts", "buyer"),
    "parts": ("partner-parts", "buyer"),
    "people": ("people", "buyer-admin"),
    "production": ("production", "supplier"),
    "relations": ("relations", "buyer-admin"),
    "sites": ("sites", "buyer-admin"),
    "stock": ("stock", "buyer"),
}
FIGURES, TOLD, WAITS = "figures made of what other lists hold", "what happened, which no table changes", "work that waits"
UNREAD = {
    **dict.fromkeys(("customers", "forecasts", "material-stock", "outlook", "scorecard", "scorecards"), FIGURES),
    **dict.fromkeys(("inbox", "imports", "lines", "material-movements", "movements", "runs", "settlements"), TOLD),
    **dict.fromkeys(("departures", "inspections", "invitations", "non-conformances", "relation-requests"), TOLD),
    **dict.fromkeys(("at-risk", "offers", "to-ship", "work"), WAITS),
    "answers": f"{WAITS}: the file to answer in is the kind's own",
    "cluster-firms": "a firm joins by an invitation",
    "clusters": "a cluster is founded on its page",
    "consignment-notes": "material is handed out on its page",
    "federations": "a contract is signed, not loaded",
    "firms": "a firm joins by an invitation",
    "import-words": "a word is said where a file asks for it",
    "materials": "material is agreed on its page",
    "members": "a firm joins by an invitation",
    "models": "a model is released, not loaded",
    "tokens": "a token is shown once",
}
# Kind → who loads what stands of it.
KINDS = {
    **dict.fromkeys(("answers", "deliveries", "production"), "supplier"),
    **dict.fromkeys(("people", "relations", "sites"), "buyer-admin"),
    "receipts": "receiver",
}
FORMS = ("csv", "xlsx")


@pytest.fixture
def full(world):
    """Work in every list, and what has ended beside it."""
    fill(world)
    order = confirmed(world, quantities=(40, 2.5), part=world.second_part)
    with as_person(world, "supplier"):
        loaded(csv("납품번호,발주번호,행번호,납품수량,도착예정일", f"GONE-1,{order.number},10,40,{in_days(2)}"))
        deliveries.cancel_shipment(shipment_id=ShipmentNotice.objects.get(number="GONE-1").pk)
        day = world.supplier_site.today
        loaded(csv("생산일,품번,양품수량,불량수량,불량사유,로트", f"{day},BRK-2210,7,2,셋업,A1", f"{day},CBL-100,2.5,,,A2"))
        loaded(csv("생산일,품번,양품수량,불량수량,불량사유,로트", f"{day},BRK-2210,6,2,셋업,A1"))  # one is taken back by it
    announced(world, order, lot="")
    with as_person(world, "buyer"):
        heads = "발주번호,납품번호,협력사,품번,수량,납기일,입고일,사업장,행"
        loaded(csv(heads, *(f"PAST-1,PAST-2,V1,BRK-2210,5,2020-03-01,2020-03-02,ASN2,{line}" for line in (10, 20))))
    ended = {"ended_at": timezone.now(), "ended_firm_id": world.buyer.pk}
    with as_person(world, "buyer"):
        as_if(TradingRelation.objects.filter(pk=world.other_relation.pk), **ended)
    return world


def test_every_list_is_read_or_says_why_not():
    assert set(listings()) == {*READ, *UNREAD}
    assert {kind for kind, _who in READ.values()} | set(PLANS) | set(WAITING) | {"past-deliveries"} == set(incoming())


# Kinds without a list: their own file is what goes out. Past orders and deliveries stand in the lists of all.
PLANS = ("bills", "demand-plan", "prices", "production-plan")
WAITING = ("answers", "receipts")


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_file_of_every_list_is_loaded_without_a_difference(full, client_of, language):
    wrong = {}
    for name, (kind, who) in READ.items():
        client = client_of(who)
        client.post("/language/", {"language": language})
        path = ADDRESSES[name]
        found = client.get(path).context["list"]
        for columns in (found.address(), found.address(column=list(found.all_columns))):
            for form in FORMS:
                answer = client.get(f"{path.partition('?')[0]}{columns}&file={form}")
                content = b"".join(answer) if answer.streaming else answer.content
                if told := difference(full, who, kind, content, f"{name}.{form}"):
                    wrong[name, columns, form] = told
    assert wrong == {}


@pytest.mark.parametrize("language", ["en", "ko"])
def test_what_stands_of_every_kind_is_loaded_without_a_difference(full, client_of, language):
    _plan(full)
    wrong, seen = {}, 0
    for kind, what in incoming().items():
        who = KINDS.get(kind, "buyer")
        client = client_of(who)
        client.post("/language/", {"language": language})
        content = client.get(f"/imports/kinds/{kind}/").content
        if what.waiting_words:  # loaded, it is done: then it stands
            with as_person(full, who):
                loaded(content, f"{kind}.xlsx", kind=kind)
        if told := difference(full, who, kind, content, f"{kind}.xlsx"):
            wrong[kind] = told
        seen += 1
    assert wrong == {}
    assert seen == len(incoming())


def difference(world, who, kind, content, name):
    """What loading a file would do; "" where nothing differs and some row is known."""
    with as_person(world, who):
        guessed = services.receive(content=content, name=name)
        if guessed.kind not in ("", kind):
            return f"taken for {guessed.kind}"
        made = services.receive(content=content, name=name, kind=kind)
        services.say_columns(import_id=made.pk, mapping=made.mapping, constants={"@decimal": "."})
        made = services.check_import(import_id=made.pk)
        odd = made.rows.exclude(state__in=(RowState.SAME, RowState.MISSING))
        told = [(row.state, row.values, row.before, row.faults) for row in odd[:3]]
        return told or ("" if made.counts[RowState.SAME] else "no row")


def _plan(world):
    """Plans, bills and prices, which have pages of their own and no list."""
    with as_person(world, "buyer"):
        for kind in ("demand-plan", "production-plan"):
            rows = (f"BRK-2210,{in_days(9)},600", f"CBL-100,{in_days(9)},2.5")
            loaded(csv("품번,날짜,수량", *rows), kind=kind)
        loaded(
            csv("모품번,자품번,소요량,스크랩율,선행일수,적용시작일", f"BRK-2210,CBL-100,0.125,2.5,1,{in_days(3)}"),
            kind="bills",
        )
        rows = (f"V1,BRK-2210,99.5,{in_days(5)},{in_days(9)}", f"V1,BRK-2210,101,{in_days(10)},")
        loaded(csv("협력사,품번,단가,적용시작일,적용종료일", *rows), kind="prices", constants={"@decimal": "."})
