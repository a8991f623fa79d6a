"""A contract in plain sentences: all that is signed, for whoever signs. Factory and web application say the same ones."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from .contracts import Contract, Feature, said
from .strategies import STRATEGIES
from .texts import gettext_noop

# Parts of the document that the last sentence lists as they are signed.
SETTINGS = ("format", "model", "training", "boosting")


@dataclass(frozen=True)
class Sentence:
    """
    Attributes:
        text: in English, with named holes; whoever shows it translates it first.
        values: of the holes.
        is_item: it stands below the sentence before it.
    """

    text: str
    values: dict[str, Any] = field(default_factory=dict)
    is_item: bool = False


def sentences(contract: Contract) -> Iterator[Sentence]:
    """All that a contract says, in the order of a person's questions."""
    yield from _what_for(contract)
    yield from _what_is_read(contract)
    yield from _what_leaves(contract)
    yield from _how(contract)
    yield Sentence(gettext_noop("Signed with it, word for word:"))
    for name, value in settings(contract):
        yield Sentence("{name} = {value}", {"name": name, "value": value}, is_item=True)


def settings(contract: Contract) -> list[tuple[str, str]]:
    """Every number and word of model, training and boosting, as it is signed."""
    document = contract.document()
    return [pair for name in SETTINGS for pair in _leaves(name, document[name])]


def _leaves(name: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(f"{name}.{key}", inner)
    else:
        yield name, json.dumps(value)


def _what_for(contract: Contract) -> Iterator[Sentence]:
    values = {"programme": contract.programme, "version": contract.version, "hash": contract.hash}
    yield Sentence(gettext_noop("{programme}, version {version}, hash {hash}"), values)
    if contract.purpose:
        yield Sentence(gettext_noop("Purpose: {purpose}."), {"purpose": contract.purpose})
    if contract.process:
        yield Sentence(gettext_noop("Process: {process}."), {"process": contract.process})


def _what_is_read(contract: Contract) -> Iterator[Sentence]:
    given = {"count": len(contract.features), "label": contract.label}
    yield Sentence(gettext_noop("Read at the factory, and staying there: {count} columns and the label {label}."), given)
    for feature in contract.features:
        yield _column(feature)
        if feature.adjustable:
            text = gettext_noop("{name} is a setting: advice may propose to change it.")
            yield Sentence(text, {"name": feature.name}, is_item=True)
        if feature.missing == "refuse":
            yield Sentence(gettext_noop("{name} may have no gaps."), {"name": feature.name}, is_item=True)
    if contract.relative:
        yield Sentence(gettext_noop("Every number is also compared with this site's own median, which stays here."))
    if contract.refused:
        text = gettext_noop("Never read, because they are parts of the label: {names}.")
        yield Sentence(text, {"names": ", ".join(contract.refused)})
    if contract.lot:
        text = gettext_noop("Lots stand in the column {lot}; rows of one lot are never divided between training and proof.")
        yield Sentence(text, {"lot": contract.lot})


def _column(feature: Feature) -> Sentence:
    name = f"{feature.name} [{feature.unit}]" if feature.unit else feature.name
    if feature.kind == "boolean":
        return Sentence(gettext_noop("{name}: yes or no"), {"name": name}, is_item=True)
    if feature.kind == "categorical":
        values = {"name": name, "categories": ", ".join(feature.categories)}
        return Sentence(gettext_noop("{name}: one of {categories}"), values, is_item=True)
    if feature.low is None and feature.high is None:
        return Sentence(gettext_noop("{name}: a number; counting finds its range"), {"name": name}, is_item=True)
    values = {"name": name, "low": _number(feature.low), "high": _number(feature.high)}
    return Sentence(gettext_noop("{name}: a number from {low} to {high}; others are pulled to it"), values, is_item=True)


def _number(value: float | None) -> str:
    return "…" if value is None else f"{value:.15g}"


def _what_leaves(contract: Contract) -> Iterator[Sentence]:
    yield Sentence(gettext_noop("In a run this leaves a factory:"))
    for text in contract.leaves:
        yield Sentence(text, is_item=True)
    yield Sentence(
        gettext_noop(
            "With it go the site's name, keys and signatures, the version of its program, and the seconds that it took."
        )
    )
    yield Sentence(
        gettext_noop(
            "And whenever someone there sends them: which columns drift and how many rows were looked at, no value of a row."
        )
    )
    may_send = gettext_noop(
        "A factory may send each lot's number, mean and highest risk and counts of rows, which the lot's customer then sees."
    )
    stays = gettext_noop("The risk of a lot stays at its factory.")
    yield Sentence(stays if contract.lot_risk == "own" else may_send)
    yield Sentence(
        gettext_noop(
            "Where a site cannot answer it says why in words: which column breaks which rule, with one "
            "value at most. Nothing else leaves."
        )
    )
    yield (
        Sentence(gettext_noop("A site's figures are seen by its own firm; all others see means and quartiles."))
        if contract.site_metrics == "own"
        else Sentence(gettext_noop("A site's figures are seen by all members."))
    )
    if contract.trials:
        yield Sentence(
            gettext_noop(
                "The office may give the shared model, signed and for a time, to firms that have not joined, so that they "
                "try it; with it go the figures that all members see."
            )
        )
    text = gettext_noop("The server deletes what a run left {days} days after its end; a model in use stays.")
    yield Sentence(text, {"days": contract.retention_days})
    yield (
        Sentence(gettext_noop("Privacy level: off. Nothing is hidden by noise."))
        if contract.privacy == "off"
        else Sentence(
            gettext_noop(
                "Privacy level: {level}. Noise hides each single training row; the number of training rows, "
                "their hash and all that rests on held-out rows have no noise."
            ),
            {"level": said(contract.privacy)},
        )
    )


def _how(contract: Contract) -> Iterator[Sentence]:
    trees, network = contract.boosting, contract.training
    if trees.rounds:
        text = gettext_noop("Trees grow in {rounds} rounds of {count}, {depth} levels deep.")
        yield Sentence(text, {"rounds": trees.rounds, "count": trees.side_by_side, "depth": trees.depth})
    if network.rounds:
        text = gettext_noop(
            "A network trains in {rounds} rounds, {epochs} times over the rows in each; its strategy is {name}."
        )
        yield Sentence(text, {"rounds": network.rounds, "epochs": network.local_epochs, "name": network.strategy})
        yield Sentence(STRATEGIES[network.strategy].says, is_item=True)
    counts = {"fewest": contract.fewest, "quorum": contract.quorum, "seconds": contract.deadline_s}
    if network.rounds and contract.fewest > contract.quorum:
        text = gettext_noop(
            "A round of trees counts with {fewest} sites at least, one of the network with {quorum}; each "
            "waits about {seconds} s for the others."
        )
    else:
        text = gettext_noop("A round counts with {fewest} sites at least and waits about {seconds} s for the others.")
    yield Sentence(text, counts)
    validation, test = contract.validation_share, contract.test_share
    text = gettext_noop(
        "Of a site's rows {train} train, {validation} choose and calibrate, and {test} prove what it brings."
    )
    shares = {"train": 1 - validation - test, "validation": validation, "test": test}
    yield Sentence(text, {name: f"{share:.0%}" for name, share in shares.items()})
    text = gettext_noop("A site takes part from {rows} training rows on, with {defects} defects among them.")
    yield Sentence(text, {"rows": contract.least_rows, "defects": contract.least_positives})
    if contract.has_search:
        text = gettext_noop("Who makes sums of trees that no rows can have is looked for, and left out of the run.")
        yield Sentence(text)
    yield (
        Sentence(gettext_noop("Guarded: who spoils the trees again and again is looked for in halves and left out."))
        if contract.guarded
        else Sentence(gettext_noop("Not guarded: rounds that harm most sites are refused, and nobody is left out for that."))
    )
    if contract.masked:
        text = gettext_noop(
            "Masked: of the network's updates the server reads the weighted mean only, so that a false one "
            "cannot be told, shortened or left out."
        )
        yield Sentence(text)
    elif network.rounds and contract.privacy == "off":
        text = gettext_noop(
            "Not masked: the server sees the weights of each site after training; "
            "one that goes too far is named and left out."
        )
        yield Sentence(text)
