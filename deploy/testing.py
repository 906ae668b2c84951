"""`./portal test`: every test, in a home that is made for it and thrown away."""

import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from deploy import environment, postgres
from deploy.console import run, run_in_foreground

PYTHON = [sys.executable, "-P", "-m"]


def main(arguments: list[str]) -> int:
    """Exit with pytest's own code; `--postgres` is ours, all else is pytest's."""
    on_postgres = "--postgres" in arguments
    for_pytest = [argument for argument in arguments if argument != "--postgres"]
    with ExitStack() as stack:
        # A short path: Unix sockets are made in it.
        home = stack.enter_context(
            tempfile.TemporaryDirectory(prefix="portal-test-", ignore_cleanup_errors=True)
        )
        env = environment.throwaway(Path(home))
        if on_postgres:
            env["DATABASE_URL"] = stack.enter_context(postgres.server())
        run([*PYTHON, "deploy.prepare", "files"], env=env)
        return run_in_foreground([*PYTHON, "pytest", "-n", "2", "--dist=loadgroup", *for_pytest], env=env)
