"""Trying before joining: who may offer, what the link gives, what comes back, and what the office sees of it."""

import re
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.common.secret import digest_of
from apps.learning import exceptions as wrong
from apps.learning import services, trial_door
from apps.learning.models import ModelVersion, Run, Trial
from apps.tenancy.scope import unscoped
from federated.agreed.errors import FederatedError
from federated.agreed.trials import check_moment, read_trial
from tests.learning import checkpoint_file, set_up
from tests.world import SYSTEM, as_person

HASHES = {"file_hash": "8434186672ea" + "0" * 52, "contract_hash": "0" * 64}


def released(world, **changes):
    """A model in use of a run under a contract that allows trials, unless it is changed."""
    found = set_up(world, **{"trials": True, **changes})
    base = {"cluster_id": found.federation.cluster_id, "office_id": found.federation.office_id}
    with as_person(world, "coordinator"):
        run = Run.objects.create(**base, contract=found.contract, number=1, rounds=3, round=3, state="finished")
        file = storages["learning"].save("run-1/round-3.npz", ContentFile(checkpoint_file(3)))
        model = ModelVersion.objects.create(
            **base,
            run=run,
            programme=found.programme,
            number=1,
            file=file,
            **HASHES,
            consents={},
            data_hashes={},
            figures={"federated_auprc": 0.7, "unseen_sites": 4, "unseen_auprc": 0.6},
            released_at=timezone.now(),
        )
    return found, model


def offered(world, found, days: int = 14) -> tuple[Trial, str]:
    with as_person(world, "coordinator"):
        return services.offer_trial(programme_id=found.programme.pk, label="새한금속", days=days)


def now(trial: Trial) -> Trial:
    with unscoped(reason=SYSTEM):
        return Trial.objects.get(pk=trial.pk)


def moved(trial: Trial, **by) -> None:
    with unscoped(reason=SYSTEM):
        Trial.objects.filter(pk=trial.pk).update(expires_at=timezone.now() + timedelta(**by))


def test_the_office_offers_a_link_and_a_firm_without_an_account_takes_a_signed_bundle(world, committed, client_of):
    found, model = released(world)
    path = f"/training/programmes/{found.programme.pk}/trials/"
    page = client_of("coordinator").post(path, {"label": "새한금속", "days": 10})
    link = page.context["address"]
    assert link in page.content.decode()
    assert link not in client_of("coordinator").get(path).content.decode()
    firm, key = Client(headers={"accept-language": "ko"}), trial_door.fingerprint_of_trials(found.federation.pk)
    shown = firm.get(link).content.decode()
    assert key in shown
    assert "참여 전 시험" in shown
    content = firm.get(f"{link}bundle/").content
    bundle = read_trial(content, key=key)
    assert (bundle.contract.hash, bundle.run) == (found.contract.hash, str(model.run_id))
    assert bundle.released == {"unseen_sites": 4, "unseen_auprc": 0.6}
    assert bundle.server == "http://testserver"
    assert timedelta(days=9) < bundle.expires_at - timezone.now() < timedelta(days=10)
    with pytest.raises(FederatedError):
        check_moment(bundle, timezone.now() + timedelta(days=11))
    assert "Bundle taken" in client_of("coordinator").get(path).content.decode()


def test_one_word_comes_back_and_is_a_state_of_the_invitation(world, committed, client_of):
    found, _model = released(world)
    trial, secret = offered(world, found)
    firm, path = Client(), f"/training/try/{secret}/"
    assert now(trial).state == "offered"
    assert firm.post(path, {"said": "tried", "auprc": "0.9"}).status_code == 302
    assert now(trial).state == "tried"
    answer = firm.post("/api/learning/trials/", {"code": secret, "said": "convinced"}, content_type="application/json")
    assert (answer.status_code, now(trial).state) == (200, "convinced")
    first = now(trial).convinced_at
    for body in ({"code": secret, "said": "0.93"}, {"code": secret}):
        assert firm.post("/api/learning/trials/", body, content_type="application/json").status_code == 400
    assert firm.post(path, {"said": "0.93"}).status_code == 200
    firm.post(path, {"said": "convinced"})
    assert now(trial).convinced_at == first
    moved(trial, seconds=-1)
    assert now(trial).state == "convinced"  # what was said stays when the time is over
    assert "Convinced" in client_of("coordinator").get(f"/training/programmes/{found.programme.pk}/trials/").content.decode()


def test_a_link_that_is_over_or_of_a_model_rolled_back_gives_no_bundle(world, committed, client_of):
    found, model = released(world)
    trial, secret = offered(world, found)
    firm, path = Client(headers={"accept-language": "en"}), f"/training/try/{secret}/"
    assert firm.get(f"{path}bundle/").status_code == 200
    moved(trial, seconds=-1)
    assert (firm.get(f"{path}bundle/").status_code, now(trial).state) == (410, "over")
    assert "The time to try it is over" in firm.get(path).content.decode()
    moved(trial, days=3)
    with as_person(world, "coordinator"):
        services.retire_model(model_id=model.pk)
    assert firm.get(f"{path}bundle/").status_code == 410
    answer = firm.post("/api/learning/trials/", {"code": secret, "said": "tried"}, content_type="application/json")
    assert (answer.status_code, answer.json()) == (200, {"is_offered": False})
    with as_person(world, "coordinator"):
        services.release_model(model_id=model.pk)
    assert firm.get(f"{path}bundle/").status_code == 200
    answer = firm.post("/api/learning/trials/", {"code": secret, "said": "tried"}, content_type="application/json")
    assert answer.json() == {"is_offered": True}


def test_the_office_ends_a_trial_and_link_bundle_and_word_say_so(world, committed, client_of):
    found, _model = released(world)
    trial, secret = offered(world, found)
    firm, path = Client(headers={"accept-language": "en"}), f"/training/try/{secret}/"
    office, page = client_of("coordinator"), f"/training/programmes/{found.programme.pk}/trials/"
    assert "it works there until its day" in office.get(page).content.decode()
    assert "works until its day" in firm.get(path).content.decode()
    ended = office.post(f"/training/trials/{trial.pk}/withdraw/", follow=True)
    assert "A bundle that was loaded works until its day." in ended.content.decode()
    shown = firm.get(path)
    assert shown.status_code == 200
    assert "The office has ended this trial." in shown.content.decode()
    assert 'value="tried"' not in shown.content.decode()
    assert firm.get(f"{path}bundle/").status_code == 410
    assert firm.post(path, {"said": "tried"}).status_code == 410
    answer = firm.post("/api/learning/trials/", {"code": secret, "said": "tried"}, content_type="application/json")
    assert (answer.status_code, answer.json()["code"], now(trial).state) == (410, "trial_over", "withdrawn")
    assert now(trial).tried_at is None
    for guessed in ("/training/try/guessed/", "/training/try/guessed/bundle/"):
        assert firm.get(guessed).status_code == 404


def test_the_page_behind_a_link_has_no_wider_rights_than_its_three_functions(world, committed):
    """Nothing is read as the system, or under a scope; and the functions tell a guess nothing."""
    found, _model = released(world)
    _trial, secret = offered(world, found)
    firm, path = Client(), f"/training/try/{secret}/"
    with CaptureQueriesContext(connections["system"]) as as_system, CaptureQueriesContext(connection) as asked:
        assert firm.get(path).status_code == 200
        assert firm.get(f"{path}bundle/").status_code == 200
        assert firm.post(path, {"said": "tried"}).status_code == 302
    assert len(as_system) == 0
    statements = [query["sql"] for query in asked]
    assert [sql for sql in statements if re.search(r"\b(FROM|UPDATE|JOIN) \"?(learning|tenancy)_(?!trial_)", sql)] == []
    assert {name for sql in statements for name in re.findall(r"learning_trial_\w+", sql)} == {
        "learning_trial_door",
        "learning_trial_bundle",
        "learning_trial_say",
    }
    with connection.cursor() as cursor:
        for call in ("learning_trial_door(%s)", "learning_trial_bundle(%s)"):
            cursor.execute(f"SELECT * FROM {call}", [digest_of("guessed")])
            assert cursor.fetchall() == []
        for role in ("app_system", "app_identity"):
            cursor.execute("SELECT has_function_privilege(%s, 'learning_trial_door(bytea)', 'EXECUTE')", [role])
            assert cursor.fetchone() == (False,)


def test_only_a_model_in_use_goes_out_and_only_where_the_members_agreed(world, client_of):
    found, model = released(world, trials=False)
    with pytest.raises(wrong.TrialNotAgreed):
        offered(world, found)
    answer = client_of("coordinator").post(f"/training/programmes/{found.programme.pk}/trials/", {"label": "x", "days": 3})
    assert (answer.status_code, "allows trials" in answer.content.decode()) == (422, True)
    with as_person(world, "coordinator"):
        services.retire_model(model_id=model.pk)
    with pytest.raises(wrong.NothingToTry):
        offered(world, found)


def test_invitations_are_the_offices_and_a_list_of_many_costs_as_much_as_one_of_few(world, client_of):
    found, _model = released(world)
    trial, _secret = offered(world, found)
    path = f"/training/programmes/{found.programme.pk}/trials/"
    assert client_of("supplier").get(path).status_code == 403
    assert client_of("supplier").post(f"/training/trials/{trial.pk}/withdraw/").status_code == 403
    with as_person(world, "supplier"):
        assert not Trial.objects.exists()

    def statements() -> int:
        client_of("coordinator").get(path)
        with CaptureQueriesContext(connection) as queries:
            assert client_of("coordinator").get(path).status_code == 200
        return len(queries)

    few = statements()
    for _more in range(4):
        offered(world, found)
    assert statements() <= few


def test_the_contract_says_that_the_model_goes_out(world, client_of):
    found, _model = released(world)
    shown = client_of("supplier").get(f"/training/contracts/{found.contract.pk}/").content.decode()
    assert "to firms that have not joined, so that they try it" in shown
    form = client_of("coordinator").get(f"/training/programmes/{found.programme.pk}/contract/").context["form"]
    assert form["trials"].value() == "on"
