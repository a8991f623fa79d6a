"""A day with a browser in which a factory joins too: the server and the pages of `tests/pages`."""

from tests.pages.conftest import address, browser_context_args, browser_type_launch_args

__all__ = ["address", "browser_context_args", "browser_type_launch_args"]
