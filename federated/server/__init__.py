"""Flower on the server's side: the private SuperLink, the ServerApp, and how sites are asked."""
