"""The kit has no pages of its own: it is walked on the lists of the rooms."""

from tests.rooms import Shown

SHOWN = Shown()
