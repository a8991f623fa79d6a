"""Tables of people: read, mapped, held against what stands, loaded, taken back."""
