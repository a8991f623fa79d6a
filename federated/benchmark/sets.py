"""Sets of one form: data.csv(.gz), splits*.csv.gz, meta.json. `factory` is the site, `y` the label."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from ..agreed.contracts import Boosting, Contract, Feature, Model, Training, read_contract
from ..agreed.errors import InvalidRows
from ..rows.check import check_rows
from ..rows.partition import Parts
from ..rows.table import Rows

MANY = 600  # defects from which trees may be deeper and more, and know more than the network
WIDE = 64  # features above which bins are fewer, so that messages stay small
FEW = 150  # defects among all training rows below which the short recipe trains


@dataclass(frozen=True)
class BenchmarkSet:
    """
    Attributes:
        sites: site → its rows of every split.
        splits: site → (n, splits) of 0 train, 1 test, 2 not used.
        most: training rows of a site, drawn anew for each split; all of them where 0.
    """

    name: str
    variant: str
    features: tuple[Feature, ...]
    sites: dict[str, Rows]
    splits: dict[str, np.ndarray]
    penalty: float
    most: int = 0

    @property
    def split_count(self) -> int:
        return min(places.shape[1] for places in self.splits.values())

    def parts(self, seed: int) -> dict[str, Parts]:
        """Train and test rows of each site; nothing is held out of training."""
        found, order = {}, np.random.default_rng(seed)
        for name, rows in self.sites.items():
            place = self.splits[name][:, seed]
            train = fewer(rows.take(place == 0), self.most, order)
            found[name] = Parts(train, rows.take(np.zeros(len(rows), dtype=bool)), rows.take(place == 1))
        return found

    def contract(self, seed: int, *, training_seed: int | None = None) -> Contract:
        """The recipe that fits the size of the set; no site with a defect is too small, and all of them are waited for."""
        parts = self.parts(seed).values()
        defects, rows = sum(p.train.positives for p in parts), sum(len(p.train) for p in parts)
        able = sum(p.train.positives > 0 for p in parts)
        return contract_for(
            self, rows=rows, defects=defects, quorum=max(1, able), seed=seed if training_seed is None else training_seed
        )


def fewer(rows: Rows, most: int, order: np.random.Generator) -> Rows:
    """At most so many rows, of each class in proportion, in the order of the table; all where `most` is 0."""
    if not 0 < most < len(rows):
        return rows
    kept = []
    for label in (0, 1):
        which = order.permutation(np.flatnonzero(rows.labels == label))
        kept.append(which[: round(len(which) * most / len(rows))])
    return rows.take(np.sort(np.concatenate(kept)))


def contract_for(found: BenchmarkSet, *, rows: int, defects: int, quorum: int, seed: int) -> Contract:
    if defects < FEW:
        model = Model(bins=16, products=False)
        training = Training(
            rounds=10, local_epochs=1, learning_rate=4e-3, head_pull=0.0, proximal=0.01, seed=seed, batch_size=64
        )
    else:
        model = Model(bins=48)
        batch = 64 if rows < 20_000 else 256
        training = Training(rounds=30, local_epochs=2, head_pull=0.3, seed=seed, batch_size=batch)
    boosting = Boosting(bins=256 if len(found.features) <= WIDE else 64)
    if defects >= MANY:
        boosting = Boosting(rounds=100, side_by_side=2, depth=6, learning_rate=0.2, weight=0.85)
    return Contract(
        programme=found.name,
        features=found.features,
        model=model,
        training=training,
        boosting=boosting,
        quorum=quorum,
        least_rows=1,
        least_positives=1,
        validation_share=0.0,
        test_share=0.0,
    )


def read_set(folder: Path, variant: str = "") -> BenchmarkSet:
    """
    Raises:
        InvalidRows: a file or a column is missing, or the splits do not fit the rows.
    """
    data_path = next((p for p in (folder / "data.csv", folder / "data.csv.gz", folder / "data.parquet") if p.exists()), None)
    splits_path = folder / f"splits{'_' + variant if variant else ''}.csv.gz"
    for path in (data_path or folder / "data.csv", splits_path, folder / "meta.json"):
        if not path.exists():
            raise InvalidRows(
                "A set has data.csv(.gz), splits.csv.gz and meta.json.", place=str(path), remedy="Name the set's folder."
            )
    assert data_path is not None
    meta = json.loads((folder / "meta.json").read_text())
    frame = pl.read_parquet(data_path) if data_path.suffix == ".parquet" else pl.read_csv(data_path, infer_schema=False)
    splits = pl.read_csv(splits_path)
    joined = frame.with_columns(pl.col("row_id").cast(pl.Int64)).join(
        splits.drop("factory"), on="row_id", how="inner", validate="1:1", maintain_order="left"
    )
    if len(joined) != len(splits):
        value = f"{len(splits) - len(joined)} without a row"
        raise InvalidRows("Every row_id of the splits stands in the data.", place=splits_path.name, value=value)
    features = tuple(Feature(name=name) for name in meta["features"]) + tuple(
        Feature(name=name, kind="categorical", categories=tuple(sorted(frame[name].drop_nulls().unique().to_list())))
        for name in meta.get("categorical", [])
    )
    contract = read_contract({"programme": meta["name"], "features": [f.model_dump() for f in features]})
    columns = [name for name in splits.columns if name.startswith("split_")]
    sites, placed = {}, {}
    for (site,), part in sorted(joined.group_by("factory", maintain_order=True)):
        sites[str(site)] = check_rows(part, contract).rows
        placed[str(site)] = part.select(columns).to_numpy()
    return BenchmarkSet(meta["name"], variant, features, sites, placed, 1 / meta.get("lr_C", 1.0))
