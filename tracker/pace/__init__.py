"""How far it has got, and when it will be done."""
