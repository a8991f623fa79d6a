"""The very bytes that would leave, made readable, without sending them."""

import secrets

from .. import masks
from ..contracts import Contract, Feature, Kind
from ..growing import first_level
from ..messages import Request
from ..models.defect import DefectModel, untrained
from ..records import readable, reply_to_record, sent_bytes
from ..rows import statistics
from ..site import InMemory, Site, own_preparation
from .home import Home
from .tables import read_rows


def preview(home: Home, contract: Contract) -> str:
    """One reply of each kind, from this factory's rows and untrained first weights; nothing is kept or sent."""
    checked = read_rows(home, contract)
    site = Site(home.settings().site, contract, checked.rows, InMemory())
    quantiles = own_preparation(site.parts.train).quantiles
    edges = statistics.pack([statistics.linear_edges(*_range(f)) for f in contract.numeric])
    model = untrained(contract, quantiles)
    train = Request(Kind.TRAIN, "dry-run", contract.hash, contract.boosting.rounds + 1, model.arrays())
    calibrate = Request(Kind.CALIBRATE, "dry-run", contract.hash, contract.rounds, model.arrays())
    asked = [
        Request(Kind.COUNT, "dry-run", contract.hash, 0, {"edges": edges}),
        *([Request(Kind.KEY, "dry-run", contract.hash), _first_trees(site, model)] if contract.boosting.rounds else []),
        *([train] if contract.training.rounds else []),
        *([calibrate] if contract.validation_share else []),
        Request(Kind.FINISH, "dry-run", contract.hash, contract.rounds, model.arrays()),
    ]
    parts = []
    for request in asked:
        content = reply_to_record(site.answer(request))
        parts.append(f"== reply to “{request.kind}”, {sent_bytes(content):,} bytes ==\n{readable(content)}")
    return "\n\n".join(parts)


def _first_trees(site: Site, model: DefectModel) -> Request:
    """The first level of the first trees, together with as many invented sites as the quorum asks for."""
    members = {site.name: site.growth.key("dry-run")}
    for number in range(1, max(2, site.contract.quorum)):
        members[f"invented site {number}"] = masks.public_bytes(masks.key_of(secrets.token_bytes(32), "dry-run"))
    return first_level(site.contract, "dry-run", model, members, rows=len(members) * len(site.parts.train))


def _range(feature: Feature) -> tuple[float, float]:
    return (0.0 if feature.low is None else feature.low, 1.0 if feature.high is None else feature.high)
