"""How an article of the rulebook names the rulebook's fields: {pass_mark}, and which there are.

A number that is written into the text would say one thing while results are counted by another, so the text
names the field and reads with what it holds.
"""

import re
from collections.abc import Iterator
from decimal import Decimal

from django.utils import translation
from django.utils.translation import gettext as _

from core.numerals import zh_ordinal

from .models.versions import Rulebook, Version
from .points import plain

_NAMED = re.compile(r"\{([^{}｛｝]*)\}")
_BRACE = re.compile(r"[{}｛｝]")
# Figures, and Chinese numerals before what is counted; years and the numbers of papers are no rules.
_FIGURES = re.compile(
    r"〔\d{4}〕\d+号|\d{4}年(?:\d{1,2}月)?(?:\d{1,2}日)?|(?P<figure>[0-9０-９]+(?:[.．][0-9０-９]+)?[%％]?"
    r"|百分之[一二三四五六七八九十百]+|(?!十分|百分)[一二三四五六七八九十百两]+(?:个工作日|个自然日|日内|日以内|天|分))"
)


def field_names() -> list[str]:
    """The rulebook's own fields: all but what every version has."""
    of_versions = {"id", *(field.name for field in Version._meta.concrete_fields)}
    return [field.name for field in Rulebook._meta.concrete_fields if field.name not in of_versions]


def named(text: str) -> list[str]:
    """What stands between braces, in its order."""
    return _NAMED.findall(text)


def wrong(text: str) -> list[str]:
    """Why this text cannot stand: it names numbers no field has, or leaves a brace open."""
    known = field_names()
    there_are = "、".join(f"{{{name}}}" for name in known)
    found = [
        _("No number is called {%(name)s}. There are: %(names)s.") % {"name": name, "names": there_are}
        for name in dict.fromkeys(named(text))
        if name not in known
    ]
    if _BRACE.search(_NAMED.sub("", text)):
        found.append(_("Braces stand in pairs around the name of a number alone, such as {pass_mark}."))
    return found


def filled(text: str, rulebook: Rulebook) -> str:
    """The text as it reads: each name replaced by what the rulebook says; one that is unknown stands."""
    known = field_names()
    return _NAMED.sub(lambda found: said(rulebook, found[1]) if found[1] in known else found[0], text)


def said(rulebook: Rulebook, name: str) -> str:
    """What a field holds, in the words of the text, which is Chinese whoever reads it."""
    value = getattr(rulebook, name)
    if isinstance(value, list):
        return "；".join(f"（{zh_ordinal(n)}）{line}" for n, line in enumerate(value, start=1)) or "（无）"
    if name == "notice_unit":
        with translation.override("zh-hans"):
            return str(rulebook.get_notice_unit_display())
    return plain(Decimal(value))


def figures(text: str) -> Iterator[str]:
    """Numbers that are written out, so that no field stands behind them."""
    for found in _FIGURES.finditer(_NAMED.sub("", text)):
        if found["figure"]:
            yield found["figure"]
