"""The lists of a supplier's day."""

from .answer_list import AnswerList as AnswerList
from .risk_list import RiskList as RiskList
from .ship_list import ShipList as ShipList
