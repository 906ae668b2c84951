"""What `run` needs of Django before it serves: one process, so that Django starts only once.

    python -m deploy.prepare demo|empty|files

Prints the demo accounts, and nothing else, on its standard output. `files`
(for the tests) makes the style sheets and translations only.
"""

import fcntl
import hashlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import django
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command, get_commands
from django.db import DEFAULT_DB_ALIAS, connection

from core import triggers
from core.planner import renew_statistics
from core.schema import difference
from deploy import translations
from deploy.console import ROOT
from wuhai_portal.keys import refuse_other_keys

# Bootstrap ships its style sheets many times over; squeezing those that no page uses takes ten seconds.
UNSERVED = ["*.rtl.*", "bootstrap-grid*", "bootstrap-reboot*", "bootstrap-utilities*", "bootstrap.css*"]


def main(kind: str) -> None:
    translations.compile_catalogues()
    django.setup()
    collect_static()
    if kind == "files":
        return
    with one_at_a_time():
        prepare_database(kind)


def prepare_database(kind: str) -> None:
    refuse_other_keys()
    migrated = migrate()
    from audit import keys, year_keys  # noqa: PLC0415  # once Django is set up
    from documents import trial_signer  # noqa: PLC0415  # as above

    year_keys.keep_up()
    keys.note()
    if not settings.PORTAL_SIGNER and trial_signer.make():
        tell("Made a trial certificate that signs papers; a real one is set by PORTAL_SIGNER")
    load_plan(migrated=migrated)
    if kind == "demo":
        seed_demo()
        if "demo_accounts" in get_commands():
            call_command("demo_accounts")
    renew_statistics()


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Of several that start or upgrade at once one prepares the database; the others wait, and find it done.

    By asking again: who waits inside a statement holds up migrations that wait for all statements to end.
    """
    with _lock_beside() if connection.vendor == "sqlite" else _lock_in_database() as is_ours:
        if not is_ours():
            tell("Another process prepares this database; waiting for it")
            while not is_ours():
                time.sleep(0.2)
        yield


@contextmanager
def _lock_beside() -> Iterator[Callable[[], bool]]:
    with Path(f"{connection.settings_dict['NAME']}.lock").open("w") as file:

        def is_ours() -> bool:
            with suppress(BlockingIOError):
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return True
            return False

        yield is_ours


@contextmanager
def _lock_in_database() -> Iterator[Callable[[], bool]]:
    """By a connection of its own: the others are closed in between, and with them what they hold."""
    with closing(connection.copy()) as own, own.cursor() as cursor:

        def is_ours() -> bool:
            cursor.execute("SELECT pg_try_advisory_lock(hashtext('prepared'))")
            return bool(cursor.fetchone()[0])

        yield is_ours


def migrate() -> bool:
    """Bring the database up to date; say whether there was anything to do."""
    pending = bool(difference().lacking)
    if not pending and (gone := triggers.lacking(connection)):
        tell(f"The database lacks {triggers.named(gone)} or has another; made anew. Is the trail whole?")
        triggers.keep(using=DEFAULT_DB_ALIAS)
    if pending:
        tell("Migrating the database")
        call_command("migrate", interactive=False, verbosity=0, stdout=sys.stderr)
    call_command("createcachetable", verbosity=0, stdout=sys.stderr)
    return pending


def load_plan(*, migrated: bool) -> None:
    """Load the plan and its standards into a new database, and again when they have changed."""
    stamp = settings.PORTAL_HOME / "plan.stamp"
    wanted = fingerprint([ROOT / "fixtures"])
    if migrated or not stamp.exists() or stamp.read_text() != wanted:
        tell("Loading the plan")
        call_command("load_plan", stdout=sys.stderr)
        stamp.write_text(wanted)


def seed_demo() -> None:
    """Seed a database that has no users yet; a seeding that was cut short is taken up again."""
    unfinished = settings.PORTAL_HOME / "seeding"
    if get_user_model()._default_manager.exists() and not unfinished.exists():
        return
    tell("Making the demo campaign (once)")
    unfinished.touch()
    call_command("seed_demo", stdout=sys.stderr)
    unfinished.unlink()


def collect_static() -> None:
    """Collect the style sheets and scripts again when a source of theirs has changed."""
    stamp = Path(settings.STATIC_ROOT) / "portal.stamp"
    folders = [Path(str(each[1] if isinstance(each, tuple) else each)) for each in settings.STATICFILES_DIRS]
    wanted = fingerprint([ROOT / "requirements.txt", *folders])
    if stamp.exists() and stamp.read_text() == wanted:
        return
    tell("Collecting style sheets and scripts")
    call_command("collectstatic", interactive=False, verbosity=0, stdout=sys.stderr, ignore_patterns=UNSERVED)
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(wanted)


def fingerprint(sources: list[Path]) -> str:
    """Names, sizes and times of the files: cheap, and different whenever one was edited."""
    lines = [f"DEBUG={settings.DEBUG}"]
    for path in _files(sources):
        status = path.stat()
        lines.append(f"{path} {status.st_size} {status.st_mtime_ns}")
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _files(sources: list[Path]) -> Iterator[Path]:
    for source in sources:
        yield from sorted(path for path in (source, *source.rglob("*")) if path.is_file())


def tell(text: str) -> None:
    print(f"· {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wuhai_portal.settings")
    main(sys.argv[1])
