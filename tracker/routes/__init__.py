"""Which ways off Basic fit an item, and whether they work."""
