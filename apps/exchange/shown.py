"""What the pages of an import show."""

from itertools import islice
from typing import Any

from django.db.models import F
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.common.dates import day_text
from apps.common.incoming import Incoming, choice_words, from_json
from apps.ui.bulk import MOST_TOGETHER, BulkAct
from apps.ui.selectors import listings
from apps.ui.texts import quantity
from apps.ui.texts import unit as unit_text

from .incoming import loading, making, mapping, services, working
from .incoming.checking import chosen_states
from .incoming.keeping import kept_rows
from .incoming.reading import notes_of
from .incoming.words import choices, list_name
from .lists import look
from .models import Import, ImportRow, ImportState, RowState

A_PAGE = 100
FAR = 10  # rows below which what is done with them stands above them, too
MOST_WORDS = 50
LOOKS = {
    RowState.NEW: ("circle-plus", "ok"),
    RowState.CHANGED: ("pencil", "info"),
    RowState.SAME: ("equal", "mute"),
    RowState.MISSING: ("circle-dashed", "mute"),
    RowState.ERROR: ("circle-x", "bad"),
    RowState.HELD: ("circle-pause", "warn"),
}


def columns(made: Import) -> dict[str, Any]:
    """One line a field: the columns that it may be, with their examples."""
    kinds = mapping.kinds()
    kind, heads = kinds.get(made.kind), made.tables[made.table]["heads"]
    context: dict[str, Any] = {
        "tables": list(enumerate(made.tables)),
        "kinds": [(name, one.label) for name, one in kinds.items()],
        "found": made.tables[made.table],
        "notes": notes_of(made.tables[made.table]),
        "periods": [head["name"] for head in heads if head["period"]] if kind and kind.is_wide else [],
    }
    if kind is None:
        return context
    by_name, words = {head["name"]: head for head in heads}, mapping.placed(heads)
    proposals = {one.field.name: one for one in mapping.propose(kind, heads)}
    is_open = {one.name for one in mapping.open_fields(kind, heads, made.mapping, made.constants)}
    asked = {one.name for one in mapping.needed_fields(kind, (), made.mapping, made.constants)}
    if made.state == ImportState.MAPPING:
        is_open |= asked
    fields = []
    for one in kind.fields:
        proposal, chosen = proposals[one.name], made.mapping.get(one.name, "")
        first = list(dict.fromkeys([*([chosen] if chosen else []), *proposal.candidates]))
        rest = [head["name"] for head in mapping.usable(heads) if head["name"] not in first]
        fields.append(
            {
                "field": one,
                "chosen": chosen,
                "constant": made.constants.get(one.name, ""),
                "is_open": one.name in is_open,
                "is_needed": one.name in asked,
                "by_other": kind.field(one.or_else) if not chosen and made.mapping.get(one.or_else) else None,
                "is_asked": not chosen and bool(proposal.candidates) and not made.constants.get(one.name),
                "options": [(name, words.get(name, name)) for name in (*first, *rest)],
                "examples": [(words[name], by_name[name]["examples"]) for name in first[:4] if name in by_name],
                "choices": choices(one.of) if one.of and one.of != "part" else [],
            }
        )
    fields.sort(key=lambda row: not row["is_open"])  # what is asked stands above what is known
    used = set(made.mapping.values())
    unused = [head for head in mapping.usable(heads) if head["name"] not in used and not head["period"]]
    more = {"has_sheets": made.tables[made.table]["sheets"] > 1, "sorts": _sorts(kind, heads, made)}
    return context | {"kind": kind, "fields": fields, "unused": unused, **more}


def _sorts(kind: Incoming, heads: list[Any], made: Import) -> list[dict[str, Any]]:
    """How days and numbers are written, where nothing tells it of some column."""
    words = {
        "order": {"ymd": _("Year, month, day"), "dmy": _("Day, month, year"), "mdy": _("Month, day, year")},
        "decimal": {".": "1,234.5", ",": "1.234,5"},
    }
    return [
        {
            "name": f"@{sort}",
            "label": mapping.SORT_WORDS[sort],
            "examples": [(head["name"], head["examples"]) for head in heads if head.get("assumed") == sort][:4],
            "options": words[sort].items(),
            "chosen": made.constants.get(f"@{sort}") or mapping.habit(sort),
        }
        for sort in mapping.SORTS
        if any(head.get("assumed") == sort and not head["is_total"] for head in heads)
    ]


def rows(made: Import, state: str | None, start: int) -> dict[str, Any]:
    """A page of rows of one state, with old and new of each field that the file gives.

    Args:
        state: "" of all; None where nobody has chosen: then what is wrong comes first, as long as it can be mended.
    """
    kind = mapping.kinds()[made.kind]
    states = [name for name in RowState.values if made.counts.get(name)]
    if state is None and made.state == ImportState.CHECKED:
        state = RowState.ERROR
    chosen = state if state in states else ""
    found = made.rows.filter(state=chosen) if chosen else made.rows.all()
    page = list(found.order_by("place")[start : start + A_PAGE + 1])
    given = [
        one for one in kind.fields if one.name in made.mapping or one.name in made.constants or _is_wide(kind, one, made)
    ]
    loadable = made.rows.filter(state__in=chosen_states(kind))
    confirmed = made.counts.get(RowState.SAME, 0) if kind.is_confirming else 0
    words, left = _open_words(made), _left(kind, made)
    heads = {head["name"]: at for at, head in enumerate(made.tables[made.table]["heads"])}
    return {
        "kind": kind,
        "fields": given,
        "rows": [_row(kind, given, row) | {"cells_to_mend": _to_mend(row, heads)} for row in page[:A_PAGE]],
        "tabs": [
            ("", _("All"), sum(made.counts.values())),
            *((name, RowState(name).label, made.counts[name]) for name in states),
        ],
        "state": chosen,
        "earlier": max(start - A_PAGE, 0) if start else None,
        "later": start + A_PAGE if len(page) > A_PAGE else None,
        "chosen_count": loadable.filter(is_chosen=True).count() + confirmed,
        "words": words,
        "only_offered": all(word["is_offered"] for word in words),
        "offer": _offer(made),
        "is_questioned": made.rows.filter(state=RowState.ERROR, faults__contains=[{"is_questioned": True}]).exists(),
        "is_far": len(page) > FAR,
        "mended": len(made.mended),
        "is_open": made.state == ImportState.CHECKED,
        "notes": notes_of(made.tables[made.table]),
        "is_loaded": made.state == ImportState.LOADED,
        "made_url": _made_url(kind, left),
        "look": look(made),
        **_undo(made),
        "next": _next(kind, made, left),
        "loaded_words": kind.loaded_words if left else "",
        "twin": services.twin(made),
    }


def _undo(made: Import) -> dict[str, Any]:
    """Whether a load can be undone, and else why not; of a long one only the undo itself looks at every row."""
    if made.state != ImportState.LOADED:
        return {}
    error = None if working.is_long(made) else loading.against_undo(made)
    return {"may_undo": error is None, "against_undo": error}


def _left(kind: Incoming, made: Import) -> list[int]:
    """Keys of what was loaded and waits for the kind's next act; of many more than are done at once the first."""
    found: list[int] = []
    if made.state != ImportState.LOADED or not kind.next_act:
        return found
    written = made.rows.filter(state__in=chosen_states(kind), is_chosen=True)
    firsts = kept_rows(kind, made.rows.filter(group__in=written.values("group"), place=F("group")))
    while len(found) <= MOST_TOGETHER and (some := [row.values for row in islice(firsts, MOST_TOGETHER)]):
        found += kind.left_to_do(some)
    return found


def _made_url(kind: Incoming, left: list[int]) -> str:
    """Where what was loaded stands: what is done with is no more in the view of what waits."""
    query = "" if kind.next_act and not left else kind.url_query
    return f"{reverse(kind.url_name)}{query}" if kind.url_name else ""


def _next(kind: Incoming, made: Import, left: list[int]) -> dict[str, Any] | None:
    """The act by which what was loaded is finished, as the bulk form of its list sends it.

    None where nothing is left to do, where the reader may not, and where it is more than is done at once.
    """
    listing = next((one for one in listings().values() if one.url_name == kind.url_name), None)
    if not left or listing is None:
        return None
    asked = listing(QueryDict(kind.url_query.lstrip("?")))
    act = next((one for one in asked.acts if isinstance(one, BulkAct) and one.name == kind.next_act), None)
    if act is None or len(left) > act.most:
        return None
    n = quantity(len(left))
    rows = ",".join(map(str, left))
    return {"act": act, "list": asked, "rows": rows, "n": n, "asks": str(act.asks).replace("{n}", n)}


def _is_wide(kind: Incoming, one: Any, made: Import) -> bool:
    return kind.is_wide and one.name in ("day", "quantity") and any(h["period"] for h in made.tables[made.table]["heads"])


def _row(kind: Incoming, fields: list[Any], row: ImportRow) -> dict[str, Any]:
    changed = services.changed_fields(kind, row)
    wrong = {fault["field"] for fault in row.faults}
    cells = []
    for one in fields:
        before, value = (row.before or {}).get(one.name), row.values.get(one.name)
        is_changed = one.name in changed and row.state == RowState.CHANGED
        cells.append(
            {
                "field": one,
                "value": _text(one, value),
                "before": _text(one, before) if is_changed else "",
                "is_changed": is_changed,
                "is_wrong": one.name in wrong,
            }
        )
    icon, tone = LOOKS[RowState(row.state)]
    return {
        "row": row,
        "cells": cells,
        "faults": row.faults,
        "icon": icon,
        "tone": tone,
        "may_choose": row.state in chosen_states(kind),
    }


def _to_mend(row: ImportRow, heads: dict[str, int]) -> list[dict[str, Any]]:
    """The wrong cells of a row as they stand, each once: what a person may write over."""
    found = {one["column"]: one["cell"] for one in row.faults if "cell" in one and one["column"] in heads}
    return [{"column": column, "text": text, "at": heads[column]} for column, text in found.items()]


def _text(one: Any, value: Any) -> str:
    if value is None or value == "":
        return ""
    if one.of == "unit":
        return str(unit_text(value))
    if one.choices:
        return choice_words(one, value)
    typed = from_json(one, value)
    if one.reads == "number":
        return str(quantity(typed))
    return day_text(typed) if one.reads == "date" else str(typed)


def _offer(made: Import) -> dict[str, Any]:
    """What the file may bring along, by name."""
    found = making.offer(made)
    return {
        "is_there": bool(found),
        "sites": found.words.get("site", []),
        "parts": found.words.get("part", []),
        "has_unagreed": found.has_unagreed,
        "lacks": found.lacks,
    }


def _open_words(made: Import) -> list[dict[str, Any]]:
    """Words that nobody knows, each once, with what they may mean."""
    kind = mapping.kinds()[made.kind]
    labels = {list_name(kind, one) if one.choices else one.of: one.label for one in reversed(kind.fields)}
    makes = kind.makes
    words = sorted(services.open_words(made).items(), key=lambda one: one[0][0] in makes)  # what only a person can say
    found = words[:MOST_WORDS]
    known = {of: choices(of) for of in {of for (of, _word), _n in found}}
    return [
        {"of": of, "word": word, "label": labels[of], "n": n, "choices": known[of], "is_offered": of in makes}
        for (of, word), n in found
    ]
