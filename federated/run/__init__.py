"""The server's half of a run, whoever carries its requests."""
