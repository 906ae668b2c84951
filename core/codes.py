"""Codes that people copy from paper: of a paper, of an appraisal, of a receipt."""

import unicodedata


def plain_code(code: str) -> str:
    """A code as it is stored, whatever a person made of it: full width, small letters, spaces, hyphens."""
    return "".join(char for char in unicodedata.normalize("NFKC", code).upper() if char.isalnum())
