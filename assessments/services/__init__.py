"""What people do in this room: rounds, sheets, evidence, rectification, acceptance — a module each."""
