"""Looks at everything that an installation stands on, one check after the other."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from . import checks as checks
from .findings import CHECKS, Check, Finding, Level, fault


def examine(only: set[str] | None = None) -> Iterator[Finding]:
    """Each check's finding, in the active language; a check that breaks is a fault of its own, and the others go on.

    Args:
        only: names of checks; what they need is asked too, and told.
    """
    failed: set[str] = set()
    for one in CHECKS.values():
        if only is not None and one.name not in _with_needs(only):
            continue
        finding = _unknown(one, failed) or _asked(one)
        if finding.level in (Level.FAULT, Level.UNKNOWN):
            failed.add(one.name)
        yield finding


def _with_needs(names: set[str]) -> set[str]:
    return names | {need for name in names for need in (CHECKS[name].needs if name in CHECKS else ())}


def _unknown(one: Check, failed: set[str]) -> Finding | None:
    if missing := [need for need in one.needs if need in failed]:
        return Finding(one.name, Level.UNKNOWN, "", _("not looked at: %(need)s fails") % {"need": ", ".join(missing)})
    return None


def _asked(one: Check) -> Finding:
    try:
        look = one.look()
    except Exception as error:  # whatever it is, the operator must read of it, and of all that comes after
        words = (str(error).strip().splitlines() or [""])[0]
        look = fault(
            "",
            f"{type(error).__name__}: {words}"[:300],
            _("the check can look"),
            _("Read the message; the check itself could not go on."),
        )
    return Finding(one.name, look.level, look.place, str(look.value), str(look.rule), str(look.remedy))
