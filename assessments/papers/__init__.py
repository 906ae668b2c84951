"""The papers of this room, each frozen from the records: a module each, and the words they share."""
