"""What comes in: files received, read, counted once and stored, or taken back."""
