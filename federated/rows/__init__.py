"""A factory's own rows: read, checked against the contract, counted, prepared. They never leave this package's arrays."""
