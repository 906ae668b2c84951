"""Which code a process runs: pages and workers must run the same."""

import hashlib
from functools import cache

from celery.signals import worker_init
from django.conf import settings

_NOT_SERVED = {"tests", "bench", "mutants"}


@cache
def running() -> str:
    """A short digest of the portal's Python files as they were at the first call, which is the start's."""
    digest = hashlib.sha256()
    # A folder that is not ours to read, such as the home of a portal that ran here, has no code of ours.
    for package in sorted(settings.BASE_DIR.glob("*/__init__.py")):
        if package.parent.name in _NOT_SERVED:
            continue
        for path in sorted(package.parent.rglob("*.py")):
            digest.update(str(path.relative_to(settings.BASE_DIR)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


@worker_init.connect
def tell_who_asks(**_from_celery: object) -> None:
    """A worker answers `running_version`, busy or not (`core.conditions.work` asks)."""
    from celery.worker.control import inspect_command  # noqa: PLC0415  # a worker alone has it loaded

    code = running()

    @inspect_command(name="running_version")
    def running_version(_state: object) -> str:
        return code
