"""axe-core on the page a person looks at."""

from axe_playwright_python.sync_playwright import Axe

from tests.e2e.people import Person


def violations(reader: Person) -> list[str]:
    """What axe-core finds, a line a place; colours are looked at once they stand still."""
    reader.page.emulate_media(reduced_motion="reduce")
    found = Axe().run(reader.page).response["violations"]
    return [f"{one['id']}: {node['html']}" for one in found for node in one["nodes"]]
