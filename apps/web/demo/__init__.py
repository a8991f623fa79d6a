"""The example cluster of EV parts. Every firm, person and figure in it is invented."""
