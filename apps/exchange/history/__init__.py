"""Historical imports: tables of what once happened, loaded as a cluster of its own.

They have their own rules: dates lie in the past, firms need no Korean business number, every day before the agreed one is on
time. The invariants of the documents hold as for every other row.
"""

from .layout import Layout, read_layout
from .load import Imported, import_history

__all__ = ["Imported", "Layout", "import_history", "read_layout"]
