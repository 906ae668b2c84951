"""`./portal test`: every test, in a home that is made for it and thrown away."""

import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from deploy import environment, postgres
from deploy.console import run, run_in_foreground

PYTHON = [sys.executable, "-P", "-m"]
NOTHING_COLLECTED = 5  # pytest's code


def main(arguments: list[str]) -> int:
    """Every test on SQLite, then those marked `postgres` on PostgreSQL; exit with pytest's own code.

    `--postgres` (ours; all else is pytest's) runs every test on PostgreSQL.
    """
    for_pytest = [argument for argument in arguments if argument != "--postgres"]
    if "--postgres" in arguments:
        return _pytest(for_pytest, on_postgres=True)
    code = _pytest(["-m", "not postgres", *for_pytest])
    if code not in (0, NOTHING_COLLECTED):
        return code
    code_on_postgres = _pytest(["-m", "postgres", *for_pytest], on_postgres=True)
    return code if code_on_postgres == NOTHING_COLLECTED else code_on_postgres


def _pytest(arguments: list[str], *, on_postgres: bool = False) -> int:
    with ExitStack() as stack:
        # A short path: Unix sockets are made in it.
        home = stack.enter_context(
            tempfile.TemporaryDirectory(prefix="portal-test-", ignore_cleanup_errors=True)
        )
        env = environment.throwaway(Path(home))
        if on_postgres:
            env["DATABASE_URL"] = stack.enter_context(postgres.server())
        run([*PYTHON, "deploy.prepare", "files"], env=env)
        return run_in_foreground([*PYTHON, "pytest", "-n", "2", "--dist=loadgroup", *arguments], env=env)
