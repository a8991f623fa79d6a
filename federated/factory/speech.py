"""In which language the program speaks: what was said on the command line, else the machine's own."""

import os
import re
from dataclasses import dataclass
from functools import cache
from typing import Any, TextIO

from ..agreed.errors import FederatedError
from ..sheets.errors import SheetError
from ..sheets.words import Language
from .korean import KOREAN

HOLE = re.compile(r"\{(\w*)[^}]*\}")


@dataclass
class Speech:
    language: Language = "en"


SPEECH = Speech()


def speak(language: str = "") -> None:
    """Speak English or Korean from now on; where nothing is said, as the machine's locale says."""
    locale = language or next((found for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (found := os.environ.get(name))), "")
    SPEECH.language = "ko" if locale.lower().startswith("ko") else "en"


def say(text: str, /, **values: Any) -> str:
    """The sentence in the language spoken; its holes are filled after it was looked up."""
    found = KOREAN.get(text, text) if SPEECH.language == "ko" else text
    return found.format(**values) if values else found


@cache
def _forms() -> list[tuple[re.Pattern[str], str]]:
    """Sentences with holes, the longest first: what an error says has its values in it already."""
    found = []
    for text, korean in sorted(KOREAN.items(), key=lambda pair: -len(pair[0])):
        if "{" in text:
            parts = [re.escape(part) for part in HOLE.split(text)[::2]]
            found.append((re.compile("(.*?)".join(parts), re.DOTALL), HOLE.sub("{}", korean)))
    return found


def translated(text: str) -> str:
    """A sentence whose values are filled in already; as it is, where the language has no words for it."""
    if SPEECH.language == "en" or not text:
        return text
    if text in KOREAN:
        return KOREAN[text]
    if text.startswith("  "):
        return f"  {translated(text[2:])}"
    for form, korean in _forms():
        if (match := form.fullmatch(text)) and korean.count("{}") == len(match.groups()):
            return korean.format(
                *(translated(part) if part in KOREAN or " row" in part else part for part in match.groups())
            )
    return text


def tell(text: str, file: TextIO | None = None, *, flush: bool = False) -> None:
    """Print a sentence whose values are filled in already."""
    print(translated(text), file=file, flush=flush)


def told(error: FederatedError) -> str:
    """An error in the language spoken: where, what holds, what was found, what to do."""
    if SPEECH.language == "en":
        return str(error)
    cause = error.__cause__ if isinstance(error.__cause__, SheetError) else error
    if isinstance(cause, SheetError):
        return SheetError(cause.code, cause.where, value=error.value, **cause.given).told("ko")
    head = "\n".join(translated(line) for line in error.rule.split("\n"))
    head = f"{error.place}: {head}" if error.place else head
    found = f" 찾은 값: {error.value}." if error.value is not None else ""
    return f"{head}{found}" + (f" 해결: {translated(error.remedy)}" if error.remedy else "")
