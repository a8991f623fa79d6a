"""Renders what the shell can show, for the walks: looks, events, errors; and says in which language a text is."""

import pkgutil
import re
from collections.abc import Iterable
from html import unescape
from importlib import import_module
from types import ModuleType
from typing import Any

import apps as product
from apps.common.errors import DomainError
from apps.events.models import DomainEvent, Notification
from apps.events.registry import event_types
from tests.world import as_person

HANGUL = re.compile("[가-힣]")
# Written alike in both languages, or names of the languages themselves.
ALIKE = re.compile(r"한국어|두레|\bDure\b")
LANGUAGES = ("ko", "en")
TONES = {"ok", "warn", "bad", "info", "mute"}


def is_in(language: str, text: str) -> bool:
    """Whether a sentence is in this language; only Korean has Hangul."""
    return bool(HANGUL.search(text)) is (language == "ko")


def words_of(html: str) -> str:
    """What a person reads of a page's main part."""
    main = re.search(r"<main.*?</main>", html, re.DOTALL)
    text = re.sub(r"<(script|style|svg).*?</\1>", " ", main[0] if main else html, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


def sentences_of(html: str) -> list[str]:
    """Title and paragraphs of an error page, each by itself: one that is not translated hides beside others."""
    found = [words_of(text) for text in re.findall(r"<(?:h1|p|span)\b[^>]*>(.*?)</(?:h1|p|span)>", html, re.DOTALL)]
    return [text for text in (ALIKE.sub("", text).strip() for text in found) if re.search(r"[^\W\d_]{2}", text)]


# The keeper is a process of its own that shows nothing (tests/together/test_keeper_shows_nothing.py) and needs Flower.
KEEPER = {"apps.learning.superlinks", "apps.learning.management.commands.superlinks"}


def modules():
    for found in pkgutil.walk_packages(product.__path__, "apps."):
        if ".migrations" not in found.name and found.name not in KEEPER:
            yield import_module(found.name)


def looks(within: Iterable[ModuleType] | None = None):
    """(module, key, label or None, icon, tone) of every table of looks: dicts whose values end in an icon and a tone."""
    for module in modules() if within is None else within:
        for name, table in vars(module).items():
            if name.isupper() and isinstance(table, dict) and table and all(map(is_look, table.values())):
                for key, (*label, icon, tone) in table.items():
                    yield module.__name__, key, label[0] if label else getattr(key, "label", None), icon, tone


def is_look(value: Any) -> bool:
    return isinstance(value, tuple) and len(value) in (2, 3) and value[-1] in TONES


def tell_all(world, who: str = "supplier") -> int:
    """One notification of every kind of event for one person, as the relay would write it; how many."""
    person, firm = world.people[who], world.supplier
    kinds = list(event_types().values())
    with as_person(world, who):
        rows = [
            DomainEvent(
                event=kind.name,
                subject=f"{kind.name.split('.')[0]}-{number}",
                label=f"X-{number}",
                actor_organization=firm,
                actor=person,
                **({"buyer": world.buyer, "supplier": firm} if kind.notify_side else {"organization": firm}),
            )
            for number, kind in enumerate(kinds, 1)
        ]
        DomainEvent.objects.bulk_create(rows)
        Notification.objects.bulk_create(Notification(organization=firm, user=person, event=row) for row in rows)
    return len(kinds)


def broken_rules(of: type[DomainError] = DomainError):
    """Every kind of DomainError that a service raises."""
    list(modules())
    for kind in of.__subclasses__():
        yield kind
        yield from broken_rules(kind)
