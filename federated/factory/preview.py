"""The very bytes that would leave, made readable, without sending them."""

from dataclasses import replace

import numpy as np

from ..agreed.arrays import Array
from ..agreed.contracts import Contract, Kind
from ..agreed.messages import Reply, Request
from ..agreed.strategies import STRATEGIES
from ..flower.records import readable, reply_to_record, sent_bytes
from ..models.defect import DefectModel, untrained
from ..models.growing import OF_SITES
from ..rows import statistics
from ..rows.preparation import own_preparation
from ..run.masked import summing
from ..run.trees import first_level
from ..site.growth import Growth
from ..site.site import Site
from ..site.store import InMemory
from .home import Home
from .tables import read_rows


def preview(home: Home, contract: Contract) -> str:
    """One reply of each kind, from this factory's rows and untrained first weights; nothing is kept or sent."""
    checked = read_rows(home, contract)
    site = Site(home.settings().site, contract, checked.rows, InMemory())
    quantiles = own_preparation(site.parts.train, contract).quantiles
    edges = statistics.pack([statistics.linear_edges(*_range(*found)) for found in contract.ranges])
    model = untrained(contract, quantiles)
    beside = STRATEGIES[contract.training.strategy].beside(model.weights, {})
    train = Request(Kind.TRAIN, "dry-run", contract.hash, contract.boosting.rounds + 1, model.arrays() | beside)
    calibrate = Request(Kind.CALIBRATE, "dry-run", contract.hash, contract.rounds, model.arrays())
    grow = _first_trees(site, model) if contract.boosting.rounds else None
    summing = _sum(site, train) if contract.masked else None
    asked = [
        Request(Kind.COUNT, "dry-run", contract.hash, 0, {"edges": edges}),
        *([Request(Kind.KEY, "dry-run", contract.hash), grow] if grow else []),
        *([_vote(grow)] if grow and contract.has_votes else []),
        *([train] if contract.training.rounds else []),
        *([summing] if summing else []),
        *([calibrate] if contract.validation_share else []),
        Request(Kind.FINISH, "dry-run", contract.hash, contract.rounds, model.arrays()),
    ]
    parts = []
    for request in asked:
        content = reply_to_record(site.answer(request))
        parts.append(f"== reply to “{request.kind}”, {sent_bytes(content):,} bytes ==\n{readable(content)}")
    return "\n\n".join(parts)


def _first_trees(site: Site, model: DefectModel) -> Request:
    """The first level of the first trees, together with as many invented sites as a round asks for."""
    members = _with_invented(site)
    return first_level(site.contract, "dry-run", model, members, rows=len(members) * len(site.parts.train))


def _sum(site: Site, train: Request) -> Request:
    """Of what it trained, together with as many invented sites."""
    members = {name: Reply(name, arrays, 1) for name, arrays in _with_invented(site).items()}
    return summing(site.contract, train, members, [Reply(name, examples=1) for name in members])


def _with_invented(site: Site) -> dict[str, dict[str, Array]]:
    """Keys for masks of this site and of as many others as a round asks for."""
    names = [site.name, *(f"invented site {number}" for number in range(1, max(2, site.contract.fewest)))]
    nobody = site.parts.train.take(np.zeros(len(site.parts.train), dtype=bool))
    others = {name: Growth(name, site.contract, nobody, InMemory()) for name in names[1:]}
    return {name: growth.key("dry-run") for name, growth in {site.name: site.growth, **others}.items()}


def _vote(grow: Request) -> Request:
    """On trees that change nothing."""
    needless = {"step", "columns", "scale", *OF_SITES.values()}
    arrays = {name: array for name, array in grow.arrays.items() if name not in needless}
    return replace(grow, kind=Kind.VOTE, arrays=arrays)


def _range(low: float | None, high: float | None) -> tuple[float, float]:
    """Invented where the contract gives none: a run asks the sites for it first."""
    bottom = low if low is not None else min(0.0, high or 0.0) - 1.0
    return bottom, high if high is not None else bottom + 2.0
