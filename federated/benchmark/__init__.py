"""`python -m federated.benchmark`: what training together brings, on sets with fixed splits."""
