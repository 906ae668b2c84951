"""`./portal mutants [MODULE …]`: hand over to the package mutants/, with a home that goes with it."""

import secrets
import sys
import tempfile
from pathlib import Path

from deploy import environment
from deploy.console import run_in_foreground


def main(arguments: list[str]) -> int:
    """Exit code 1 where something is to be mended; the tests' snapshots are made once for all modules."""
    with tempfile.TemporaryDirectory(prefix="portal-mutants-") as home:
        env = environment.foreign() | {
            "PORTAL_TEST_HOME": home,
            "PORTAL_TEST_KEY": secrets.token_urlsafe(50),
            "PORTAL_TEST_RUN": "mutants",
            "HYPOTHESIS_STORAGE_DIRECTORY": str(Path(home) / "hypothesis"),
        }
        return run_in_foreground([sys.executable, "-P", "-m", "mutants", *arguments], env=env)
