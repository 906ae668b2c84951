"""`./portal bench [NAME]`: hand over to the package bench/."""

import os
import sys

from deploy.console import run_in_foreground


def main(arguments: list[str]) -> int:
    return run_in_foreground([sys.executable, "-P", "-m", "bench", *arguments], env=os.environ)
