"""axe-core on the page a person looks at."""

from typing import Protocol

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page


class Reader(Protocol):
    """Whoever has a page open."""

    page: Page


def violations(reader: Reader) -> list[str]:
    """What axe-core finds, a line a place; colours are looked at once they stand still."""
    reader.page.emulate_media(reduced_motion="reduce")
    found = Axe().run(reader.page).response["violations"]
    return [f"{one['id']}: {node['html']}" for one in found for node in one["nodes"]]
