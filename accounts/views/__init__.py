"""Pages of this room: a browser's preferences, links, people, organisations, one's own account, messages."""
