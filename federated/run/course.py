"""Whether the model that was sent out does worse at the sites than one before it did, by their held-out rows."""

from ..agreed.contracts import Kind
from .steps import Report

WORSE, LEAST = 1.5, 0.1  # of a site's own least loss so far, and nats above that; an honest run stays well below


class Course:
    """Of one run, in memory: one that is taken up again learns it anew, and begins with a model that was good."""

    def __init__(self) -> None:
        self.least: dict[tuple[Kind, str], float] = {}  # trees alone are judged apart from trees and network together

    def is_spoilt(self, report: Report) -> bool:
        """More than half of the sites that can compare find the received model worse: one that lies does not decide."""
        if report.is_new_start:  # later figures are of trees that have just begun
            self.least = {}
            return False
        worse = []
        for reply in report.used:
            loss, key = reply.metrics.get("loss"), (report.kind, reply.site)
            if loss is None:
                continue
            if key in self.least:
                worse.append(loss > WORSE * self.least[key] + LEAST)
            self.least[key] = min(loss, self.least.get(key, loss))
        return 2 * sum(worse) > len(worse)
