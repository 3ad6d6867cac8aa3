"""Programs of a tree that are told what to do by those that run them."""
