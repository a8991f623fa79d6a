"""The federated half of Dure: runs at every factory and beside the SuperLink; knows no Django."""

VERSION = "0.1.0"
