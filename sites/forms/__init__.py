"""What people type and choose on the pages of this room; one module a topic."""
