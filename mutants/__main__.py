"""`./portal mutants [MODULE …]`: without a name, all that `subjects` lists."""

import sys
from pathlib import Path

from deploy.console import Interrupted, raise_on_signals

from .command import reasons_in, report
from .subjects import SUBJECTS
from .trial import Unfit


def main(arguments: list[str]) -> int:
    """1 where too few are killed, or one that survives is not explained, or what is explained is not so."""
    known = {subject.path: subject for subject in SUBJECTS}
    if unknown := [name for name in arguments if name not in known]:
        print(f"portal: {unknown[0]!r} has no mutants; these have: {', '.join(known)}", file=sys.stderr)
        return 2
    chosen = [known[name] for name in dict.fromkeys(arguments)] or list(SUBJECTS)
    raise_on_signals()  # what it forked ends with it
    try:
        return report(chosen, reasons_in(Path(__file__).parent / "explained.toml"))
    except Unfit as reason:
        print(f"portal: {reason}", file=sys.stderr)
        return 1
    except Interrupted as signalled:
        return 128 + signalled.signum


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
