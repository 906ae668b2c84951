"""The pages of a member of staff's home, a module each for every subject."""
