"""One spelling for what people type, so that the same name is the same text."""

import re
import unicodedata

_CHINESE = re.compile(r"[\u3400-\u9fff]")
_BRACKET = re.compile(r"\s*([()])\s*")
_FULL_WIDTH = {"(": "（", ")": "）"}


def tidy(text: str) -> str:
    """A name in its one spelling: half-width letters and digits, single spaces, nothing invisible.

    Brackets in Chinese text are full-width, as official papers write them.
    """
    text = "".join(
        letter for letter in unicodedata.normalize("NFKC", text) if unicodedata.category(letter) != "Cf"
    )
    text = " ".join(text.split())
    return _BRACKET.sub(lambda found: _FULL_WIDTH[found[1]], text) if _CHINESE.search(text) else text
