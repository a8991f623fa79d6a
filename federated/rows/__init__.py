"""A factory's own rows: read, checked against the contract, counted, prepared; and what the server reads off the counts."""
