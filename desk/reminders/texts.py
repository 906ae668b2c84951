"""The office's own words of a reminder: four places to be filled in, everything else as it was typed."""

import re
from collections.abc import Mapping

# What can stand in braces: the site or body, what is to be done, the last day, working days left or overdue.
PLACES = ("about", "what", "due", "days")
_PLACE = re.compile("{(" + "|".join(PLACES) + ")}")
_NAMED = re.compile("{([^{}]*)}")


def filled(text: str, words: Mapping[str, object]) -> str:
    """The line as it is told; a stray brace or percent sign stays what it is."""
    return _PLACE.sub(lambda place: str(words[place[1]]), text)


def wrong_places(text: str) -> list[str]:
    """What stands in braces and is none of the places, in the order of the text."""
    return [name for name in _NAMED.findall(text) if name not in PLACES]
