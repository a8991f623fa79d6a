"""Flower's SuperLink behind a door of ours; started instead of `flower-superlink`, with the same arguments.

Flower's one port serves Control, Runtime, Fleet, its own documentation and more, and open Flower asks for no account on
Control. Here whatever is not listed is refused, Control takes a bearer token, and a run starts with the installed app only.
What a task's token, the executor's signature and a node's signature are worth is checked by Flower itself.
"""

import hashlib
import hmac
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

import uvicorn
from flwr.common.constant import ACCESS_TOKEN_KEY
from flwr.proto.control_pb2 import StartRunRequest
from flwr.supercore.auth.typing import AccountAuthCredentials, AccountAuthLoginDetails, AccountInfo
from flwr.supercore.constant import SUPEREXEC_AUTH_SIGNATURE_HEADER, TASK_TOKEN_HEADER
from flwr.supercore.error import ApiErrorCode, FlowerError
from flwr.supercore.http_logging import get_uvicorn_log_config
from flwr.supercore.logger import console_handler
from flwr.supercore.routers.runtime.tracing import RuntimeTracingMiddleware
from flwr.superlink.auth_plugin import ControlAuthnPlugin, NoOpControlAuthnPlugin
from flwr.superlink.cli.flower_superlink import SuperLinkLifespan, _parse_superlink_lifespan_config
from flwr.superlink.main import create_app
from flwr.superlink.routers.control.middlewares import (
    ControlAuthenticationMiddleware,
    ControlEventLogMiddleware,
    ControlLicenseMiddleware,
    ControlSensitiveResponseMiddleware,
)
from flwr.superlink.routers.fleet.middlewares import FleetEventLogMiddleware
from flwr.superlink.routers.fleet.node_auth import NodeAuthMiddleware
from google.protobuf.message import DecodeError
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..door.admission import PROOF, is_proven
from .app_bundle import bundle_hash
from .holding import FLEET, RUNTIME, Holding
from .launching import CONTROL_TOKEN

LARGEST_START = 2**20
START = "/v1/control/start-run"
CONTROL = "/v1/control/"

# What the keeper, the executor and its ServerApp, and the sites call; all else stays shut, whoever asks.
CALLS = {
    CONTROL: {"list-nodes", "list-runs", "register-node", "start-run", "stop-run", "unregister-node"},
    RUNTIME: {
        *("acquire-task", "confirm-message-received", "get-nodes", "pull-messages", "pull-object", "pull-task-input"),
        *("push-logs", "push-messages", "push-object", "push-task-output", "send-task-heartbeat"),
    },
    FLEET: {
        *("activate-node", "confirm-message-received", "deactivate-node", "get-fab", "get-run", "pull-messages"),
        *("pull-object", "push-messages", "push-object", "send-node-heartbeat"),
    },
}
TASKS = (f"{RUNTIME}acquire-task", f"{RUNTIME}pull-task-input")
# Flower's layers that look at these paths and pass all others on as they came, each at a price in the one thread.
# tests/federated/test_guard.py holds that against the installed Flower.
LAYERS: dict[Any, str | tuple[str, ...]] = {
    **dict.fromkeys((ControlAuthenticationMiddleware, ControlEventLogMiddleware), CONTROL),
    **dict.fromkeys((ControlLicenseMiddleware, ControlSensitiveResponseMiddleware), CONTROL),
    **dict.fromkeys((NodeAuthMiddleware, FleetEventLogMiddleware), FLEET),
    RuntimeTracingMiddleware: TASKS,
}
OPEN = {("POST", prefix + name) for prefix, names in CALLS.items() for name in names}


class Refused(Exception):
    """Args: the status of the answer and its text."""


class TokenAuthn(ControlAuthnPlugin):
    """Flower's own hook for Control, with the token that lies beside the SuperLink."""

    def __init__(self, token: str = "") -> None:
        self.token = token

    def get_login_details(self) -> AccountAuthLoginDetails | None:
        return _no_accounts()

    def validate_tokens_in_metadata(self, metadata: Sequence[tuple[str, str | bytes]]) -> tuple[bool, AccountInfo | None]:
        given = dict(metadata).get(ACCESS_TOKEN_KEY, "")
        if not self.token or not same(str(given), self.token):
            return False, None
        # The account that open Flower gives everybody; its federation belongs to it.
        return NoOpControlAuthnPlugin().validate_tokens_in_metadata(metadata)

    def get_auth_tokens(self, device_code: str) -> AccountAuthCredentials | None:
        return _no_accounts()

    def refresh_tokens(
        self, metadata: Sequence[tuple[str, str | bytes]]
    ) -> tuple[Sequence[tuple[str, str | bytes]] | None, AccountInfo | None]:
        return None, None


def _no_accounts() -> NoReturn:
    raise FlowerError(ApiErrorCode.NO_ACCOUNT_AUTH, "This SuperLink knows one token and no accounts.")


def same(given: str, right: str) -> bool:
    return hmac.compare_digest(given.encode(), right.encode())


class Within:
    """One of Flower's layers around an application, for the paths that it looks at."""

    def __init__(self, app: ASGIApp, layer: Middleware, prefix: str | tuple[str, ...]) -> None:
        self.app, self.prefix = app, prefix
        self.layered = layer.cls(app, *layer.args, **layer.kwargs)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_within = scope["type"] != "http" or scope["path"].startswith(self.prefix)
        await (self.layered if is_within else self.app)(scope, receive, send)


def slimmed(app: Starlette) -> Starlette:
    """The same application, whose layers stand before their own paths only."""
    places = dict(LAYERS)
    if app.state.fleet_event_log_plugin is None:
        places[FleetEventLogMiddleware] = ()  # there is nobody to whom it could tell anything
    app.user_middleware[:] = [
        Middleware(Within, layer=layer, prefix=places[layer.cls]) if layer.cls in places else layer
        for layer in app.user_middleware
    ]
    return app


class Door:
    """The outermost layer: nothing of Flower runs before a call has shown what it needs."""

    def __init__(self, app: ASGIApp, token: str) -> None:
        self.app, self.token = app, token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return await self.app(scope, receive, send)
        if scope["type"] != "http":
            return await send({"type": "websocket.close", "code": 1008})
        try:
            self.check(scope)
            if scope["path"] == START:
                receive = await only_our_app(receive)
        except Refused as refused:
            status, text = refused.args
            return await answer(send, status, text)
        return await self.app(scope, receive, send)

    def check(self, scope: Scope) -> None:
        """
        Raises:
            Refused: 401 without the credential that this path takes, 403 for what nobody may call.
        """
        path, headers = scope["path"], _headers(scope)
        call = (scope["method"], path)
        if path.startswith(FLEET) and call in OPEN:
            needed = list(PROOF)
        elif path.startswith(RUNTIME) and call in OPEN:
            needed = [SUPEREXEC_AUTH_SIGNATURE_HEADER if path.endswith("/acquire-task") else TASK_TOKEN_HEADER]
        else:
            given = headers.get("authorization", [])
            if len(given) != 1 or not same(given[0], f"Bearer {self.token}"):
                raise Refused(401, "The control token is missing or wrong.")
            if call not in OPEN:
                raise Refused(403, "Nobody may call this here.")
            needed = []
        if any(len(headers.get(name, [])) != 1 for name in needed):
            raise Refused(401, f"Needed once each: {', '.join(needed)}.")
        if path.startswith(FLEET) and not is_proven(*(headers[name][0] for name in PROOF)):
            raise Refused(401, "The node's signature is not valid now.")


def _headers(scope: Scope) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in scope["headers"]:
        found.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
    return found


async def only_our_app(receive: Receive) -> Receive:
    """The same body to be read again, once it is known to carry the installed app and no other.

    Raises:
        Refused: another app, one by name from Flower's hub, or no request at all.
    """
    body = bytearray()
    more = True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            raise Refused(400, "The call ended early.")
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > LARGEST_START:
            raise Refused(413, "No app of ours is that large.")
    try:
        request = StartRunRequest.FromString(bytes(body))
    except DecodeError as error:
        raise Refused(400, "This is no request to start a run.") from error
    # A name beside the content wins at Flower: the hub's app would be started.
    if request.app_spec or hashlib.sha256(request.fab.content).hexdigest() != bundle_hash():
        raise Refused(403, "Only the installed app is started here.")
    waiting: list[Message] = [{"type": "http.request", "body": bytes(body), "more_body": False}]

    async def again() -> Message:
        return waiting.pop() if waiting else await receive()

    return again


async def answer(send: Send, status: int, text: str) -> None:
    content = json.dumps({"detail": text}).encode()
    headers: list[tuple[bytes, bytes]] = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(content))]
    if status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content})


def main() -> None:
    token = Path(os.environ[CONTROL_TOKEN]).read_text()
    if not token:
        raise SystemExit(f"{CONTROL_TOKEN} names an empty file; a SuperLink without a token is not started.")
    config: Any = _parse_superlink_lifespan_config()
    config.authn_plugin = TokenAuthn(token)
    # As Flower's own command does, with the door around its application.
    uvicorn.run(
        Door(Holding(slimmed(create_app(config, SuperLinkLifespan))), token),
        host=config.host,
        port=config.port,
        log_config=get_uvicorn_log_config(console_handler.level),
        ssl_keyfile=config.ssl_keyfile,
        ssl_certfile=config.ssl_certfile,
        workers=1,
    )


if __name__ == "__main__":
    main()
