"""Long tables for the tests: asked for at a list's address, made as the worker makes them."""

from django.urls import reverse

from accounts.enums import Role
from accounts.models import Export, User
from accounts.services import exports
from tests import factories


def asked(by: User | None = None, address: str = "", name: str = "示例.csv") -> Export:
    """Of the register of people, which the office reads."""
    address = address or f"{reverse('people:people')}?format=csv"
    return exports.ask(address=address, name=name, by=by or factories.user(Role.OFFICE))


def fetched(client, address: str) -> bytes:
    """What this person gets at an address whose sheet the worker draws."""
    answer = client.get(address)
    assert answer.status_code == 303
    run(Export.objects.latest("pk"))
    return b"".join(client.get(f"{answer.url}download/").streaming_content)


def made(by: User | None = None, address: str = "") -> Export:
    return run(asked(by, address))


def run(export: Export) -> Export:
    exports.make(export.pk)
    export.refresh_from_db()
    return export
