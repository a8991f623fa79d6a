"""The lists of the tower."""

from .lines import LineList
from .outlook import OutlookList
from .scorecards import MonthList, ScoreList

__all__ = ["LineList", "MonthList", "OutlookList", "ScoreList"]
