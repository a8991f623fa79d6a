"""The published door of the factories, as far as the web application knows it."""

from pathlib import Path

from django.conf import settings

from .exceptions import DoorNotReady


def door_folder() -> Path:
    """Where the gateway's tables and certificate lie."""
    return Path(settings.LEARNING_FOLDER) / "door"


def gateway_ca() -> str:
    """PEM of the authority that signed the gateway's certificate; the keeper makes it.

    Raises:
        DoorNotReady: it has not yet.
    """
    try:
        return (door_folder() / "ca.pem").read_text()
    except FileNotFoundError as error:
        raise DoorNotReady(place="gateway", value=settings.GATEWAY_ADDRESS) from error
