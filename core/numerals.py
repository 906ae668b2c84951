"""Numbers as Chinese words."""

_DIGITS = "零一二三四五六七八九"
_PLACES = ((1000, "千"), (100, "百"), (10, "十"), (1, ""))


def zh_ordinal(value: int) -> str:
    """12 → 十二, 105 → 一百零五, for headings such as 一、（一） or 第十二条 (1 to 9999)."""
    said = ""
    for place, word in _PLACES:
        digit = value // place % 10
        if digit:
            said += _DIGITS[digit] + word
        elif said and not said.endswith("零"):
            said += "零"
    return said.rstrip("零").removeprefix("一" if 10 <= value < 20 else "")
