"""Why a run failed and what became of each site: in the reader's language, and green only who gave something."""

import pytest
from django.utils import translation

from apps.learning.models import ContractVersion, Node, Run
from apps.learning.pages import site_look
from apps.learning.reasons import CAUSES, reason, reasons_of_sites
from federated.agreed.contracts import Kind, read_contract
from federated.agreed.errors import QuorumMissed
from federated.agreed.messages import Reply, Request
from federated.run.steps import ask
from tests.learning import DOCUMENT, NAMES, running, set_up
from tests.walk.shown import is_in
from tests.world import as_person

FAILURE = (
    "quorum_missed: Round 0 needs 2 usable replies. Found: 1 from Hanbit ASN2. Remedy: Bring more sites back, or publish a "
    "contract with a lower quorum; then resume from the last round. Daesung P1: too_few_rows: The contract asks for at "
    "least 100 training rows. Found: 84. Remedy: Collect more rows; until then this site can use a released model."
)


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("code", [*CAUSES, "quorum_missed", "of_another_version"])
def test_every_code_has_a_cause_and_a_remedy(language, code):
    text = FAILURE if code == "quorum_missed" else f"{code}: Some English rule. Found: 7. Remedy: Do it."
    with translation.override(language):
        found = reason("The ServerApp was lost 6 times; see superlink.log." if code == "lost" else text)
        for shown in (found.cause, found.remedy):
            assert is_in(language, shown), shown
            assert "%(" not in shown


def test_a_stored_failure_names_each_site_with_its_own_reason():
    assert reason(FAILURE).cause == "Before the first round usable replies of 2 factories were needed, and 1 came."
    found = reasons_of_sites(FAILURE, NAMES)
    assert {site: (why.code, why.found) for site, why in found.items()} == {NAMES[0]: ("too_few_rows", "84")}
    assert reasons_of_sites("The ServerApp was lost 6 times; see superlink.log.", NAMES) == {}


def test_the_numbers_are_read_out_of_the_sentence_that_the_conductor_writes():
    agreed = read_contract({**DOCUMENT, "programme": "Surface defects", "quorum": 3})
    step = ask(agreed, Request(Kind.TRAIN, "1", agreed.hash, 7))
    next(step)
    with pytest.raises(QuorumMissed) as missed:
        step.send([Reply(NAMES[0], examples=9), Reply(NAMES[1], error="deadline: no reply in time")])
    text = f"{missed.value.code}: {missed.value}"
    assert reason(text).cause == "Round 7 needed usable replies of 3 factories and got 1."
    assert {site: why.code for site, why in reasons_of_sites(text, NAMES).items()} == {NAMES[1]: "deadline"}


@pytest.mark.parametrize(
    ("state", "run_state", "rounds", "text", "tone", "takes_part"),
    [
        ("received", "finished", 3, "", "ok", True),
        ("failed", "finished", 3, "too_few_rows: x", "bad", False),
        ("received", "finished", 3, "outlier: x", "warn", False),
        ("received", "running", 3, "left_out: x", "warn", False),  # a row of an earlier version
        ("offline", "failed", 3, "offline: x", "bad", False),
        ("late", "failed", 3, "deadline: x", "warn", False),
        ("received", "failed", 0, "", "mute", False),
        ("", "failed", 3, "too_few_rows: x", "bad", False),
        ("", "finished", 3, "", "ok", True),
        ("waiting", "running", 1, "", "info", True),
        ("offline", "running", 1, "offline: x", "bad", False),
    ],
)
def test_only_who_gave_something_is_green(state, run_state, rounds, text, tone, takes_part):
    look = site_look(Run(state=run_state, round=rounds), state, reason(text) if text else None)
    assert (look["tone"], look["takes_part"]) == (tone, takes_part)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_failed_run_is_told_in_the_readers_language(committed, world, client_of, language):
    _found, _keys, run = running(world)
    with as_person(world, "coordinator"):
        states = {NAMES[0]: "failed", NAMES[1]: "received"}
        Run.objects.filter(pk=run.pk).update(state="failed", failure=FAILURE, states=states)
    client = client_of("coordinator")
    client.post("/language/", {"language": language})
    page = client.get(f"/training/runs/{run.pk}/").content.decode()
    assert "usable replies." not in page
    assert "Remedy:" not in page
    shown = {
        "en": ("fewer training rows", "0 of 2 took part", "ended before its first round"),
        "ko": ("학습 행", "2곳 중 0곳"),
    }
    assert not [text for text in shown[language] if text not in page]
    assert "Took part" not in page


def test_a_site_of_an_ended_run_that_is_gone_since_is_not_green(committed, world, client_of):
    _found, _keys, run = running(world)
    with as_person(world, "coordinator"):
        Run.objects.filter(pk=run.pk).update(state="finished", round=3, states=dict.fromkeys(NAMES, "received"))
        Node.objects.filter(name=NAMES[0]).update(is_online=True)
    client = client_of("coordinator")
    answer = client.get(f"/training/runs/{run.pk}/")
    rows = [(row["label"], row["tone"], row.get("now", "")) for row in answer.context["sites"]]
    assert rows == [("Took part", "ok", ""), ("Took part", "mute", "not connected now")]
    assert answer.context["taking_part"] == 2
    assert "not connected now" in answer.content.decode()


def test_a_quorum_above_the_sites_that_can_take_part_is_refused(world, client_of, api_of):
    found = set_up(world)
    with as_person(world, "coordinator"):
        document = {**found.contract.document, "quorum": 50}
    body = {"programme_id": found.programme.pk, "document": document}
    answer = api_of("coordinator").post("/api/learning/contracts/", body)
    assert (answer.status_code, answer.json()["code"], answer.json()["facts"]) == (422, "quorum_too_high", {"sites": "2"})
    client = client_of("coordinator")
    path = f"/training/programmes/{found.programme.pk}/contract/"
    data = {name: value for name, value in client.get(path).context["form"].initial.items() if value is not None}
    page = client.post(path, {**data, "quorum": 50})
    assert page.status_code == 422
    assert list(page.context["form"].errors) == ["quorum"]
    with as_person(world, "coordinator"):
        assert ContractVersion.objects.count() == 1


LINES = {
    "thickness, mm, 0, 5": "holds several names",
    "x" * 101: "at most 100 letters",
    "mould; A|": "has no name",
    "mould; A|A": "stands twice",
    "t; °C; 5; 1": "low must be below high",
    "t; °C; 0; 5; 9": "more parts than fit",
    "mould; A|B; 1": "more parts than fit",
    "name; unit; low; high": "is no number",
    "t; °C; nan; inf": "is no number",
    "t\nt": "listed twice",
    "y": "is the label",
}


@pytest.mark.parametrize("language", ["ko", "en"])
def test_lines_that_are_no_features_are_refused_at_their_field(committed, world, client_of, language):
    found = set_up(world)
    client = client_of("coordinator")
    path = f"/training/programmes/{found.programme.pk}/contract/"
    data = {name: value for name, value in client.get(path).context["form"].initial.items() if value is not None}
    client.post("/language/", {"language": language})
    for line, text in LINES.items():
        form = client.post(path, {**data, "features": line}).context["form"]
        assert list(form.errors) == ["features"], line
        assert is_in(language, form.errors["features"][0])
        assert language == "ko" or text in form.errors["features"][0]
