"""Checkpoints as files."""

import io

import numpy as np

from ..models.defect import model_of, pack
from .steps import Checkpoint

STATE = "state_"


def pack_checkpoint(checkpoint: Checkpoint) -> bytes:
    """As an npz file."""
    state = {STATE + name: array for name, array in checkpoint.state.items()}
    notes = np.empty(0, np.uint8) if checkpoint.notes is None else checkpoint.notes
    return pack(checkpoint.model, round=checkpoint.round, notes=notes, **state)


def unpack_checkpoint(content: bytes) -> Checkpoint:
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        state = {name.removeprefix(STATE): arrays[name] for name in arrays.files if name.startswith(STATE)}
        # Checkpoints of earlier versions have no notes.
        notes = arrays["notes"] if "notes" in arrays.files and len(arrays["notes"]) else None
        return Checkpoint(int(arrays["round"]), model_of(arrays), state, notes)
