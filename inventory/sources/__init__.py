"""What each source of data has told, and what is missing."""
