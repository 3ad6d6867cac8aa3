"""What reports say of what was cut over."""
