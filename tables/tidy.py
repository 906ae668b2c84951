"""One spelling for what people type, so that the same name is the same text."""

import re
import unicodedata

# Every block of Han characters, the rare ones beyond the basic plane too (𠮷, 䶮), and 々 and 〇.
_CHINESE = re.compile("[々〇\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af]")
_BRACKET = re.compile(r"\s*([()])\s*")
_FULL_WIDTH = {"(": "（", ")": "）"}
# A text in the traditional Mongolian script: the unseen marks in it say how its letters are drawn.
MONGOLIAN = re.compile("[\u1800-\u180e\u1810-\u1819\u1820-\u1878\u1880-\u18aa\u200c\u200d\u202f ]+")
MONGOLIAN_LETTER = re.compile("[\u1820-\u1878\u1880-\u18aa]")
_GAP = re.compile(r"[^\S\u202f]+")  # but not what joins a suffix
# What takes no place although it counts as a letter or a mark: fillers and variation selectors.
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0\ufe00-\ufe0f\U000e0100-\U000e01ef]"
)


def tidy(text: str) -> str:
    """A name in its one spelling: half-width letters and digits, single spaces, nothing invisible.

    Brackets in Chinese text are full-width, as official papers write them.
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    if MONGOLIAN_LETTER.search(text) and MONGOLIAN.fullmatch(_seen(gapped := _GAP.sub(" ", text).strip(" "))):
        return gapped  # with what nobody sees: to take that out could change the spelling, so it is refused
    text = unicodedata.normalize("NFKC", _seen(" ".join(text.split())))
    text = " ".join(text.split())
    if ("(" in text or ")" in text) and _CHINESE.search(text):
        return _BRACKET.sub(lambda found: _FULL_WIDTH[found[1]], text)
    return text


def tidy_prose(text: str) -> str:
    """Prose with its own punctuation and line breaks, but of one kind and with nothing invisible."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "\n".join(_seen(line).rstrip() for line in text.split("\n")).strip()


def _seen(text: str) -> str:
    """The text without control characters, marks of direction and other letters that nobody sees."""
    text = _UNSEEN.sub("", text)
    if text.isprintable():
        return text
    return "".join(
        letter for letter in text if letter == "\t" or unicodedata.category(letter) not in ("Cc", "Cf", "Cs")
    )
