"""The published door of the federated path."""
