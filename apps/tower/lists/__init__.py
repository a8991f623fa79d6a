"""The lists of the tower."""

from .customers import CustomerList
from .lines import LineList
from .outlook import OutlookList
from .scorecards import MonthList, ScoreList

__all__ = ["CustomerList", "LineList", "MonthList", "OutlookList", "ScoreList"]
