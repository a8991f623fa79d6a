"""What a check says, and the list of all checks."""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Level(StrEnum):
    OK = "ok"
    WARNING = "warning"
    FAULT = "fault"
    UNKNOWN = "unknown"  # what it stands on has failed: named there, and not a second time here


@dataclass(frozen=True)
class Finding:
    """One answer, in the active language.

    Attributes:
        check: its name, the same in every language.
        place, value: where it was looked, and what was found there; never a secret.
        rule, remedy: what shall hold, and what to do; both empty where it holds.
    """

    check: str
    level: Level
    place: str
    value: str
    rule: str = ""
    remedy: str = ""

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


@dataclass(frozen=True)
class Look:
    """What one look found, before it has the name of its check."""

    place: str
    value: Any
    level: Level = Level.OK
    rule: Any = ""
    remedy: Any = ""


@dataclass(frozen=True)
class Check:
    name: str
    look: Callable[[], Look]
    needs: tuple[str, ...]


CHECKS: dict[str, Check] = {}


def check(name: str, *, needs: Iterable[str] = ()) -> Callable[[Callable[[], Look]], Callable[[], Look]]:
    """Enter a look into the list; it is not asked where one of `needs` has failed."""

    def enter(look: Callable[[], Look]) -> Callable[[], Look]:
        CHECKS[name] = Check(name, look, tuple(needs))
        return look

    return enter


def fault(place: str, value: Any, rule: Any, remedy: Any) -> Look:
    return Look(place, value, Level.FAULT, rule, remedy)


def warning(place: str, value: Any, rule: Any, remedy: Any) -> Look:
    return Look(place, value, Level.WARNING, rule, remedy)
