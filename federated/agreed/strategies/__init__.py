"""The strategies that a contract may name. Another one is a file here, a line below and a test."""

from .base import Combined, State, Strategy, Update
from .fedadam import FedAdam
from .fedavg import FedAvg
from .median import Median
from .multi_krum import MultiKrum
from .scaffold import Scaffold
from .trimmed_mean import TrimmedMean

__all__ = ["STRATEGIES", "Combined", "State", "Strategy", "Update"]

STRATEGIES: dict[str, Strategy] = {
    strategy.name: strategy for strategy in (FedAvg(), FedAdam(), Scaffold(), Median(), TrimmedMean(), MultiKrum())
}
