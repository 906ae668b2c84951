"""A storage without room."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.files import File
from django.core.files.storage import default_storage


@contextmanager
def full_disk() -> Iterator[None]:
    """The storage runs out of room in the middle of each file, and leaves what it had written of it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(default_storage._wrapped, "_save", _half)
        yield


def _half(name: str, content: File[bytes]) -> str:
    place = Path(default_storage.path(name))
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content.read(1000))
    raise OSError(errno.ENOSPC, "No space left on device")
