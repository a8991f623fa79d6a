"""What operations show to the walks: nothing but commands."""

from tests.rooms import Shown

SHOWN = Shown()
