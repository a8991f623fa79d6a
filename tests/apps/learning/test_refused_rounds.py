"""The run page says which rounds' trees were not kept and by which votes, who is left out for good, and who is in doubt."""

import pytest

from apps.learning.models import Node, Round
from apps.learning.services import publish_contract
from apps.tenancy.scope import unscoped
from federated.agreed.contracts import read_contract
from tests.learning import DOCUMENT, NAMES, ServerApp, running, set_up
from tests.world import SYSTEM, as_person

OUT = {NAMES[1]: "excluded: A half with this site grew worse trees. Found: counted 9.2, the next 1.1. Remedy: x."}
DOUBT = {NAMES[1]: "suspected: A half with this site grew worse trees. Found: counted 9.2, the next 1.1. Remedy: x."}


@pytest.fixture
def app(world, committed):
    found, _keys, run = running(world)
    with unscoped(reason=SYSTEM):
        Node.objects.update(flower_id="7")
    app = ServerApp(run, found.federation.pk)
    app.call("GET", "job/")
    return app


def page(client_of, app, language: str = "en") -> str:
    client = client_of("coordinator")
    client.post("/language/", {"language": language})
    return " ".join(client.get(f"/training/runs/{app.run.pk}/").content.decode().split())


def test_a_refused_round_stands_there_with_its_votes_and_what_to_do(app, client_of):
    assert app.round(1, said={"refused": {"against": 5, "voters": 6}}).status_code == 200
    assert app.round(2, said={"refused": {"against": 0, "voters": 0}}).status_code == 200
    app.round(3)
    with unscoped(reason=SYSTEM):
        kept = {found.number: found.figures for found in Round.objects.all()}
    assert (kept[1]["against"], kept[1]["voters"], "voters" in kept[3]) == (5, 6, False)
    shown = page(client_of, app)
    for text in (
        "The trees of 2 rounds were not kept",
        "trees not kept: 5 of 6 found them worse",
        "trees not kept: no rows can have these sums",
        "publish a guarded contract",
    ):
        assert text in shown
    assert "6곳 중 5곳" in page(client_of, app, "ko")


def test_a_run_without_refused_rounds_says_nothing_of_them(app, client_of):
    app.round(1)
    assert "not kept" not in page(client_of, app)


@pytest.mark.parametrize(
    ("language", "label", "remedy"),
    [("en", "Excluded", "labels and units"), ("ko", "배제됨", "레이블과 단위")],
)
def test_an_excluded_site_is_named_with_rule_and_remedy(app, client_of, language, label, remedy):
    app.round(1, failed=OUT)
    shown = page(client_of, app, language)
    assert label in shown
    assert remedy in shown
    assert "counted 9.2" in shown
    assert "Remedy:" not in shown


def test_a_site_in_doubt_still_takes_part_and_its_figures_count(app, client_of):
    app.round(1, said={"doubts": DOUBT})
    client = client_of("coordinator")
    row = next(row for row in client.get(f"/training/runs/{app.run.pk}/").context["sites"] if row["why"])
    assert (row["label"], row["tone"], row["takes_part"]) == ("Takes part, in doubt", "warn", True)


def test_a_guarded_contract_says_its_price_and_what_leaves_in_both_languages(world, client_of):
    found = set_up(world)
    document = {**DOCUMENT, "guarded": True, "boosting": {"rounds": 3}}
    with as_person(world, "coordinator"):
        agreed = publish_contract(programme_id=found.programme.pk, document=document)
    assert read_contract(agreed.document).guarded
    client = client_of("coordinator")
    for language, texts in {
        "en": ("about half a point of AUPRC", "drawn anew for each round", "whether a round"),
        "ko": ("약 0.5포인트", "라운드마다 새로 나눈", "도움이 되는지"),
    }.items():
        client.post("/language/", {"language": language})
        shown = " ".join(client.get(f"/training/contracts/{agreed.pk}/").content.decode().split())
        assert not [text for text in texts if text not in shown]
    plain = " ".join(client.get(f"/training/contracts/{found.contract.pk}/").content.decode().split())
    assert "다시 키웠습니다" not in plain
    assert "배제하지 않음" in plain
