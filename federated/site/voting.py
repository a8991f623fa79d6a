"""How a site finds a round's trees: what they change in its own rows' loss."""

import numpy as np

from ..agreed.arrays import Array
from ..agreed.contracts import Contract
from ..agreed.messages import Request
from ..models import boosting
from ..models.boosting import forest_of
from ..models.growing import GROWING
from ..privacy.masks import derive
from ..rows import statistics
from ..rows.partition import Parts
from ..rows.preparation import tree_values
from ..rows.table import join
from .asked import groups_of, split_of

STEPS, MOST_SHIFT, MOST_LOGIT = 2, 4.0, 16.0
# No count of fewer rows leaves a site, and no vote that rests on fewer.
LEAST_ROWS = statistics.LEAST
HALVINGS = 40  # of an interval: below rounding
# In standard errors: the steps of what is told, and the most of it; of a guarded contract two good halves are compared.
STEP, MOST_SCORE, MOST_GUARDED, LEAST_ERROR = 2.0, 2.0, 6.0, 2.0**-20


def votes(
    contract: Contract, name: str, parts: Parts, baseline: Array | None, request: Request, secret: bytes
) -> dict[str, float]:
    """Change of the loss by each group's trees, in standard errors and coarsely (told_change); nothing where the rows cannot
    tell.

    Of one's own half nothing is said in a guarded contract: it judges the other one by all of its rows, which those trees
    have not seen. Otherwise held-out rows decide.

    Args:
        baseline: (2, numeric features) of the site, see Preparation, or None.
        secret: of the site, for the chance by which answers are rounded.
    """
    arrays = request.arrays
    groups = groups_of(request)
    is_halved, mine = any(groups.values()), groups[name]
    is_outside = contract.guarded and is_halved
    rows = join([parts.train, parts.validation]) if is_outside else parts.validation
    if len(rows) < LEAST_ROWS:
        return {}
    values, labels = tree_values(rows, contract, baseline), rows.labels.astype(np.float64)
    before = forest_of(arrays).logits(values)
    growing = forest_of({part: arrays[GROWING + part] for part in boosting.PARTS})
    size = len(growing) // (2 if is_halved else 1)
    found: dict[str, float] = {}
    for group in range(2 if is_halved else 1):
        if is_outside and group == mine:
            continue
        about = f"{contract.hash}/{request.run}/{request.round}/{split_of(request)}/{group}"
        drawn = np.random.default_rng(int.from_bytes(derive(secret, about)[:16], "big")).random(2)
        after = before + growing.take(slice(group * size, (group + 1) * size)).logits(values)
        if told := told_change(labels, before, after, drawn, guarded=is_outside):
            found[f"change_{group}"], found[f"error_{group}"] = told
    return found


def told_change(
    labels: Array, before: Array, after: Array, drawn: Array, *, guarded: bool = False
) -> tuple[float, float] | None:
    """What a site says of trees that move its rows' logits (n,) so: -2 (better), 0 (cannot tell) or 2 (worse), in standard
    errors, and 1 for the error; between two of them chance decides, the nearer one the likelier. None where the trees tell
    fewer than eleven rows from the others.

    Whoever runs the server may send trees that move the row it is curious about, beside ten whose labels it knows. This
    row's label then moves the exact answer by about half an error. Steps alone tell it, since the ten can be chosen so that
    the answer lies at the end of a step; where that end lies is therefore the site's secret.

    Args:
        drawn: (2,) in [0, 1), where the ends of steps lie.
        guarded: of the other half's trees in a guarded contract: to six errors, and the error itself as the moves of the
            logits and the share of defects let expect it, in steps of a factor √2, so that two halves can be compared.
    """
    moved = after - before
    _values, counts = np.unique(moved, return_counts=True)
    if len(moved) - counts.max(initial=0) < LEAST_ROWS:
        return None
    change, error = change_of_loss(labels, before, after)
    if error < LEAST_ERROR:
        return 0.0, LEAST_ERROR if guarded else 1.0
    most = MOST_GUARDED if guarded else MOST_SCORE
    score = float(np.floor(np.clip(change / error, -most, most) / STEP + drawn[0]) * STEP)
    return (score * (error := _error_by_moves(labels, moved, drawn[1])), error) if guarded else (score, 1.0)


def _error_by_moves(labels: Array, moved: Array, drawn: float) -> float:
    """Of the mean change of the loss: the error itself would tell a label as the mean does."""
    share = (labels.sum() + 0.5) / (len(labels) + 1)
    error = float(moved.std() * np.sqrt(share * (1 - share) / len(moved)))
    return float(2.0 ** (np.floor(2 * np.log2(max(error, LEAST_ERROR)) + drawn) / 2))


def change_of_loss(labels: Array, before: Array, after: Array) -> tuple[float, float]:
    """Mean and standard error over rows (n,), each row within `most_of`. The intercept is fitted to the rows before and
    after: else the first rounds would win by the share of defects alone."""
    found = _loss(labels, _shifted(labels, after)) - _loss(labels, _shifted(labels, before))
    most = most_of(np.abs(found))
    found = np.clip(found, -most, most)
    return float(found.mean()), float(found.std(ddof=1) / np.sqrt(len(found)))


def most_of(sizes: Array) -> float:
    """The bound under which no size (n,) is more than an eleventh of their bounded sum; by halving an interval."""
    low, high = 0.0, float(sizes.max(initial=0))
    if high * LEAST_ROWS <= sizes.sum():
        return high
    for _step in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if middle * LEAST_ROWS <= np.minimum(sizes, middle).sum() else (low, middle)
    return low


def _shifted(labels: Array, logits: Array) -> Array:
    shift = 0.0
    for _step in range(STEPS):
        gradient, hessian = boosting.gradients(logits + shift, labels)
        shift = float(np.clip(shift - gradient.sum() / max(hessian.sum(), 1e-6), -MOST_SHIFT, MOST_SHIFT))
    return np.clip(logits + shift, -MOST_LOGIT, MOST_LOGIT)


def _loss(labels: Array, logits: Array) -> Array:
    return np.logaddexp(0, np.where(labels == 1, -logits, logits))
