"""What a site uses after a run: the model it chose, calibrated, with its verdicts; and why a row is at risk."""

import io
import json
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

import numpy as np

from ..agreed.arrays import Array
from ..agreed.contracts import CHOICES, RISK, Contract
from ..agreed.levels import LEVELS
from ..models.defect import DefectModel, logits, model_of
from ..rows.table import Rows
from .decisions import Calibration
from .drift import Reference
from .verdicts import NOTHING, Proof

SHARES = dict(zip(CHOICES, (1.0, 0.5, 0.0), strict=True))  # of the shared model in the logit
ALONE, REFERENCE, PROOF, SEEN, BASELINE = "alone_", "reference_", "proof_", "seen_", "baseline"
ARRAYS = ("numeric", "categorical", "labels")
PLAIN = Calibration()
FACTORS, LEAST_EFFECT = 3, 0.05
MOST_SEEN, MOST_CELLS = 5000, 2_000_000  # rows, and values, that a site keeps of its own for advice


@dataclass(frozen=True)
class Deployment:
    """
    Attributes:
        model: the shared one, with the site's own output layer.
        alone: trained on the site's own rows only; None at a site that took no part.
        choice: which of them gives the risk, or both.
        seen: rows of the site's own, which advice counts; None at a site that took no part.
        proof: what its verdicts rest on; nothing at a site that held no rows out.
        reference: what the site's rows looked like; None at a site that took no part.
    """

    model: DefectModel
    alone: DefectModel | None = None
    choice: str = "federated"
    calibration: Calibration = PLAIN
    proof: Proof = NOTHING
    reference: Reference | None = None
    seen: Rows | None = None

    def logits(self, contract: Contract, rows: Rows, choice: str = "") -> Array:
        """(n,) before calibration, of the chosen candidate or of another."""
        share = SHARES[choice or self.choice] if self.alone is not None else 1.0
        found = share * logits(contract, self.model, rows) if share else np.zeros(len(rows))
        if self.alone is not None and share < 1:
            found = found + (1 - share) * logits(contract, self.alone, rows)
        return found

    def risks(self, contract: Contract, rows: Rows) -> Array:
        """(n,) calibrated probabilities of a defect."""
        return self.calibration.risks(self.logits(contract, rows))


def shared_deployment(model: DefectModel) -> Deployment:
    """For a site that has not chosen, or cannot: the calibration that all sites agreed on; nothing proves verdicts there."""
    calibration = Calibration(*map(float, model.calibration))
    return Deployment(model, calibration=calibration)


def pack_deployment(found: Deployment) -> bytes:
    """As an npz file."""
    arrays: dict[str, Any] = found.model.arrays()
    if found.alone is not None:
        arrays |= {ALONE + name: array for name, array in found.alone.arrays().items()}
    said: dict[str, Any] = {"choice": found.choice}
    said |= {"calibration": asdict(found.calibration)}
    arrays |= {PROOF + part.name: getattr(found.proof, part.name) for part in fields(Proof)}
    if found.reference is not None:
        said["reference"] = {"names": found.reference.names, "rows": found.reference.rows}
        arrays |= {REFERENCE + "edges": found.reference.edges, REFERENCE + "shares": found.reference.shares}
    if found.seen is not None:
        arrays |= {SEEN + name: getattr(found.seen, name) for name in ARRAYS}
    if found.model.baseline is not None:
        arrays[BASELINE] = found.model.baseline
    buffer = io.BytesIO()
    np.savez(buffer, **arrays, said=np.array(json.dumps(said)))
    return buffer.getvalue()


def unpack_deployment(content: bytes) -> Deployment:
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        said = json.loads(str(arrays["said"]))
        alone = {name.removeprefix(ALONE): arrays[name] for name in arrays.files if name.startswith(ALONE)}
        baseline = arrays.get(BASELINE)
        kept = said.get("reference")
        # What an earlier version left holds limits of another meaning, and no proof: nothing is ok or a defect then.
        proved = PROOF + "risks" in arrays.files
        proof = Proof(*(arrays[PROOF + part.name] for part in fields(Proof))) if proved else NOTHING
        reference = (
            Reference(tuple(kept["names"]), arrays[REFERENCE + "edges"], arrays[REFERENCE + "shares"], kept["rows"])
            if kept
            else None
        )
        return Deployment(
            replace(model_of(arrays), baseline=baseline),
            replace(model_of(alone), baseline=baseline) if alone else None,
            said["choice"],
            Calibration(**said["calibration"]),
            proof,
            reference,
            Rows(*(arrays[SEEN + name] for name in ARRAYS)) if SEEN + "labels" in arrays.files else None,
        )


def seen_of(rows: Rows) -> Rows:
    """Of a site's rows as many as it keeps beside its model, drawn alike from all; they lie there anyway, and stay."""
    most = min(MOST_SEEN, MOST_CELLS // max(1, rows.numeric.shape[1] + rows.categorical.shape[1]))
    places = np.sort(np.random.default_rng(0).permutation(len(rows))[:most])
    return replace(rows.take(places), lots=None)


def watched_names(contract: Contract) -> list[str]:
    return [f.name for f in (*contract.numeric, *contract.categorical)] + [RISK]


def watched_columns(rows: Rows, risks: Array) -> list[Array]:
    """A column (n,) of numbers for each of `watched_names`; an unknown category is a missing value."""
    codes = np.where(rows.categorical < 0, np.nan, rows.categorical.astype(np.float64))
    return [*rows.numeric.T, *codes.T, risks]


@dataclass(frozen=True)
class Factor:
    """A feature's part in a row's logit: what is left of it when the value is the median of all sites."""

    name: str
    value: str
    effect: float


def factors(deployment: Deployment, contract: Contract, rows: Rows) -> list[list[Factor]]:
    """The features that raise each row's risk most, at most three, strongest first."""
    base = deployment.logits(contract, rows)
    middles = deployment.model.usual_values[:, len(LEVELS) // 2]
    effects, names = [], []
    for place, feature in enumerate(contract.numeric):
        changed = rows.numeric.copy()
        changed[:, place] = middles[place]
        effects.append(base - deployment.logits(contract, replace(rows, numeric=changed)))
        names.append(feature)
    for place, feature in enumerate(contract.categorical):
        unknown = rows.categorical.copy()
        unknown[:, place] = -1
        effects.append(base - deployment.logits(contract, replace(rows, categorical=unknown)))
        names.append(feature)
    table = np.array(effects).reshape(len(names), len(rows))
    found = []
    for row in range(len(rows)):
        order = np.argsort(-table[:, row], kind="stable")[:FACTORS]
        strong = [i for i in order if table[i, row] > LEAST_EFFECT]
        found.append([Factor(names[i].name, _shown(contract, rows, row, i), float(table[i, row])) for i in strong])
    return found


def _shown(contract: Contract, rows: Rows, row: int, place: int) -> str:
    """A value in the contract's words and unit."""
    count = len(contract.numeric)
    if place < count:
        value = rows.numeric[row, place]
        unit = contract.numeric[place].unit
        return "?" if np.isnan(value) else f"{value:g}{f' {unit}' if unit else ''}"
    feature, code = contract.categorical[place - count], rows.categorical[row, place - count]
    if code < 0:
        return "?"
    return feature.categories[code] if feature.categories else str(bool(code)).lower()
