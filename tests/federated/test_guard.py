"""The SuperLink's one port before another user of the same machine: every route, with nothing and with guesses."""

import asyncio
import base64
import json
import os
import ssl
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.routing import iter_route_contexts
from flwr.cli.build import build_fab_from_files
from flwr.proto.control_pb2 import StartRunRequest
from flwr.proto.fab_pb2 import Fab
from flwr.supercore.constant import TaskType
from flwr.supercore.superexec.executor.types import ExecutionSpec, LaunchResultStatus
from flwr.superlink.main import create_app
from starlette.requests import Request
from starlette.responses import Response

from federated.agreed.accounts import Account
from federated.agreed.keys import new_key
from federated.factory.node import signed_headers
from federated.server import guard
from federated.server.app_bundle import APP_SETTINGS, bundle, bundle_hash
from federated.server.executor import InstalledAppOnly
from federated.server.launching import SuperLinkPlace, command_of, environment_of

from .flower import Federation

NOBODY = Account("nobody", 65534, 65534)
START = "/v1/control/start-run"
# Layers of Flower that stand before every path.
ALWAYS = {"BaseHTTPMiddleware", "ProtobufTranslationMiddleware"}
PROTOBUF = {"content-type": "application/protobuf"}
FOREIGN = """
import pathlib
pathlib.Path({mark!r}).write_text("foreign code ran")
from federated.server.server_app import app
"""


@pytest.fixture
def federation(tmp_path):
    found = Federation(tmp_path)
    yield found
    found.close()


def routes() -> list[tuple[str, str]]:
    """(method, path) of all that Flower's own application has registered, its documentation included."""
    found = []
    for context in iter_route_contexts(create_app().routes):
        found += [(method, context.route.path) for method in sorted(context.route.methods or {"GET"})]
    return sorted(set(found))


def as_another_user(work: Callable[[], Any], user: Account = NOBODY) -> Any:
    """What the work gives when a process of another user does it; this user where only root could change."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.close(reader)
            if os.geteuid() == 0:
                os.setgroups([])
                os.setgid(user.gid)
                os.setuid(user.uid)
            content = json.dumps(work()).encode()
            while content:
                content = content[os.write(writer, content) :]
            os._exit(0)
        except BaseException as error:
            os.write(writer, json.dumps(f"failed: {error!r}").encode())
            os._exit(1)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        found = json.loads(pipe.read())
    _pid, status = os.waitpid(pid, 0)
    assert status == 0, found
    return found


def client_of(place: SuperLinkPlace) -> httpx.Client:
    trust = ssl.create_default_context(cadata=place.ca.read_text())
    return httpx.Client(base_url=f"https://{place.address}", verify=trust, trust_env=False)


OTHERS = [("GET", "/"), ("POST", "/v1/control/start-run/"), ("PUT", "/v1/control/start-run"), ("GET", "/v1/fleet/x")]
GUESSED = {
    "nothing": {},
    "a guessed token": {"authorization": "Bearer " + "0" * 64},
    "an empty token": {"authorization": "Bearer"},
    "guesses for every door": {
        **{"authorization": "Bearer x", "flwr-task-token": "0" * 64, "flwr-superexec-signature": "0" * 64},
        **{"flwr-superexec-timestamp": "1", "flwr-superexec-nonce": "1", "flwr-superexec-body-sha256": "0" * 64},
        **{"flwr-package-name": "flwr", "flwr-package-version": "1.41.0", "flwr-component-name": "SuperExec"},
        **{"flwr-public-key": base64.b64encode(b"x").decode(), "flwr-signature": base64.b64encode(b"x").decode()},
    },
    "a key of one's own": {**signed_headers(new_key()), "flwr-task-token": "x"},
}


def let_in(federation: Federation, user: Account) -> list[tuple[str, str, str, int]]:
    """(method, path, what was shown, status) of whatever a user of the machine was not refused."""
    listed = routes()
    assert len(listed) > 70, listed
    assert {"/v1/control/start-run", "/v1/runtime/pull-messages", "/v1/fleet/get-fab", "/health", "/docs"} <= {
        path for _method, path in listed
    }
    client = client_of(federation.place)

    def attack() -> list[tuple[str, str, str, int]]:
        found = []
        with client:
            for method, path in [*listed, *OTHERS]:
                for words, headers in GUESSED.items():
                    answer = client.request(method, path, headers={**PROTOBUF, **headers})
                    found.append((method, path, words, answer.status_code))
        return found

    tried = as_another_user(attack, user)
    assert len(tried) == (len(listed) + len(OTHERS)) * len(GUESSED)
    return [one for one in tried if one[3] not in (401, 403)]


@pytest.mark.processes
def test_another_user_of_the_machine_is_refused_on_every_route_of_the_port(federation):
    assert let_in(federation, NOBODY) == []
    assert federation.control.nodes() == {}


@pytest.mark.processes
def test_another_user_starts_no_foreign_code_and_neither_does_the_holder_of_the_token(federation, tmp_path):
    """F2: `curl` on start-run with an app of one's own ran it as the server's user, with the federation's secret."""
    mark = tmp_path / "mark"
    settings = APP_SETTINGS.replace("federated.server.server_app:app", "stolen.server:app")
    files = {"pyproject.toml": settings.encode(), "LICENSE": b"MIT\n", "stolen/__init__.py": b""}
    content, _metadata = build_fab_from_files({**files, "stolen/server.py": FOREIGN.format(mark=str(mark)).encode()})
    own = Fab(hash_str=bundle_hash(), content=content)
    requests = {
        "an app of one's own": StartRunRequest(fab=own),
        "only the right hash": StartRunRequest(fab=Fab(hash_str=bundle_hash())),
        "an app of Flower's hub": StartRunRequest(app_spec="@flwrlabs/quickstart-numpy"),
        "ours, and one of the hub by name": StartRunRequest(
            fab=Fab(hash_str=bundle_hash(), content=bundle()), app_spec="@flwrlabs/quickstart-numpy"
        ),
        "the installed one": StartRunRequest(fab=Fab(hash_str=bundle_hash(), content=bundle())),
    }

    client = client_of(federation.place)

    def attack(headers: dict[str, str]) -> dict[str, int]:
        headers = {**PROTOBUF, **headers}
        contents = {words: request.SerializeToString() for words, request in requests.items()}
        return {words: client.post(START, content=one, headers=headers).status_code for words, one in contents.items()}

    assert as_another_user(lambda: attack({})) == dict.fromkeys(requests, 401)
    token = {"authorization": f"Bearer {federation.place.token_file.read_text()}"}
    assert attack(token) == {**dict.fromkeys(requests, 403), "the installed one": 200}
    assert not mark.exists()


@pytest.mark.processes
def test_no_secret_of_a_superlink_is_readable_for_others_or_in_an_environment(federation, monkeypatch):
    place = federation.place
    place.hand_key("7", b"k" * 32)
    secret = [place.token_file, place.executor_secret_file, place.folder / "server.key", place.keys_folder / "7"]
    assert [oct(stat.S_IMODE(file.stat().st_mode)) for file in secret] == ["0o600"] * 4
    values = [place.token_file.read_text(), place.executor_secret_file.read_text()]
    for process in (federation.flower.superlink, federation.flower.executor):
        shown = Path(f"/proc/{process.pid}/environ").read_text() + command_of(process.pid)
        assert place.address.rpartition(":")[2] in shown
        assert not [value for value in values if value in shown]
    monkeypatch.setenv("DURE_SECRET_KEY", "the key of all keys")
    monkeypatch.setenv("DATABASE_URL", "postgresql://someone:secret@db/dure")
    assert not {"DURE_SECRET_KEY", "DATABASE_URL"} & set(environment_of(place, {}))


@pytest.mark.parametrize(
    ("task_type", "fab_hash"),
    [(TaskType.SERVER_APP, "0" * 64), (TaskType.SERVER_APP, None), (TaskType.AGENT_APP, bundle_hash())],
)
def test_the_executor_starts_nothing_but_the_installed_app(tmp_path, task_type, fab_hash):
    spec = ExecutionSpec(
        **{"task_type": task_type, "fab_hash": fab_hash, "runtime_api_address": "127.0.0.1:1", "token": "t", "task_id": 1},
        **{"insecure": False, "root_certificates_path": "ca.pem", "runtime_dependency_install": False},
        **{"parent_pid": None, "suppress_output": True},
    )
    assert InstalledAppOnly(tmp_path / "tasks").launch(spec).status == LaunchResultStatus.FAILED
    assert list((tmp_path / "tasks").iterdir()) == []


def test_a_superlink_without_a_token_is_not_started(tmp_path):
    (tmp_path / "token").touch()
    done = subprocess.run(
        [sys.executable, "-m", "federated.server.guard", "--port", "1"],
        env={**os.environ, "DURE_CONTROL_TOKEN_FILE": str(tmp_path / "token")},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "empty file" in done.stderr


@pytest.mark.parametrize(("given", "opens"), [("right", True), ("wrong", False), ("", False), ("rightly", False)])
def test_flowers_own_hook_knows_the_token_and_nothing_else(given, opens):
    assert guard.TokenAuthn("right").validate_tokens_in_metadata([("flwr-oidc-access-token", given)])[0] is opens
    assert guard.TokenAuthn().validate_tokens_in_metadata([("flwr-oidc-access-token", given)])[0] is False


@pytest.mark.parametrize("layer", guard.LAYERS, ids=lambda layer: layer.__name__)
def test_a_layer_that_is_left_out_for_a_path_would_have_done_nothing_there(layer, monkeypatch):
    """Which of Flower's layers look at which paths is Flower's to change: each passes all others on as they came."""
    prefix = guard.LAYERS[layer]
    monkeypatch.setenv("FLWR_TRACING_ENABLED", "1")
    for path in sorted({path for _method, path in guard.OPEN if not path.startswith(prefix)}):
        request = Request({"type": "http", "method": "POST", "path": path, "headers": [], "state": {}, "app": None})
        given, asked = Response(), []

        async def call_next(request, given=given, asked=asked):
            asked.append((dict(request.scope), dict(request.state._state)))
            return given

        before = dict(request.scope)
        assert asyncio.run(layer(app=None).dispatch(request, call_next)) is given, path
        assert given.headers.items() == Response().headers.items(), path
        assert asked == [(before, {})], path


def test_every_layer_of_flower_is_known_and_stands_where_it_stood():
    """A layer that a new release adds is read before it is left in or out."""
    before = [layer.cls for layer in create_app().user_middleware]
    after = guard.slimmed(create_app()).user_middleware
    assert [layer.kwargs["layer"].cls if layer.cls is guard.Within else layer.cls for layer in after] == before
    assert {layer.cls.__name__ for layer in after if layer.cls is not guard.Within} == ALWAYS
