"""Which item each row of a list of devices is."""
