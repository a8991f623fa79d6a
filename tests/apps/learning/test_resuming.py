"""A run goes on after its last good round: a model that most sites found worse, or could not use, is not begun with."""

import base64

import pytest
from django.core.files.storage import storages

from apps.learning import services
from apps.learning.models import Node, Round, Run, SiteFigures
from apps.tenancy.scope import unscoped
from federated.run.checkpoints import unpack_checkpoint
from tests.learning import NAMES, ServerApp, running
from tests.walk.shown import is_in, words_of
from tests.world import SYSTEM, as_person


@pytest.fixture
def started(world, committed):
    found, _keys, run = running(world)
    with unscoped(reason=SYSTEM):
        Node.objects.update(flower_id="7")
    app = ServerApp(run, found.federation.pk)
    app.call("GET", "job/")
    return run, app


def state() -> Run:
    with unscoped(reason=SYSTEM):
        return Run.objects.get()


def refusal(code: str, sites=NAMES, number: int = 3) -> str:
    named = " ".join(f"{site}: {code}: Some rule. Found: x. Remedy: y." for site in sites)
    return f"quorum_missed: Round {number} needs 2 usable replies. Found: 0 from nobody. Remedy: Bring more. {named}"


def resumed(app) -> int:
    """The round of the checkpoint that the next ServerApp begins with; 0 without one."""
    with as_person(app.world, "coordinator"):
        services.resume_run(run_id=app.run.pk)
    found = app.call("GET", "job/").json()["checkpoint"]
    return unpack_checkpoint(base64.b64decode(found)).round if found else 0


@pytest.fixture
def app(world, started):
    _run, found = started
    found.world = world
    return found


def test_a_run_that_fails_for_another_reason_goes_on_after_its_last_round(app):
    app.round(1)
    app.round(2)
    app.call("POST", "failure/", {"text": refusal("offline")})
    assert not state().is_doubtful
    assert resumed(app) == 2


def test_a_model_that_most_sites_found_worse_is_left_out(app):
    app.round(1)
    app.round(2)
    app.round(3, spoilt=True)  # asked with the model of round 2
    assert (state().next_start, state().round) == (1, 3)
    app.call("POST", "failure/", {"text": refusal("offline", number=4)})
    assert resumed(app) == 1
    with unscoped(reason=SYSTEM):
        assert list(Round.objects.values_list("number", flat=True)) == [1]
        assert set(SiteFigures.objects.values_list("number", flat=True)) == {1}
    assert app.round(2).json()["command"] == "go"
    assert (state().round, state().next_start) == (2, 2)


def test_a_run_that_recovers_by_itself_is_in_doubt_no_more(app):
    app.round(1)
    app.round(2, spoilt=True)
    assert state().next_start == 0
    app.round(3)
    assert (state().next_start, state().is_doubtful) == (3, False)


@pytest.mark.parametrize("code", ["invalid_request", "training_diverged", "site_failed"])
def test_a_model_that_most_sites_could_not_use_is_left_out(app, code):
    app.round(1)
    app.round(2)
    app.call("POST", "failure/", {"text": refusal(code)})
    assert resumed(app) == 1


def test_one_site_alone_throws_no_round_away(app):
    app.round(1)
    app.round(2)
    app.call("POST", "failure/", {"text": refusal("invalid_request", NAMES[:1])})
    assert resumed(app) == 2


def test_where_no_round_was_good_the_run_begins_anew(app):
    app.round(1)
    app.call("POST", "failure/", {"text": refusal("invalid_request", number=2)})
    assert resumed(app) == 0


def test_two_checkpoints_are_kept_at_most_and_every_one_that_a_run_names(app):
    storage, folder = storages["learning"], f"run-{app.run.pk}"

    def files():
        return set(storage.listdir(folder)[1]) if storage.exists(folder) else set()

    def kept():
        return files() - before

    before = files()  # of other tests, whose run had the same number
    for number, spoilt in ((1, False), (2, False), (3, True)):
        app.round(number, spoilt=spoilt)
        now = state()
        named = {name.rpartition("/")[2] for name in (now.checkpoint, now.good_checkpoint) if name}
        assert kept() == named
        assert len(named) <= 2
    app.call("POST", "failure/", {"text": "x"})
    resumed(app)
    assert kept() == {state().checkpoint.rpartition("/")[2]}
    app.round(2)
    assert len(kept()) == 2


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_page_says_after_which_round_it_goes_on(app, client_of, language):
    app.round(1)
    app.round(2)
    app.round(3, spoilt=True)
    client = client_of("coordinator")
    client.post("/language/", {"language": language})
    path = f"/training/runs/{app.run.pk}/"
    during = words_of(client.get(path).content.decode())
    app.call("POST", "failure/", {"text": refusal("offline", number=4)})
    after = words_of(client.get(path).content.decode())
    said = {
        "en": ("it goes on after round 1", "Resume goes on after round 1, not after round 3"),
        "ko": ("1라운드 다음부터", "3라운드가 아니라 1라운드 다음부터"),
    }[language]
    assert said[0] in during
    assert said[1] in after
    assert is_in(language, after)
