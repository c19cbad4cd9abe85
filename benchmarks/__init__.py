"""How long one plastic step takes, here and elsewhere, and what was asked of it."""
