"""Addresses of this room's pages, what they answer, and saving one item as the page does."""

import io

import openpyxl
from django.urls import get_resolver, reverse

from assessments.services import sheets


def url(name, *args):
    return reverse(f"assessments:{name}", args=args)


def page_seen_by(client, person, address, **asked):
    """What a page at an address is drawn from, for this person."""
    client.force_login(person)
    response = client.get(address, asked)
    assert response.status_code == 200
    return response.context["page"]


def score(client, sheet, item, headers=None, **typed):
    body = {"level": "met", "points": "", "reason": "", "version": 0, **typed}
    return client.post(url("score", sheet.pk, item.pk), body, **(headers or {}))


def confirmed(sheet):
    """What confirms the list of full marks for which nothing is filed."""
    return {"seen": [item.pk for item in sheets.unshown(sheet)], "confirmed": "on"}


def of_desk() -> list[tuple[str, str, set[str]]]:
    """All addresses of the desk: the name, the words before the first parameter, the parameters."""
    rooms = {
        room: resolver for room, (at, resolver) in get_resolver().namespace_dict.items() if at == "desk/"
    }
    return sorted(
        (f"{room}:{name}", ways[0][0].split("%(")[0], set(ways[0][1]))
        for room, resolver in rooms.items()
        for name in resolver.reverse_dict
        if isinstance(name, str)
        for ways, *_rest in resolver.reverse_dict.getlist(name)
    )


def addresses(*parameters: str) -> list[str]:
    """The names of all addresses of the desk that take exactly these parameters."""
    return [name for name, _words, taken in of_desk() if taken == set(parameters)]


def text_of(response) -> str:
    body = b"".join(response) if response.streaming else response.content
    return body.decode("utf-8-sig", errors="replace")


def cells_of(response) -> set[str]:
    body = b"".join(response) if response.streaming else response.content
    book = openpyxl.load_workbook(io.BytesIO(body), read_only=True)
    return {str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell}
