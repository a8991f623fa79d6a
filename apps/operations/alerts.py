"""Mail to the operator when something begins to fail and when it is over: once each.

What was told lies in a file beside the application's others, so that it works while database, Redis or worker do not.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from apps.accounts.letters import Letter, send_letter
from federated.agreed.files import write_whole

from .findings import Finding, Level

FILE = "alerts.json"


def told() -> set[str]:
    """Names of the checks that the operator knows to fail."""
    try:
        return set(json.loads((Path(settings.FILES_FOLDER) / FILE).read_text()))
    except (FileNotFoundError, ValueError):
        return set()


def tell(found: Sequence[Finding]) -> tuple[list[str], list[str]]:
    """Mail what has begun to fail and what is over; (begun, over), both empty where nothing is new and nothing was sent.

    What could not be looked at is neither: it stays as it was. A mail that does not go out is tried again the next time.

    Raises:
        OSError, SMTPException: the mail server did not take it.
    """
    before = told()
    failing = {one.check for one in found if one.level == Level.FAULT}
    well = {one.check for one in found if one.level in (Level.OK, Level.WARNING)}
    begun, over = sorted(failing - before), sorted(before & well)
    if not (begun or over) or not settings.OPERATOR_MAIL:
        return [], []
    send_letter(settings.OPERATOR_MAIL, _letter([one for one in found if one.check in begun], over))
    folder = Path(settings.FILES_FOLDER)
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / FILE, json.dumps(sorted((before | failing) - well)).encode())
    return begun, over


def _letter(begun: Sequence[Finding], over: Sequence[str]) -> Letter:
    host = urlsplit(settings.PUBLIC_URL).netloc
    lines = [f"{one.check} ({' · '.join(filter(None, (one.place, one.value)))}): {one.rule}. {one.remedy}" for one in begun]
    if over:
        lines.append(_("Over: %(names)s") % {"names": ", ".join(over)})
    names = ", ".join([one.check for one in begun] or over)
    subject = _("Dure %(host)s: fault in %(names)s") if begun else _("Dure %(host)s: %(names)s works again")
    return Letter(
        subject % {"host": host, "names": names},
        lines,
        rest=[_("You are told once when something begins to fail, and once when it is over.")],
    )
