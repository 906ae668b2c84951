"""How many of a module's mutants its tests kill, and which they do not."""

import tempfile
import time
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .mutations import Mutant, mutants_of
from .subjects import Subject
from .trial import Outcome, outcomes

# Of a hundred mutants of a module at least so many are to be killed; of a small module all but one.
ENOUGH = 95


@dataclass(frozen=True)
class Reason:
    """Why no test tells a mutant from the code: the place, the line as it is and as it would be."""

    where: str
    before: str
    after: str
    why: str

    def explains(self, mutant: Mutant) -> bool:
        return (self.where, self.before, self.after) == (mutant.where, mutant.before, mutant.after)


@dataclass
class Result:
    """What came out for one module; `stale` reasons explain no mutant, or one that is killed."""

    path: str
    reasons: Sequence[Reason]
    seconds: float = 0
    tried: int = 0
    survived: list[Mutant] = field(default_factory=list)

    @property
    def killed(self) -> int:
        return self.tried - len(self.survived)

    @property
    def unexplained(self) -> list[Mutant]:
        return [mutant for mutant in self.survived if not any(why.explains(mutant) for why in self.reasons)]

    @property
    def stale(self) -> list[Reason]:
        return [why for why in self.reasons if not any(why.explains(mutant) for mutant in self.survived)]

    @property
    def is_ok(self) -> bool:
        enough = self.killed * 100 >= self.tried * ENOUGH or len(self.survived) == 1
        return enough and not self.unexplained and not self.stale

    def __str__(self) -> str:
        share = self.killed / self.tried if self.tried else 1
        explained = len(self.survived) - len(self.unexplained)
        told = f"{self.path:32}{self.killed:5} of{self.tried:5} killed{share:8.1%}{explained:4} explained"
        return f"{told}{self.seconds:7.0f} s  {'ok' if self.is_ok else 'short'}"


def reasons_in(path: Path) -> dict[str, list[Reason]]:
    """By module. Where several changes of a line have one reason, `after` lists them."""
    found: dict[str, list[Reason]] = {}
    for entry in tomllib.loads(path.read_text(encoding="utf-8")).get("explained", []):
        of_module = found.setdefault(entry["module"], [])
        of_module += [Reason(entry["in"], entry["before"], after, entry["why"]) for after in entry["after"]]
    return found


def report(subjects: Sequence[Subject], reasons: dict[str, list[Reason]]) -> int:
    """Try every mutant, and print a line a module after what is to be mended in it; 1 if anything is."""
    short = 0
    with tempfile.TemporaryDirectory(prefix="portal-mutants-") as folder:
        for subject in subjects:
            result = tried(subject, reasons.get(subject.path, []), Path(folder) / "log")
            for line in _to_mend(result):
                print(line)
            print(result, flush=True)
            short += not result.is_ok
    return 1 if short else 0


def tried(subject: Subject, reasons: Sequence[Reason], log: Path) -> Result:
    """All mutants of one module."""
    started = time.monotonic()
    source = Path(subject.path).read_text(encoding="utf-8")
    mutants = mutants_of(source, subject.only)
    found = outcomes(subject.path, subject.tests, [each.source for each in mutants], log)
    result = Result(subject.path, reasons)
    for mutant, outcome in zip(mutants, found, strict=True):
        result.tried += outcome != Outcome.BROKEN
        if outcome == Outcome.SURVIVED:
            result.survived.append(mutant)
    result.seconds = time.monotonic() - started
    return result


def _to_mend(result: Result) -> list[str]:
    survivors = [
        f"{result.path}:{mutant.line} in {mutant.where or 'the module'} survived\n"
        f"  - {mutant.before}\n  + {mutant.after}"
        for mutant in result.unexplained
    ]
    stale = [
        f"{result.path}: explained, but not so or killed, in {why.where}\n  - {why.before}\n  + {why.after}"
        for why in result.stale
    ]
    return survivors + stale
