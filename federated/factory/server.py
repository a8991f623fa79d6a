"""Calls from a factory to the web application, signed with the site's own key."""

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import httpx

from .. import VERSION
from ..agreed.errors import FederatedError
from ..agreed.keys import PrivateKey
from ..agreed.signing import site_headers
from .speech import SPEECH

# No answer, or an address at which there can be none: what httpx raises, and Python for a host's name that is none.
UNREACHED = (httpx.HTTPError, httpx.InvalidURL, UnicodeError)


class ServerRefused(FederatedError):
    code = "server_refused"


class Server:
    """
    Args:
        address: scheme and host of the web application.
        key: None for joining, when the server does not know the site yet.
    """

    def __init__(self, address: str, key: PrivateKey | None = None) -> None:
        self.key = key
        headers = {"User-Agent": f"dure-factory/{VERSION}", "Accept-Language": SPEECH.language}
        try:
            self.client = httpx.Client(base_url=address, timeout=20, headers=headers, follow_redirects=False)
        except UNREACHED as error:
            raise _silent(address, error) from error
        self.seconds_off: float | None = None

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """The answer as JSON values.

        Raises:
            ServerRefused: no answer, or one that is not 2xx; carries the server's own code, rule and remedy.
        """
        content = b"" if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        if self.key is not None:
            headers |= site_headers(self.key, method, path, content)
        try:
            answer = self.client.request(method, path, content=content, headers=headers)
        except UNREACHED as error:
            raise _silent(str(self.client.base_url), error) from error
        self.seconds_off = clock_offset(answer.headers.get("Date", ""))
        if not answer.is_success:
            raise refusal(answer, path)
        try:
            return answer.json() if answer.content else {}
        except ValueError as error:  # a page of a network that asks for a login, for example
            raise _silent(str(self.client.base_url), error) from error


def _silent(address: str, error: Exception) -> ServerRefused:
    remedy = "Check the network and the address; `dure-factory doctor` goes through a site's settings step by step."
    return ServerRefused("The server does not answer.", place=address, value=type(error).__name__, remedy=remedy)


def refusal(answer: httpx.Response, path: str) -> ServerRefused:
    try:
        problem = answer.json()
    except ValueError:
        problem = {}
    rule = problem.get("detail") or problem.get("title") or f"The server answered {answer.status_code}."
    first = (problem.get("errors") or [{}])[0]
    code = problem.get("code", "server_refused")
    return ServerRefused(rule, place=path, value=first.get("value"), remedy=first.get("remedy", ""), code=code)


def clock_offset(date: str) -> float | None:
    """Seconds by which this machine's clock is ahead of the server's Date header."""
    from email.utils import parsedate_to_datetime

    try:
        return (datetime.now(UTC) - parsedate_to_datetime(date)).total_seconds()
    except ValueError:
        return None


def split_token(address: str) -> tuple[str, str]:
    """(server, token) of the address that an administrator hands to the factory.

    Raises:
        FederatedError: not such an address.
    """
    parts = urlsplit(address)
    token = parts.path.rstrip("/").rpartition("/")[2]
    if parts.scheme not in ("http", "https") or not parts.netloc or not token:
        remedy = "Copy the whole line that the administrator's page shows."
        raise FederatedError("This is no joining address.", place="token address", value=address, remedy=remedy)
    return f"{parts.scheme}://{parts.netloc}", token
