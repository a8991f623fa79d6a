"""The Flower App Bundle of this program: settings that name the installed apps; it holds no code."""

import hashlib
from functools import cache

from .. import VERSION

# The ServerApp is the installed one, and light nodes never fetch the bundle.
APP_SETTINGS = f"""
[project]
name = "dure"
version = "{VERSION}"
description = "Names the installed apps; holds no code."
license = {{ file = "LICENSE" }}
dependencies = []

[tool.flwr.app]
publisher = "dure"

[tool.flwr.app.components]
serverapp = "federated.server.server_app:app"
clientapp = "federated.factory.client_app:app"

[tool.flwr.app.config]
run = ""
"""


@cache
def bundle() -> bytes:
    """The same bytes every time, so that its hash says whether an app is ours."""
    from flwr.cli.build import build_fab_from_files

    content, _metadata = build_fab_from_files({"pyproject.toml": APP_SETTINGS.encode(), "LICENSE": b"MIT\n"})
    return content


@cache
def bundle_hash() -> str:
    return hashlib.sha256(bundle()).hexdigest()
