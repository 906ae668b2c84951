"""What a page of this room shows, read once from the records: no request, no HTML."""
