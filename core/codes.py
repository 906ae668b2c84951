"""Codes that people copy from paper: of a paper, of an appraisal, of a form, of a receipt."""

import unicodedata


def plain_code(code: str) -> str:
    """A code as it is stored, whatever a person made of it: full width, small letters, spaces, hyphens."""
    return "".join(char for char in unicodedata.normalize("NFKC", code).upper() if char.isalnum())


def with_check(code: str, letters: str) -> str:
    """The code and a letter that tells whether it was copied right.

    By Luhn's rule over `letters`, of which there must be an even number: one wrong letter never fits, two
    neighbours that changed places hardly ever.
    """
    return code + letters[-_weighed(code, letters, weight=2) % len(letters)]


def is_checked(code: str, letters: str) -> bool:
    """Whether the last letter fits the others."""
    return set(code) <= set(letters) and not _weighed(code, letters, weight=1) % len(letters)


def _weighed(code: str, letters: str, *, weight: int) -> int:
    """The sum of the letters' places, each once or twice by turns; `weight`: how often the last one's."""
    total = 0
    for letter in reversed(code):
        place = letters.index(letter) * weight
        total += place // len(letters) + place % len(letters)
        weight = 3 - weight
    return total
