"""What a person should look at in rows that break no rule: leaks, constants, copies."""

import numpy as np

from ..agreed.arrays import Array
from ..agreed.contracts import Contract, Feature
from .table import Rows

LEAK_AUROC = 0.98
COPIES = 0.01  # of the rows


def odd_columns(contract: Contract, rows: Rows, labelled: bool) -> list[str]:
    """A warning for each; names and counts, never a cell."""
    found: list[str] = []
    if not len(rows):
        return found
    scores = [
        *zip(contract.numeric, rows.numeric.T, strict=True),
        *((f, _rates(codes, rows.labels)) for f, codes in zip(contract.categorical, rows.categorical.T, strict=True)),
    ]
    if labelled:
        found += [text for feature, values in scores if (text := _leak(feature, values, rows.labels))]
    for feature, values in zip(contract.numeric, rows.numeric.T, strict=True):
        known = values[np.isfinite(values)]
        if len(known) > 1 and known.min() == known.max():
            found.append(
                f"Column {feature.name} has the same value in all rows. Is the sensor connected, is it the right column?"
            )
        elif not len(known):
            found.append(f"Column {feature.name} is empty in all rows. Is it the right column?")
    return found + ([text] if labelled and (text := _copies(rows)) else [])


def _rates(codes: Array, labels: Array) -> Array:
    """The share of defects among the rows of the same code, for each row."""
    rates = np.full(len(codes), np.nan)
    for code in np.unique(codes):
        which = codes == code
        rates[which] = labels[which].mean()
    return rates


def _leak(feature: Feature, values: Array, labels: Array) -> str:
    known = np.isfinite(values) & (labels >= 0)
    if not 0 < labels[known].sum() < known.sum():
        return ""
    from sklearn.metrics import roc_auc_score  # half a second and 60 MB that an idle factory does without

    area = roc_auc_score(labels[known], values[known])
    if max(area, 1 - area) <= LEAK_AUROC:
        return ""
    return (
        f"Column {feature.name} alone tells defects almost perfectly (AUROC {max(area, 1 - area):.3f}). "
        "Is it measured after the inspection? Then it leaks the label and belongs out of the contract."
    )


def _copies(rows: Rows) -> str:
    """Rows that stand there more than once, on both sides of the split: a file exported twice."""
    together = np.ascontiguousarray(np.column_stack([np.nan_to_num(rows.numeric, nan=1e300), rows.categorical, rows.labels]))
    if rows.numeric.shape[1] < 2:
        return ""  # a single number comes again by chance
    different = len(np.unique(together.view([("", together.dtype)] * together.shape[1])))
    copies = len(rows) - different
    if copies <= COPIES * len(rows):
        return ""
    return (
        f"{copies:,} rows stand there more than once. Was a file exported twice? Copies stand in training and in test rows, "
        "and make the certificate better than the model is."
    )
