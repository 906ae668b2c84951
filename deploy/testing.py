"""`./portal test`: the tests, on databases that are made for the run and thrown away."""

import sys
from contextlib import ExitStack

from deploy import environment, postgres
from deploy.console import run_in_foreground, say

PYTEST = [sys.executable, "-P", "-m", "pytest", "-n", "2", "--dist=loadgroup", "--durations=10"]
# Options of ours → which tests they choose; the marks are explained in pyproject.toml.
GROUPS = {
    "": "not slow and not drill",
    "--slow": "slow",
    "--drills": "drill",
    "--all": "slow or not slow",
    "--fast": "not slow and not drill and not e2e and not heavy and not postgres",
}
FAILED, NOTHING_COLLECTED = 1, 5  # pytest's codes
# Says that only what failed in the run before is run.
FAILED_ALONE = ["--last-failed", "--last-failed-no-failures=none"]


def main(arguments: list[str]) -> int:
    """One group of the tests on SQLite, then those of it marked `postgres` on PostgreSQL; pytest's own code.

    `--fast` leaves PostgreSQL out, `--postgres` runs the group on PostgreSQL alone. With `--again` what
    failed is run once more, when nothing else is: of thousands of tests on real processes and browsers one
    may find its machine too busy. It is named, for it may be a race of the portal's own. Other arguments
    are pytest's.
    """
    group = next((option for option in GROUPS if option in arguments), "")
    chosen = GROUPS[group]
    again = "--again" in arguments
    for_pytest = [argument for argument in arguments if argument not in (*GROUPS, "--postgres", "--again")]
    if "--postgres" in arguments:
        return _pytest(f"({chosen}) and not sqlite", for_pytest, on_postgres=True, again=again)
    code = _pytest(f"({chosen}) and not postgres" if group != "--fast" else chosen, for_pytest, again=again)
    if group == "--fast" or code not in (0, NOTHING_COLLECTED):
        return code
    code_on_postgres = _pytest(f"({chosen}) and postgres", for_pytest, on_postgres=True, again=again)
    return code if code_on_postgres == NOTHING_COLLECTED else code_on_postgres


def _pytest(chosen: str, arguments: list[str], *, on_postgres: bool = False, again: bool) -> int:
    with ExitStack() as stack:
        env = environment.foreign()
        if on_postgres:
            env["DATABASE_URL"] = stack.enter_context(postgres.server())
        command = [*PYTEST, "-m", chosen, *arguments]
        code = run_in_foreground(command, env=env)
        if again and code == FAILED:
            say("What failed is run once more; what passes only now is to be mended all the same")
            code = run_in_foreground([*command, *FAILED_ALONE], env=env)
        return code
