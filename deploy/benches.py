"""`./portal bench [--postgres] [NAME …]`: hand over to the package bench/."""

import sys
from contextlib import ExitStack

from deploy import environment, postgres
from deploy.console import run_in_foreground


def main(arguments: list[str]) -> int:
    """The benchmarks' own exit code; `--postgres` lets their portals use a server of this run."""
    with ExitStack() as stack:
        env = environment.foreign()
        if "--postgres" in arguments:
            env["BENCH_SERVER"] = stack.enter_context(postgres.server())
        names = [argument for argument in arguments if argument != "--postgres"]
        return run_in_foreground([sys.executable, "-P", "-m", "bench", *names], env=env)
