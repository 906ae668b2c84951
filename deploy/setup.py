"""From a bare checkout to a machine the portal can run on; nothing to do the next time."""

import fcntl
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from deploy import debian, venv
from deploy.console import ROOT, end_all

FONTS_TRIED = venv.FOLDER / "portal.faces"


def install(packages: Sequence[str], locks: Sequence[str], *, fonts: bool = True) -> None:
    """Bring Debian's packages, the fonts and `.venv`; apt and pip work side by side."""
    if venv.is_ready(locks) and not debian.missing(packages) and (FONTS_TRIED.exists() or not fonts):
        return
    with _one_at_a_time(), ThreadPoolExecutor(2) as pool:
        if first := venv.packages():
            debian.install([*first, *packages])
        debian_work = pool.submit(_install_from_debian, packages, fonts=fonts)
        venv_work = pool.submit(venv.install, locks)
        try:
            debian_work.result()
            venv_work.result()
        except BaseException:
            end_all()
            raise
    if fonts:
        FONTS_TRIED.touch()


def _install_from_debian(packages: Sequence[str], *, fonts: bool) -> None:
    debian.install(packages)
    if fonts:
        debian.install_fonts()


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Two first starts in one checkout take turns."""
    folder = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)
