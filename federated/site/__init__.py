"""The site's half of a run: whatever leaves a site stands in a reply made here."""
