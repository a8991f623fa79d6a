"""What accounts show to the walks."""

from tests.rooms import Shown

SHOWN = Shown(
    screens=(
        ("sign-in", None, "/account/sign-in/"),
        ("people", "admin", "/account/people/"),
        ("tokens", "buyer", "/account/tokens/"),
        ("settings", "buyer", "/account/settings/"),
        ("password", "buyer", "/account/password/"),
        ("sessions", "buyer", "/account/sessions/"),
        ("reset", None, "/account/password/reset/"),
        ("reset-sent", None, "/account/password/reset/sent/"),
    ),
    empty={("*", "/account/tokens/"): "a token is made by who uses it, and its secret is shown to nobody else"},
)
