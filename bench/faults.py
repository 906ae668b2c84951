"""A hundred kills under load: a web process, the worker, its child, beat, the broker, or all at once.

Meanwhile four people write notes, each sent again with the same key until it is acknowledged, and papers are
made. Afterwards each note is there once and each paper is made.
"""

import os
import random
import signal
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path

from bench import Figure
from bench._portal import apart, environment, prepare, set_up
from bench._running import Running
from bench._serving import free_port

KILLS, WRITERS = 100, 4
# Between two kills (seconds): now before the last one is mended, now after.
APART = (0.2, 4.0)
CHILD, SUPERVISOR = "child of the worker", "supervisor"
VICTIMS = ("deploy.web", "wuhai_portal worker", " beat ", "valkey-server", CHILD, SUPERVISOR)


def measure() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="pb-") as folder:
        home = str(Path(folder) / "home")
        prepare(home, "demo")
        (Path(home) / "campaign").write_text("demo\n")
        session, action = apart(pen_of, home)
        port = free_port()
        env = environment(home) | {"PORTAL_RENDER_STALE_SECONDS": "10", "PORTAL_RESEND_SECONDS": "1"}
        portal = Running(Path(home), port, {**env, "REDIS_URL": ""}, session=session, action=action)
        portal.start()
        try:
            outages, written = _bad_day(portal)
            portal.until(portal.is_ready, 120)
            unmade = apart(unmade_papers, home, 180)
        finally:
            portal.stop()
        found = apart(notes_of, home)
    yield Figure("faults.kills", KILLS, "")
    yield Figure("faults.acknowledged", len(written), "notes")
    yield Figure("faults.lost", sum(note not in found for note in written), "notes", at_most=0)
    yield Figure("faults.doubled", sum(found.get(note, 0) > 1 for note in written), "notes", at_most=0)
    yield Figure("faults.papers_unmade", unmade, "", at_most=0)
    yield Figure("faults.longest_outage", max(outages), "s", at_most=30)


def _bad_day(portal: Running) -> tuple[list[float], list[str]]:
    """How long each note took to be acknowledged, and the notes."""
    done, outages, written = threading.Event(), [], []

    def write(writer: int) -> None:
        for number in count():
            if done.is_set():
                return
            note = f"示例记录 {writer}-{number}"
            outages.append(portal.note_until_acknowledged(note, 120))
            written.append(note)
            time.sleep(0.2)

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(WRITERS)]
    for thread in threads:
        thread.start()
    for _ in range(KILLS):
        time.sleep(random.uniform(*APART))  # noqa: S311  # no secret
        _kill(portal, random.choice(VICTIMS))  # noqa: S311
    done.set()
    for thread in threads:
        thread.join()
    return outages, written


def _kill(portal: Running, victim: str) -> None:
    """What is not there now, for it was just killed, is left alone."""
    if victim == SUPERVISOR:
        portal.cut_off()
        portal.start()
        return
    with suppress(IndexError, OSError):
        if victim == CHILD:
            children = portal.children_of(portal.pids("wuhai_portal worker")[0])
            os.kill(random.choice(children), signal.SIGKILL)  # noqa: S311
        else:
            portal.kill(victim)


# -- in the portal's own process (`_portal.apart`) ---------------------------------------


def pen_of(home: str) -> tuple[str, str]:
    """The office's session, and the address of a site's notes."""
    set_up(home)
    from django.urls import reverse  # noqa: PLC0415  # after set_up

    from accounts.models import User  # noqa: PLC0415
    from bench._against import session_of  # noqa: PLC0415
    from sites.enums import Stage  # noqa: PLC0415
    from sites.models import Site  # noqa: PLC0415

    site = Site.objects.filter(stage=Stage.RECTIFYING).order_by("pk")[0]
    return session_of(User.objects.get(username="shiban")), reverse("sites:guidance_add", args=[site.pk])


def notes_of(home: str) -> dict[str, int]:
    """The notes there are, and how often each."""
    set_up(home)
    from django.db.models import Count  # noqa: PLC0415  # after set_up

    from sites.models import GuidanceNote  # noqa: PLC0415

    return dict(GuidanceNote.objects.values_list("text").annotate(Count("pk")))


def unmade_papers(home: str, patience: int) -> int:
    """How many papers are not made within so many seconds."""
    set_up(home)
    from documents.models import Document  # noqa: PLC0415  # after set_up

    deadline = time.monotonic() + patience
    unmade = Document.objects.exclude(state=Document.life.done)
    while unmade.exists() and time.monotonic() < deadline:
        time.sleep(0.5)
    return unmade.count()
