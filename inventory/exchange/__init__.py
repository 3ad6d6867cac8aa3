"""What Exchange and Entra are set to, and who logged in."""
