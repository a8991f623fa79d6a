"""The very bytes that would leave, made readable, without sending them."""

from ..contracts import Contract, Feature, Kind
from ..messages import Request
from ..records import readable, reply_to_record, sent_bytes
from ..rows import statistics
from ..site import InMemory, Site, own_preparation
from .home import Home
from .tables import read_rows


def preview(home: Home, contract: Contract) -> str:
    """One reply of each kind, from this factory's rows and untrained first weights; nothing is kept or sent."""
    from ..models.training import first_weights

    checked = read_rows(home, contract)
    site = Site(home.settings().site, contract, checked.rows, InMemory())
    quantiles = own_preparation(site.parts.train).quantiles
    weights = first_weights(contract)
    edges = statistics.pack([statistics.linear_edges(*_range(f)) for f in contract.numeric])
    asked = [
        Request(Kind.COUNT, "dry-run", contract.hash, 0, {"edges": edges}),
        Request(Kind.TRAIN, "dry-run", contract.hash, 1, {"weights": weights, "quantiles": quantiles}),
        Request(Kind.FINISH, "dry-run", contract.hash, 1, {"weights": weights, "quantiles": quantiles}),
    ]
    parts = []
    for request in asked:
        content = reply_to_record(site.answer(request))
        parts.append(f"== reply to “{request.kind}”, {sent_bytes(content):,} bytes ==\n{readable(content)}")
    return "\n\n".join(parts)


def _range(feature: Feature) -> tuple[float, float]:
    return (0.0 if feature.low is None else feature.low, 1.0 if feature.high is None else feature.high)
