"""What hides a site's rows: noise and its ledger, masked sums, and attacks on ourselves."""
