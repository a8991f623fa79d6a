"""Every colour that text has, on every ground that text lies on, in both themes: a page shows a pair on some days only."""

import re
from pathlib import Path

import pytest

SHEET = (Path(__file__).resolve().parents[2] / "apps/web/static/web/ui.css").read_text()
THEMES = {"light": ":root", "dark": '[data-theme="dark"]', "auto": '[data-theme="auto"]'}
INKS = {"ink", "mute", "accent", "ok", "warn", "bad", "info"}
GROUNDS = {"bg", "surface", "sunk"}
LEAST = 4.5  # WCAG 2.2, 1.4.3


def tokens(theme: str) -> dict[str, str]:
    block = re.search(re.escape(THEMES[theme]) + r" \{(.*?)\}", SHEET, re.DOTALL)
    assert block is not None
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", block[1]))


def luminance(colour: str) -> float:
    """Relative luminance, 0 to 1 (WCAG 2.2)."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    shares = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", THEMES)
def test_every_text_can_be_read_on_every_ground(theme):
    found = tokens(theme)
    pairs = [(ink, ground) for ink in sorted(INKS) for ground in sorted(GROUNDS)]
    pairs += [(tone, f"{tone}-soft") for tone in sorted(INKS) if f"{tone}-soft" in found]
    faint = [f"{ink} on {ground}" for ink, ground in pairs if contrast(found[ink], found[ground]) < LEAST]
    assert faint == []


def test_no_text_is_thinned():
    """What cannot be pressed is exempt from contrast; all else would leave the pairs above."""
    thin = re.findall(r"([^{}\n]+) \{[^{}]*\bopacity: 0?\.[0-9]+", SHEET)
    assert [rule.strip() for rule in thin if ":disabled" not in rule] == []
