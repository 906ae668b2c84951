"""`./portal install` and what it writes: a production machine, its units, its proxy, its settings."""
