"""What joining shows to the walks."""

from tests.rooms import Shown

SHOWN = Shown(
    screens=(("start", "admin", "/start/"),),
    pages=(("/start/", 40),),
    unasked={"begin/": "closed once the first firm is there"},
)
