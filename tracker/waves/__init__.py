"""Who is in a wave, and what is due when."""
