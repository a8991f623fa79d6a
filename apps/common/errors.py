"""The one kind of error that a broken business rule raises."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _


class DomainError(Exception):
    """A rule was broken by what somebody asked for; nothing has been written.

    Args:
        message: what is wrong, in the reader's language, for people.
        place: name of the field or row that holds the value, as the sender called it.
        value: the offending value.
        remedy: what to do about it.
        facts: further values for programs, such as the bound that was passed.
    """

    code: ClassVar[str] = "invalid"
    status: ClassVar[int] = 422
    title: Any = _("The request breaks a rule.")
    rule: Any = ""
    remedy: Any = ""

    def __init__(self, message: Any = "", *, place: str = "", value: Any = None, remedy: Any = "", **facts: Any) -> None:
        self.message = message or self.rule or self.title
        self.place = place
        self.value = value
        if remedy:
            self.remedy = remedy
        self.facts = facts
        self.others: list[DomainError] = []  # broken by the same act, told together with this one
        super().__init__(str(self.message))

    @property
    def words(self) -> str:
        """What is wrong and what to do about it, for people."""
        return f"{self.message} {self.remedy}"

    def problem(self) -> dict[str, Any]:
        """Problem details (RFC 9457): type, title, status, detail, and the place, value, rule and remedy as one error."""
        facts = {name: str(value) for name, value in self.facts.items()}
        return {
            "type": f"urn:dure:problem:{self.code.replace('_', '-')}",
            "title": str(self.title),
            "status": self.status,
            "detail": str(self.message),
            "code": self.code,
            "errors": [error._entry() for error in (self, *self.others)],
            **({"facts": facts} if facts else {}),
        }

    def _entry(self) -> dict[str, Any]:
        return {
            "place": self.place,
            "value": None if self.value is None else str(self.value),
            "rule": str(self.rule or self.message),
            "remedy": str(self.remedy),
        }


def raise_all(errors: Iterable[DomainError]) -> None:
    """Raise the first of several broken rules, which tells of the others; nothing when none is broken."""
    found = list(errors)
    if found:
        found[0].others = found[1:]
        raise found[0]


class Questioned(DomainError):
    """What may be meant, but hardly is: whoever says that it is may go on."""


class NotAllowed(DomainError):
    code = "not_allowed"
    status = 403
    title = _("You may not do this.")


class NotFound(DomainError):
    """Also for rows of other organizations: they are as if they were not there."""

    code = "not_found"
    status = 404
    title = _("There is no such thing here.")
    remedy = _("Check the address or the number.")


class InvalidValue(DomainError):
    code = "invalid_value"
    title = _("A value is not valid.")


class InvalidParameter(InvalidValue):
    """A query parameter that cannot be used."""

    code = "invalid_parameter"
    status = 400


class Conflict(DomainError):
    code = "conflict"
    status = 409
    title = _("Somebody was faster.")
    remedy = _("Reload, look at the present state and decide again.")


def path_of(place: str, name: Any) -> str:
    """lines + 0 → lines[0]; lines[0] + quantity → lines[0].quantity."""
    if name == "non_field_errors":
        return place
    if isinstance(name, int) or str(name).isdigit():
        return f"{place}[{name}]"
    return f"{place}.{name}" if place else str(name)
