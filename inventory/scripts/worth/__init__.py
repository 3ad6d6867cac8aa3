"""What an expression is worth: how texts, tables, objects and calls tell it."""
