"""What is lost by an act is asked about first, or can be undone: every form whose address ends, deletes or takes back."""

import re
from pathlib import Path

import pytest

TEMPLATES = sorted(Path("apps").glob("*/templates/**/*.html"))
VERBS = (
    *("cancel", "close", "decline", "delete", "discard", "end", "lock", "reject", "remove", "revoke", "roll-back"),
    *("stop", "suspend", "withdraw"),
)
LOSES = re.compile(rf"{{% url '[\w-]+:(?:{'|'.join(VERBS)})(?:-[\w-]+)?'")
FORM = re.compile(r"<form\b[^>]*>.*?</form>", re.DOTALL)
DIALOG = re.compile(r"<dialog\b.*?</dialog>", re.DOTALL)
BUTTON = re.compile(r"<button\b[^>]*>", re.DOTALL)
# Address → by what it is undone, on the same page.
UNDONE = {
    "accounts:lock-person": "accounts:unlock-person",
    "learning:suspend": "learning:readmit",
    "partners:suspend-relation": "partners:resume-relation",
    "calendars:remove-day": "calendars:calendars",
    "calendars:remove-shift": "calendars:calendars",
    "consigned:end": "consigned:end",  # the same button takes it up again
}


def losing(text: str) -> list[str]:
    """Forms of a template that lose something, whether they ask or not."""
    return [form for form in FORM.findall(text) if LOSES.search(form.split(">")[0])]


def unasked(text: str) -> list[str]:
    """Addresses of the forms that act at the first click and cannot be undone."""
    free = DIALOG.sub("", text)
    found = []
    for form in losing(free):
        address = re.search(r"url '([\w:-]+)'", form)[1]
        is_asked = all("data-asks" in button for button in BUTTON.findall(form))
        if not is_asked and address not in UNDONE:
            found.append(address)
    return found


def test_what_is_lost_is_asked_about_or_can_be_undone():
    texts = {str(path): path.read_text() for path in TEMPLATES}
    assert sum(len(losing(text)) for text in texts.values()) > 15
    assert {path: unasked(text) for path, text in texts.items() if unasked(text)} == {}


def test_what_undoes_an_act_stands_in_the_templates():
    every = "".join(path.read_text() for path in TEMPLATES)
    assert [undo for undo in UNDONE.values() if f"'{undo}'" not in every] == []


@pytest.mark.parametrize(
    "planted",
    [
        "<form method=post action=\"{% url 'orders:cancel' 1 %}\"><button>Cancel</button></form>",
        "<form method=post\n action=\"{% url 'ui:delete-view' 1 %}\"><button data-asks=x></button><button></button></form>",
    ],
)
def test_an_act_that_does_not_ask_is_found(planted):
    assert unasked(planted)
    assert not unasked(f"<dialog>{planted}</dialog>")
