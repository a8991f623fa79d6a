"""The example federation: it crosses training and inspection. What the rooms add by themselves: their `room.py`."""
