"""The lists of the tower."""

from .customers import CustomerList
from .forecasts import ForecastList
from .lines import LineList
from .outlook import OutlookList
from .scorecards import MonthList, ScoreList

__all__ = ["CustomerList", "ForecastList", "LineList", "MonthList", "OutlookList", "ScoreList"]
