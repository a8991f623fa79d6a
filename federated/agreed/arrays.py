"""What all halves compute with."""

from typing import Any

import numpy.typing as npt

Array = npt.NDArray[Any]  # a docstring says its shape and dtype
