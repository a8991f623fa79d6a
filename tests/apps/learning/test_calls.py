"""Attacks on the calls of programs: replays, twins of keys, signed bodies that are malformed, reports that come too late."""

import base64
import json
from datetime import UTC, datetime, timedelta
from importlib import import_module
from types import SimpleNamespace

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from django.apps import apps
from django.db import connections
from django.db.models import F
from django.test import override_settings
from django.utils import timezone

from apps.learning import exceptions as wrong
from apps.learning import services
from apps.learning.models import Node, Run
from apps.tenancy.scope import unscoped
from federated.agreed.keys import canonical, new_key, public_text
from federated.agreed.keys import sign as sign_site
from federated.agreed.signing import (
    KEY_HEADER,
    NONCE_HEADER,
    SIGNATURE_HEADER,
    TIME_HEADER,
    run_signature,
    site_content,
)
from tests.learning import NAMES, Factory, ServerApp, joined, running, set_up, token
from tests.world import SYSTEM

PROGRESS = {"states": {NAMES[0]: "received"}, "round": 1, "kind": "train", "left_s": 20}
P256 = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


@pytest.fixture
def started(world, committed):
    found, _keys, run = running(world)
    app = ServerApp(run, found.federation.pk)
    assert app.call("GET", "job/").status_code == 200
    return found, run, app


def kept(run) -> dict:
    with unscoped(reason=SYSTEM):
        return Run.objects.filter(pk=run.pk).values().get()


def spellings(public: str) -> list[str]:
    kind, blob = public.split()
    return [f"{public} c0", f"{public}\n", f"{kind}  {blob}", f"{public} of the plant", f"{kind} {blob} {blob}"]


def test_a_victims_key_with_another_comment_joins_no_second_site(world, committed):
    found = set_up(world)
    victim = joined(world, found, "supplier")
    secret = token(world, found, "buyer")
    for spelling in spellings(public_text(victim)):
        with pytest.raises(wrong.InvalidKey):
            services.join(token=secret, public_key=spelling, version="0.1.0")
    with unscoped(reason=SYSTEM):
        assert Node.objects.exclude(public_key="").count() == 1


def test_a_key_is_stored_and_known_in_one_spelling(world, committed):
    found = set_up(world)
    key = new_key()
    node = services.join(token=token(world, found, "supplier"), public_key=public_text(key) + " mine", version="0.1.0")
    assert node.public_key == canonical(public_text(key)) == public_text(key)
    assert Factory(key).get("site/").status_code == 200


def test_rows_of_before_get_the_one_spelling_and_the_first_keeps_a_key_that_stood_twice(world, committed):
    found = set_up(world)
    keys = {name: joined(world, found, name) for name in ("supplier", "buyer")}
    first, second = (found.nodes[name].pk for name in keys)
    public = public_text(keys["supplier"])
    with unscoped(reason=SYSTEM):
        Node.objects.filter(pk=first).update(public_key=public + " c0")
        Node.objects.filter(pk=second).update(public_key=public, joined_at=F("joined_at") + timedelta(hours=1))
    import_module("apps.learning.migrations.0007_canonical_keys").spell(
        apps, SimpleNamespace(connection=connections["owner"])
    )
    with unscoped(reason=SYSTEM):
        left = dict(Node.objects.filter(pk__in=(first, second)).values_list("pk", "public_key"))
    assert left == {first: public, second: ""}


@pytest.mark.parametrize("path", ["progress/", "failure/", "rounds/1/", "job/"])
def test_a_recorded_call_of_a_run_is_refused_a_second_time(started, path):
    _found, run, app = started
    recorded = app.signed("GET" if path == "job/" else "POST", path, {"progress/": PROGRESS}.get(path, {"text": "x"}))
    app.send(*recorded)
    before = kept(run)
    answer = app.send(*recorded)
    assert (answer.status_code, answer.json()["code"]) == (409, "replayed")
    assert kept(run) == before


@pytest.mark.parametrize("changed", [TIME_HEADER, NONCE_HEADER, SIGNATURE_HEADER])
def test_a_recorded_call_with_another_time_or_nonce_is_not_signed(started, changed):
    _found, _run, app = started
    method, target, content, headers = app.signed("POST", "progress/", PROGRESS)
    other = app.signed("POST", "progress/", PROGRESS)[3][changed]
    assert app.send(method, target, content, {**headers, changed: other}).status_code == 401


@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_call_of_another_time_is_refused_though_its_signature_is_right(started, minutes):
    _found, run, app = started
    at = (datetime.now(UTC) + timedelta(minutes=minutes)).isoformat()
    method, target, content, headers = app.signed("POST", "progress/", PROGRESS)
    headers |= {TIME_HEADER: at}
    headers[SIGNATURE_HEADER] = run_signature(app.key, method, target, content, at=at, nonce=headers[NONCE_HEADER])
    answer = app.send(method, target, content, headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "clock_off")
    assert kept(run)["states"] == {}


def test_a_recorded_call_of_a_site_is_refused_also_with_the_twin_of_its_signature(world, committed):
    """An ECDSA signature (r, s) has the twin (r, -s), which anybody can make from it."""
    found = set_up(world)
    key = joined(world, found, "supplier")
    target, at = "/api/learning/site/", timezone.now().isoformat()
    signature = sign_site(key, site_content("GET", target, at, b""))
    r, s = decode_dss_signature(base64.b64decode(signature))
    twin = base64.b64encode(encode_dss_signature(r, P256 - s)).decode()
    client = Factory(key).client

    def call(signature: str) -> int:
        headers = {KEY_HEADER: public_text(key), "Dure-Time": at, SIGNATURE_HEADER: signature}
        return client.get(target, headers=headers).status_code

    assert [call(signature), call(signature), call(twin)] == [200, 409, 409]


@pytest.mark.parametrize("end", ["stopped", "failed", "finished", "paused"])
def test_a_report_for_a_run_that_has_ended_changes_nothing(world, started, end):
    _found, run, app = started
    app.round(1)
    with unscoped(reason=SYSTEM):
        Run.objects.filter(pk=run.pk).update(state=end, failure="as it was")
    before = kept(run)
    assert app.call("POST", "failure/", {"text": "another text"}).status_code == 200
    assert app.call("POST", "progress/", PROGRESS).status_code == 200
    assert app.round(2).json()["command"] == "stop"
    assert app.round(3, kind="finish").json()["command"] == "stop"
    assert app.call("GET", "job/").status_code == 409
    assert kept(run) == before


SITE = {"examples": 1, "seconds": 1.0, "metrics": {"auroc": 0.5}, "fingerprint": ""}
ROUND = {"kind": "train", "round": 2, "seconds": 1.0, "overhead_s": 0.1, "sites": {}, "failed": {}, "checkpoint": "AAAA"}
MALFORMED = {
    "progress/": [
        *(b"", b"{", b"[]", b"null", b"7", b'"x"', b"\xff", b"[" * 100_000, b'{"states": NaN}'),
        *[{**PROGRESS, name: None} for name in PROGRESS],
        *[{key: value for key, value in PROGRESS.items() if key != name} for name in PROGRESS],
        *({**PROGRESS, "states": {"x": "asleep"}}, {**PROGRESS, "kind": "erase"}, {**PROGRESS, "round": 10**30}),
        *({**PROGRESS, "left_s": 1e308}, {**PROGRESS, "states": {"x" * 5000: "late"}}, {**PROGRESS, "left_s": float("nan")}),
    ],
    "failure/": [b"", b"[]", {}, {"text": None}, {"text": ["x"]}, {"text": "x" * 30_000}, {"text": "\0"}],
    "rounds/2/": [
        *(b"", b"[]", {}, {"kind": "train"}),
        *[{**ROUND, name: None} for name in ROUND],
        *({**ROUND, "checkpoint": "%%%"}, {key: value for key, value in ROUND.items() if key != "checkpoint"}),
        *({**ROUND, "sites": {NAMES[0]: {**SITE, "metrics": {"auroc": float("inf")}}}}, {**ROUND, "sites": {NAMES[0]: 7}}),
        *({**ROUND, "sites": {NAMES[0]: {**SITE, "examples": -1}}}, {**ROUND, "seconds": -1}, {**ROUND, "failed": ["x"]}),
    ],
}


@pytest.mark.parametrize("path", list(MALFORMED))
def test_a_body_that_is_signed_and_malformed_is_a_400_and_changes_nothing(started, path):
    _found, run, app = started
    before = kept(run)
    answers = [(body, app.call("POST", path, body).status_code) for body in MALFORMED[path]]
    assert len(answers) >= 7
    assert [one for one in answers if one[1] != 400] == []
    assert kept(run) == before


def test_an_unknown_run_answers_as_a_known_one_does_to_whoever_has_no_key(started):
    _found, run, app = started
    for headers in (
        {},
        {SIGNATURE_HEADER: "0" * 64},
        {SIGNATURE_HEADER: "é", TIME_HEADER: "x"},
        app.signed("GET", "job/")[3],
    ):
        answers = {
            number: app.client.post(
                f"/api/learning/runs/{number}/progress/", b"{}", content_type="application/json", headers=headers
            )
            for number in (run.pk, run.pk + 1, 10**18)
        }
        refusal = 401 if "".join(headers.values()).isascii() else 400
        assert {answer.status_code for answer in answers.values()} == {refusal}
        assert len({answer.content.replace(f"/runs/{number}/".encode(), b"") for number, answer in answers.items()}) == 1


def test_a_checkpoint_larger_than_a_form_may_be_is_taken_and_a_larger_one_than_a_contract_allows_is_not(started):
    """F13: networks of 1024 × 1024 are 4 MB, 5.3 as base64; 3 MB were refused and the run would have failed."""
    _found, run, app = started
    network = base64.b64encode(bytes(4 * 2**20)).decode()
    assert app.call("POST", "rounds/2/", {**ROUND, "checkpoint": network}).status_code == 200
    assert kept(run)["round"] == 2
    with override_settings(LEARNING_LARGEST_REPORT=2**20):
        answer = app.call("POST", "rounds/3/", {**ROUND, "checkpoint": network})
        assert (answer.status_code, answer.json()["code"]) == (413, "report_too_large")
        method, target, content, headers = app.signed("POST", "rounds/3/", json.dumps(ROUND).encode())
        answer = app.client.generic(
            method, target, content, content_type="application/json", headers=headers, CONTENT_LENGTH="-5"
        )
        assert answer.status_code == 413
    assert kept(run)["round"] == 2
