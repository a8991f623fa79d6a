"""The texts that a cluster's firms accept: published in versions, accepted with hash, person and time."""

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

from django.db.models import Max, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.common.rooms import kinds
from apps.events.services import emit_to
from apps.tenancy.access import own
from apps.tenancy.models import Cluster
from apps.tenancy.scope import atomic, require_scope
from apps.tenancy.selectors import memberships

from .exceptions import TextsNotAccepted
from .models import Acceptance, Agreement

TEXTS = Path(__file__).with_name("texts")


def hash_of(text: str, text_en: str) -> str:
    """Of both languages, so that neither changes unnoticed."""
    return hashlib.sha256(f"{text}\0{text_en}".encode()).hexdigest()


def first_texts(kind: str) -> dict[str, tuple[str, str]]:
    """What a new cluster of this kind begins with: kind of text → Korean and English."""
    names = {Agreement.Kind.TERMS: "terms", Agreement.Kind.SHARING: f"sharing_{kind}"}
    return {
        str(key): (TEXTS.joinpath(f"{name}.ko.txt").read_text(), TEXTS.joinpath(f"{name}.en.txt").read_text())
        for key, name in names.items()
    }


@atomic
def publish(
    *, cluster_id: int, kind: str, text: str, text_en: str = "", frequencies: Mapping[str, int] | None = None
) -> Agreement:
    """The next version of a text; every firm is asked again.

    Args:
        frequencies: of a sharing agreement: kind of data → days within which a firm brings it up to date. They stand at
            the end of both texts, so that they are what a firm reads and accepts.
    """
    agreed = dict(frequencies or {}) if kind == Agreement.Kind.SHARING else {}
    last = Agreement.objects.filter(cluster_id=cluster_id, kind=kind).aggregate(last=Max("version"))["last"] or 0
    text = text.strip() + told_frequencies(agreed, "ko")
    text_en = text_en.strip() and text_en.strip() + told_frequencies(agreed, "en")
    return Agreement.objects.create(
        cluster_id=cluster_id,
        kind=kind,
        version=last + 1,
        text=text,
        text_en=text_en,
        frequencies=agreed,
        hash=hash_of(text, text_en),
        published_by_id=require_scope().user_id,
    )


def told_frequencies(frequencies: Mapping[str, int], language: str) -> str:
    """The end of a sharing agreement that says them; nothing where none are agreed."""
    if not frequencies:
        return ""
    with translation.override(language):
        rows = [
            _("- %(kind)s: at least every %(n)s days") % {"kind": kind.label, "n": frequencies[kind.name]}
            for kind in kinds()
            if kind.name in frequencies
        ]
        return "\n\n" + "\n".join([_("How often each firm brings its data up to date:"), *rows])


def without_frequencies(text: Agreement) -> tuple[str, str]:
    """Both texts as they were typed, to be written anew."""
    pairs = ((text.text, "ko"), (text.text_en, "en"))
    own_words, english = (words.removesuffix(told_frequencies(text.frequencies, tongue)) for words, tongue in pairs)
    return own_words, english


def usual_frequencies() -> dict[str, int]:
    """Kind of data → days, as the own firm accepted them for its clusters, the strictest: from where a relation begins.

    One query.
    """
    rows = Acceptance.objects.that(own()).filter(agreement__kind=Agreement.Kind.SHARING).order_by("agreement__version")
    latest = dict(rows.values_list("cluster_id", "agreement__frequencies"))
    found: dict[str, int] = {}
    for frequencies in latest.values():
        found |= {name: min(days, found.get(name, days)) for name, days in frequencies.items()}
    return found


def current(cluster_id: int) -> list[Agreement]:
    """The latest version of each text, terms first."""
    return list(latest(cluster_id))


def latest(cluster_id: int) -> QuerySet[Agreement]:
    return Agreement.objects.filter(cluster_id=cluster_id).order_by("-kind", "-version").distinct("kind")


def unaccepted(cluster_id: int) -> list[Agreement]:
    """What the own firm has not accepted in its present version."""
    accepted = set(Acceptance.objects.that(own()).filter(cluster_id=cluster_id).values_list("agreement_id", flat=True))
    return [text for text in current(cluster_id) if text.pk not in accepted]


def clusters_waiting() -> list[Cluster]:
    """Own clusters with a text that the firm has not accepted in its present version; two queries."""
    latest = (
        Agreement.objects.select_related("cluster").order_by("cluster_id", "kind", "-version").distinct("cluster_id", "kind")
    )
    accepted = set(Acceptance.objects.that(own()).values_list("agreement_id", flat=True))
    return list({text.cluster_id: text.cluster for text in latest if text.pk not in accepted}.values())


@atomic
def accept(*, cluster_id: int, hashes: Iterable[str], person: User) -> int:
    """The own firm accepts the present texts, as read: a text that changed meanwhile is not among the hashes.

    Returns:
        How many were new.

    Raises:
        TextsNotAccepted: a present text is not among them.
    """
    scope, given = require_scope(), set(hashes)
    waiting = unaccepted(cluster_id)
    if any(text.hash not in given for text in waiting):
        raise TextsNotAccepted(place="agreements")
    for text in waiting:
        Acceptance.objects.create(
            organization_id=scope.organization_id,
            cluster_id=cluster_id,
            agreement=text,
            hash=text.hash,
            person_id=person.pk,
            name=person.name,
        )
    return len(waiting)


def tell(text: Agreement) -> None:
    """Administrators of every firm of the cluster hear of a new version."""
    firms = list(memberships().filter(cluster_id=text.cluster_id, state="active").values_list("organization_id", flat=True))
    label = f"{text.get_kind_display()} v{text.version}"
    actor_id = require_scope().organization_id
    emit_to("agreement.published", organization_ids=firms, subject_id=text.cluster_id, label=label, actor_id=actor_id)
