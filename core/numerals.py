"""Numbers as Chinese words."""

_DIGITS = "零一二三四五六七八九"


def zh_ordinal(value: int) -> str:
    """12 → 十二, for headings such as 一、（一） or 第十二条 (1 to 99)."""
    tens, ones = divmod(value, 10)
    if tens == 0:
        return _DIGITS[ones]
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")
