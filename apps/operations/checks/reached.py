"""What is reached over the network: mail, the public address, the doors of training together."""

import socket
import ssl
from datetime import UTC, datetime
from smtplib import SMTPException
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import get_connection
from django.utils.translation import gettext as _

from apps.learning.models import Federation
from apps.tenancy.scope import unscoped

from ..findings import Look, check, fault, warning
from .settings import HERE

WAIT_S = 4
FEW_DAYS, LAST_DAYS = 21, 7
MIGRATED = ("database.reachable", "database.migrations")


@check("mail")
def mail() -> Look:
    """The mail server lets us in; nothing is sent."""
    if not settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        return Look("EMAIL_BACKEND", settings.EMAIL_BACKEND.rpartition("backends.")[2])
    place = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    connection = get_connection(timeout=WAIT_S)
    try:
        connection.open()
        connection.close()
    except (OSError, SMTPException) as error:
        remedy = _("Compare DURE_SMTP_HOST, _PORT, _USER, _PASSWORD and _TLS; let the firewall pass.")
        return fault(place, str(error), _("the mail server takes our mails"), remedy)
    return Look(place, _("reached"))


@check("tls")
def tls() -> Look:
    """The public address has a certificate that browsers believe, for more than a few days."""
    address = urlsplit(settings.PUBLIC_URL)
    host, port = address.hostname or "", address.port or 443
    if address.scheme != "https":
        return Look(settings.PUBLIC_URL, _("without TLS, on this machine only") if host in HERE else address.scheme)
    place = f"{host}:{port}"
    rule = _("a valid certificate for more than %(n)s days") % {"n": FEW_DAYS}
    remedy = _("Renew the certificate (for example with certbot) and reload nginx.")
    try:
        with (
            socket.create_connection((host, port), WAIT_S) as plain,
            ssl.create_default_context().wrap_socket(plain, server_hostname=host) as wrapped,
        ):
            told = wrapped.getpeercert() or {}
    except OSError as error:
        return fault(place, str(error), rule, remedy)
    ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(told["notAfter"])), UTC)
    days = (ends - datetime.now(UTC)).days
    value = _("%(n)s days left") % {"n": days}
    if days <= FEW_DAYS:
        return (fault if days <= LAST_DAYS else warning)(place, value, rule, remedy)
    return Look(place, value)


@check("federation.superlinks", needs=MIGRATED)
def superlinks() -> Look:
    """The keeper runs a SuperLink for each open federation, on this machine."""
    ports = _ports()
    silent = [port for port in ports if not _answers("127.0.0.1", port)]
    if silent:
        remedy = _("Start `manage.py superlinks`; its log names what fails.")
        return fault("127.0.0.1", ", ".join(map(str, silent)), _("each federation's SuperLink listens"), remedy)
    return Look("127.0.0.1", ", ".join(map(str, ports)) or _("no federation"))


@check("federation.door", needs=MIGRATED)
def door() -> Look:
    """The published door that factories connect to."""
    host, _colon, port = settings.GATEWAY_ADDRESS.rpartition(":")
    if not _ports():
        return Look(settings.GATEWAY_ADDRESS, _("no federation"))
    if not _answers(host, int(port)):
        remedy = _("Start the gateway or nginx's door; compare DURE_GATEWAY; let the firewall pass.")
        return fault(settings.GATEWAY_ADDRESS, _("no answer"), _("factories reach the door"), remedy)
    return Look(settings.GATEWAY_ADDRESS, _("reached"))


def _ports() -> list[int]:
    with unscoped(reason="training: rounds belong to all sites of a run"):
        return list(Federation.objects.filter(closed_at=None).order_by("port").values_list("port", flat=True))


def _answers(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), WAIT_S).close()
    except OSError:
        return False
    return True
