"""使用手册: the pages of `docs/guide/`, read where they lie and shown by the portal as they are there.

A page is Markdown with one heading of the first level. A section that a page of the desk leads to bears the
name of that page as its anchor: `## 上报名单 {#sites-filings}`; in a list it stands on a line of its own
under the item, `{: #sites-filings }`.
"""

from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

FOLDER = settings.BASE_DIR / "docs" / "guide"
# In the order they are listed; those of roles bear the role's name.
NAMES = (
    *("overview", "public", "leading_group", "office", "district", "inspector", "liaison"),
    *("administrators", "system_admin", "security_admin", "auditor"),
)
# Of who has no role yet: who gives one.
NO_ROLE = "administrators"
ENGLISH = "overview"


@dataclass(frozen=True)
class Section:
    """A heading of the second level and where it is."""

    anchor: str
    title: str


@dataclass(frozen=True)
class GuidePage:
    """A page of the guide as HTML, its own heading apart."""

    name: str
    title: str
    html: SafeString
    sections: tuple[Section, ...]

    @property
    def language(self) -> str:
        return "en" if self.name == ENGLISH else "zh-Hans"

    def get_absolute_url(self) -> str:
        return reverse("publicity:help_page", args=[self.name])


def pages() -> list[GuidePage]:
    """The whole guide."""
    return [page(name) for name in NAMES]


@cache
def page(name: str) -> GuidePage:
    """One of `NAMES`. It is part of the release: read once in a process."""
    from .guide_markdown import draw  # noqa: PLC0415  # what reads Markdown is for the guide's pages alone

    text = (FOLDER / f"{name}.md").read_text(encoding="utf-8")
    heading, _newline, body = text.partition("\n")
    html, tokens = draw(body)
    sections = tuple(Section(token["id"], token["name"]) for token in tokens)
    return GuidePage(name, heading.removeprefix("# ").strip(), mark_safe(html), sections)  # noqa: S308  # ours
