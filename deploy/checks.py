"""`./portal check`: what must hold before a change goes in; independent checks run side by side."""

import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from deploy import environment
from deploy.console import attempt, end_all, fail, say

PYTHON = [sys.executable, "-P", "-m"]
MANAGE = [sys.executable, "manage.py"]

# The slowest first, so that the two lanes end at about the same time.
CHECKS = {
    "types": [*PYTHON, "mypy", "."],
    "translations": [*PYTHON, "deploy.translations"],
    "migrations": [*MANAGE, "makemigrations", "--check", "--dry-run"],
    "django": [*MANAGE, "check", "--fail-level", "WARNING"],
    "supply": [*PYTHON, "deploy.supply"],
    "templates": [*PYTHON, "djlint", "--lint", "templates"],
    "layers": [sys.executable, "-c", "from importlinter.cli import lint_imports_command as main; main()"],
    "lint": [*PYTHON, "ruff", "check", "--output-format", "concise", "."],
    "format": [*PYTHON, "ruff", "format", "--check", "--output-format", "concise", "."],
}


def main(arguments: list[str]) -> int:
    """Print `ok` or `failed` a check, and what a failed one has to say; 1 if any failed."""
    if unknown := [name for name in arguments if name not in CHECKS]:
        return fail(f"there is no check {unknown[0]!r}; there are: {', '.join(CHECKS)}", 2)
    chosen = {name: command for name, command in CHECKS.items() if not arguments or name in arguments}
    with tempfile.TemporaryDirectory(prefix="portal-check-") as home:
        failed = _failures(chosen, environment.throwaway(Path(home)))
    say(f"{len(chosen) - failed} checks ok, {failed} failed")
    return 1 if failed else 0


def _failures(chosen: dict[str, list[str]], env: dict[str, str]) -> int:
    failed = 0
    with ThreadPoolExecutor(2) as pool:
        lanes = {pool.submit(attempt, command, env=env): name for name, command in chosen.items()}
        try:
            for lane in as_completed(lanes):
                code, output = lane.result()
                failed += bool(code)
                say(f"{'failed' if code else 'ok':8}{lanes[lane]}" + (f"\n{output}" if code else ""))
        except BaseException:
            end_all()
            raise
    return failed
