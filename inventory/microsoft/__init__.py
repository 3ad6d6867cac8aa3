"""Microsoft 365 over HTTPS: tokens, pages, and what its errors mean. No Django models in here."""
