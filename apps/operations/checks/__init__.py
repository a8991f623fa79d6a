"""Every check, in the order in which they are told."""

from . import settings as settings  # isort: skip
from . import database as database  # isort: skip
from . import running as running  # isort: skip
from . import reached as reached  # isort: skip
from . import files as files  # isort: skip
