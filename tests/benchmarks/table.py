"""The figures of one run, each beside its aim; of two runs beside each other: `python -m tests.benchmarks.table NEW OLD`."""

import json
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path

BASELINE = Path(__file__).with_name("baseline.json")
LATEST = Path("artifacts") / "bench.json"
APART = 0.20  # two runs of the same code differ by less on one machine


@dataclass(frozen=True)
class Figure:
    """One measured figure.

    Attributes:
        aim: what it is held to; `is_least`: from below.
        is_ratio: of two things measured in turns, so that runs on other machines compare; others tell of this machine.
    """

    name: str
    value: float
    aim: float
    unit: str = ""
    note: str = ""
    is_least: bool = False
    is_ratio: bool = False

    @property
    def holds(self) -> bool:
        return self.value >= self.aim if self.is_least else self.value <= self.aim

    def __str__(self) -> str:
        text = f"{self.value:,.2f}".rstrip("0").rstrip(".") if self.value < 1000 else f"{self.value:,.0f}"
        value = f"{text} {self.unit}".strip() + (f" ({self.note})" if self.note else "")
        sign = "≥" if self.is_least else "≤"
        return f"  {self.name:<64}{value:>28}   {sign} {self.aim:<8g}{'' if self.holds else 'MISSED'}"


@dataclass
class Table:
    """Figures in the order in which they were measured; each is printed at once."""

    figures: list[Figure] = field(default_factory=list)

    def add(
        self,
        name: str,
        value: float,
        aim: float,
        unit: str = "",
        *,
        note: str = "",
        is_least: bool = False,
        is_ratio: bool = False,
    ) -> None:
        self.figures.append(Figure(name, round(float(value), 4), aim, unit, note, is_least, is_ratio))
        print(self.figures[-1], flush=True)

    def ratio(self, name: str, above: float, below: float, aim: float, note: str = "") -> None:
        self.add(name, above / below, aim, "x", note=note, is_ratio=True)

    def written(self) -> list[dict[str, object]]:
        return [{**asdict(figure), "holds": figure.holds} for figure in self.figures]


def compare(new: Path, old: Path) -> int:
    """Print every figure of `new` beside that of `old`; how many ratios are worse by more than `APART`."""
    before = {row["name"]: row["value"] for row in json.loads(old.read_text())["table"]}
    worse = 0
    for row in json.loads(new.read_text())["table"]:
        if not (then := before.get(row["name"])):
            continue
        change = row["value"] / then
        is_worse = (1 / change if row["is_least"] else change) > 1 + APART if change else False
        worse += is_worse and row["is_ratio"]
        mark = "WORSE" if is_worse and row["is_ratio"] else "slower" if is_worse else ""
        print(f"  {row['name']:<64}{then:>12,.2f}{row['value']:>12,.2f}{change:>8.2f} x  {mark}")
    return worse


if __name__ == "__main__":
    paths = [Path(name) for name in sys.argv[1:]]
    sys.exit(min(compare(*(paths + [LATEST, BASELINE][len(paths) :])), 1))
