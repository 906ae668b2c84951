"""Reports upward: drafted from the portal's figures, agreed to by the leading group, issued and sent."""
