"""What people say, and how it is taken back."""
