"""How a page of the guide is drawn from its Markdown; `guide` knows the pages."""

import posixpath
from typing import Any
from xml.etree.ElementTree import Element

from django.templatetags.static import static
from django.urls import reverse
from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor


def draw(text: str) -> tuple[str, list[dict[str, Any]]]:
    """The HTML of a text, and its headings as the library's extension tells them."""
    drawn = Markdown(extensions=["attr_list", "tables", "toc", _Portal()], output_format="html")
    html = drawn.convert(text)
    return html, drawn.toc_tokens  # type: ignore[attr-defined]  # set by its extension


class _Addresses(Treeprocessor):
    """Links between the files become links between the pages, pictures static files."""

    def run(self, root: Element) -> None:
        for link in root.iter("a"):
            file, mark, anchor = link.get("href", "").partition("#")
            if file.endswith(".md"):
                there = reverse("publicity:help_page", args=[file.removesuffix(".md")])
                link.set("href", there + mark + anchor)
        for picture in root.iter("img"):
            name = posixpath.basename(picture.get("src", ""))
            picture.attrib.update(src=static(f"guide/{name}"), loading="lazy")


class _Portal(Extension):
    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802  # its name in the library
        md.treeprocessors.register(_Addresses(md), "addresses", 0)
