"""The folders outside its home that the portal writes into, as its settings name them."""

import pwd
from collections.abc import Iterator, Mapping
from pathlib import Path

# Files whose folders are written into: one is renamed, or turned over, there.
FILES_IN = ("PORTAL_ERRORS", "PORTAL_MAINTENANCE")


def written(settings: Mapping[str, str]) -> list[Path]:
    """What the units may write into besides the home, each once."""
    home = Path(settings["PORTAL_HOME"])
    named = dict.fromkeys([*_named(settings), *anchored(settings)])
    return [each for each in named if not each.is_relative_to(home)]


def made(settings: Mapping[str, str], *, has_storage: bool) -> list[Path]:
    """Those that are made if they are not there.

    The storage is made by the machine that has it alone: with a folder of its own in place of one that is not
    mounted another would file where nobody looks. Nor is that of an anchor: it is another machine's disk.
    """
    storage = files(settings)
    return [
        each
        for each in written(settings)
        if (has_storage or storage is None or not each.is_relative_to(storage))
        and each not in anchored(settings)
    ]


def amiss(folder: Path) -> str:
    """Why the portal cannot write there, and what to do; nothing if it can."""
    if not folder.exists():
        return f"{folder} is not there: mount it, or the portal cannot write there"
    if folder.stat().st_uid != pwd.getpwnam("portal").pw_uid:
        return f"{folder} is not the portal's, which writes there: chown portal:portal {folder}"
    return ""


def files(settings: Mapping[str, str]) -> Path | None:
    """The folder of uploads and papers, where it is one and not the home's."""
    named = settings.get("PORTAL_STORAGE", "")
    return Path(named) if named.startswith("/") else None


def anchored(settings: Mapping[str, str]) -> list[Path]:
    """Where the trail's head is noted outside of the database (`audit.anchors`)."""
    places = (place.strip() for place in settings.get("PORTAL_TRAIL_ANCHORS", "").split(","))
    return [Path(place.removeprefix("file:")).parent for place in places if place.startswith("file:/")]


def _named(settings: Mapping[str, str]) -> Iterator[Path]:
    if storage := files(settings):
        yield storage
    yield from (Path(settings[name]).parent for name in FILES_IN if settings.get(name))
