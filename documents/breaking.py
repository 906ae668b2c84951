"""Where a line of a paper may not break: 避头尾 (GB/T 15834-2011, 5.1) and what is read as one.

Said to the renderer by U+2060, the word joiner, between two characters: it is not drawn, takes no room and is
not in the text that a reader copies. What is held together is short, since what is long leaves holes.
"""

import html
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain, groupby, pairwise
from typing import Any

JOINER = "\u2060"
BREAK = "\u200b"  # the opposite, as little seen: a sum without a space may break behind it

# What may not begin a line …
STOPS = "，。、；：？！．,.;:?!"
CLOSING = "）〕】》〉」』］｝”’)]}"
CONNECTORS = "·・－～~–"  # 间隔号, 连接号; a dash as well, but not the two that are a 破折号
AFTER_A_FIGURE = "％%‰℃°′″"
REPEATED = "々ー"
# … or end one; what separates (分隔号) does neither.
OPENING = "（〔【《〈「『［｛“‘([{"
BEFORE_A_FIGURE = "￥¥＄$№第"
SEPARATORS = "/／"
NEVER_FIRST = frozenset(STOPS + CLOSING + CONNECTORS + AFTER_A_FIGURE + REPEATED + SEPARATORS)
NEVER_LAST = frozenset(OPENING + BEFORE_A_FIGURE + SEPARATORS)

# What is read as one: a break stands neither within nor between its parts.
_WHOLE = re.compile(
    r"\d(?:万|亿)?(?:元|吨|千米|公里|平方米|立方米|千瓦时|公顷)"  # 3,500.25万元
    r"|\d(?=[\u3400-\u9fff])."  # 2026年, 128号, 12台
    r"|第[〇一二三四五六七八九十百千零\d]+[\u3400-\u9fff]"  # 第三条
    r"|——|……"
)
_ADDRESS = re.compile(r"https?://[!-~]+")  # breaks behind its strokes
_OF_A_SUM = re.compile(r"(?<=[\d%])[+=](?=\d)")
_CONNECTING_DASH = re.compile(r"(?<!—)—(?!—)")
_LONGEST_COLUMN, _LETTER, _SPACE = 14.0, 0.6, 0.3  # em, of a Mongolian name and what of it takes room
_LONGEST_NAME = 8  # characters; of a longer one only the parts are held together

# The fields that hold names of people, alone or one after another; and the lists whose `name` is a person's.
_NAMED = frozenset(
    {"signer", "filed_by", "inspectors", "chair", "present", "absent", "guests", "recorder", "confirmed_by"}
    | {"liaison_name", "by", "at_device_of", "signs"}
)
_PEOPLE = frozenset({"people", "voices", "members", "recusals"})
_BETWEEN_NAMES = re.compile(r"[、，；,;（）()\s]+|组长|副组长|成员")

_INLINE = frozenset({"span", "b", "i", "em", "strong", "a", "small"})
_TOKEN = re.compile(r"(?P<kept><svg.*?</svg>|<!--.*?-->)|</?(?P<tag>\w+)[^>]*>|(?P<text>[^<]+)", re.DOTALL)


def typeset(page: str, names: Iterable[str] = (), *, is_rare: Callable[[str], bool]) -> str:
    """The HTML of a paper with joiners wherever its lines may not break; `names` are those of people.

    What `is_rare` stands in a span of its own: the font that helps out has taller lines, and must not push
    the paper's own apart.
    """
    head, body, rest = re.split(r"(<body[^>]*>)", page, maxsplit=1)
    names = sorted({name for name in names if 2 <= len(name) <= _LONGEST_NAME}, key=len, reverse=True)
    wholes = [_WHOLE, re.compile("|".join(map(re.escape, names)))] if names else [_WHOLE]
    return head + body + "".join(piece for run in _runs(rest) for piece in _set(run, wholes, is_rare))


def columns(name: str) -> Iterator[tuple[str, float]]:
    """The words of a Mongolian name, as many together as one column holds, and its length at most, in em."""
    column: list[str] = []
    for word in [*name.split(), ""]:
        if column and (not word or _length(" ".join([*column, word])) > _LONGEST_COLUMN):
            yield " ".join(column), round(_length(" ".join(column)), 2)
            column = []
        column.append(word)


def _length(words: str) -> float:
    return sum(_LETTER if letter.isalpha() else _SPACE for letter in words)


def names_of_people(context: Mapping[str, Any]) -> set[str]:
    """The people whom a paper names, as its fields have them."""
    return {name for name in _names(context, "") if name}


def _names(value: Any, key: str) -> Iterator[str]:
    if isinstance(value, Mapping):
        for field, inner in value.items():
            if field in _NAMED or (field == "name" and key in _PEOPLE):
                yield from _BETWEEN_NAMES.split(str(inner))
            yield from _names(inner, field)
    elif isinstance(value, list):
        for each in value:
            yield from _names(each, key)


def _runs(page: str) -> Iterator[list[re.Match[str]]]:
    """The page's tokens, those together whose text is one line of thought: between the tags of two blocks."""
    run: list[re.Match[str]] = []
    for token in _TOKEN.finditer(page):
        run.append(token)
        if token["kept"] or (token["tag"] and token["tag"] not in _INLINE):
            yield run
            run = []
    yield run


def _set(
    run: list[re.Match[str]], wholes: list[re.Pattern[str]], is_rare: Callable[[str], bool]
) -> Iterator[str]:
    texts = [html.unescape(token["text"]) if token["text"] else "" for token in run]
    marks = _marks("".join(texts), wholes)
    at = 0
    for token, text in zip(run, texts, strict=True):
        if not text:
            yield token[0]
        for apart, letters in groupby(enumerate(text, start=at), key=lambda each: is_rare(each[1])):
            words = html.escape("".join(letter + marks.get(place, "") for place, letter in letters))
            yield f'<span class="rare">{words}</span>' if apart else words
        at += len(text)


def _marks(text: str, wholes: list[re.Pattern[str]]) -> dict[int, str]:
    """What stands behind which character, by its place."""
    held = {
        place
        for place, (here, after) in enumerate(pairwise(text))
        if after in NEVER_FIRST or here in NEVER_LAST
    }
    held |= {found.start() - 1 for found in _CONNECTING_DASH.finditer(text)}
    for found in chain.from_iterable(whole.finditer(text) for whole in wholes):
        held |= set(range(found.start(), found.end() - 1))
    for found in _ADDRESS.finditer(text):
        held -= set(range(found.start(), found.end() - 1))
    marks = {place: JOINER for place in held if _meet(text, place)}
    return marks | {found.start(): BREAK for found in _OF_A_SUM.finditer(text)}


def _meet(text: str, place: int) -> bool:
    """Whether a character and the next are those of words, with no space between."""
    return 0 <= place < len(text) - 1 and not text[place].isspace() and not text[place + 1].isspace()
