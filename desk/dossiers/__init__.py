"""一点一档: what belongs into a dossier, who may have it, and how the worker makes it."""
