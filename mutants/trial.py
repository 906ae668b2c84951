"""Whether tests notice a mutant.

pytest is started once for many mutants and forks where they part. A fault inside a function is put into it
as the first test is about to begin: all else is imported by then and shared. With any other one (in a row of
a table, in a default) it forks where the module is imported for the first time, so that whatever imports it
finds the mutant alone. No file is changed. All use the tests' snapshots (`tests.database`), which a first run
without a fault has made: no mutant's data gets into them. What killed one mutant is asked first of the next.
"""

import gc
import os
import resource
import signal
import sys
from collections.abc import Callable, Sequence
from enum import Enum
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_loader
from inspect import CO_OPTIMIZED
from pathlib import Path
from types import CodeType, FunctionType, ModuleType

import pytest

OPTIONS = (
    *("-q", "-x", "-s", "--assert=plain", "--no-header", "--reuse-db", "--hypothesis-seed=0"),
    *("-p", "no:cacheprovider", "-p", "no:randomly", "-p", "no:xdist"),
    *("-m", "not slow and not e2e and not postgres"),
)
# A mutant that goes round in circles gets so many times the CPU time that the tests take, so many seconds
# more, and not all the memory there is.
PATIENCE, SHORTEST, LONGEST = 4, 2, 3600
MEMORY = 4 * 1024**3
NOT_A_MODULE = 77


class Outcome(Enum):
    """`BROKEN` cannot even be imported: it is no mutant."""

    KILLED = b"."
    SURVIVED = b"s"
    BROKEN = b"-"


class Unfit(Exception):
    """The tests cannot judge a module: without any fault they fail, or never import it; what they said."""


def outcomes(path: str, tests: Sequence[str], sources: Sequence[str], log: Path) -> list[Outcome]:
    """What the tests say to each of these sources as the module `path`; into `log` goes what pytest says.

    On the error stream each leaves a sign as it ends, for whoever waits.
    """
    original = Path(path).read_text(encoding="utf-8")
    inside = [source for source in sources if _changed_function(original, source)]
    outside = [source for source in sources if source not in inside]
    found: dict[str, Outcome] = {}
    for part, chosen in ((_AtFirstTest, inside), (_AtImport, outside)):
        if chosen:
            found |= _each([original, *chosen], path, tests, log, part)
            if found.get(original) != Outcome.SURVIVED:
                raise Unfit(f"{path}: its tests do not pass as it is\n{log.read_text()}")
    return [found[source] for source in sources]


def _each(
    sources: Sequence[str], path: str, tests: Sequence[str], log: Path, part: "type[_AtFirstTest | _AtImport]"
) -> dict[str, Outcome]:
    """Run pytest once for these sources, the first of which is the module as it is."""
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        os.setpgid(0, 0)
        _write_into(log)
        plugins = [part(path, sources[0], lambda: _become_one(sources, writing, log)), _InTurn(log)]
        pytest.main([*OPTIONS, f"--basetemp={log.with_suffix('.files')}", *tests], plugins)
        os._exit(NOT_A_MODULE)
    os.close(writing)
    found: dict[str, Outcome] = {}
    try:
        while told := os.read(reading, 1):
            found[sources[len(found)]] = Outcome(told)
            if len(found) > 1:
                print(told.decode(), end="", file=sys.stderr, flush=True)
    finally:
        os.close(reading)
        os.killpg(process, signal.SIGKILL)
        os.waitpid(process, 0)
    return found


def _become_one(sources: Sequence[str], told: int, log: Path) -> str:
    """In a child: its source. The parent stays until all have ended, tells how, and ends."""
    seconds = LONGEST
    for source in sources:
        process = os.fork()
        if process == 0:
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            _write_into(log)
            return source
        _, status, used = os.wait4(process, 0)
        os.write(told, _outcome(os.waitstatus_to_exitcode(status)).value)
        if source == sources[0]:
            seconds = int(SHORTEST + PATIENCE * used.ru_utime)
    os._exit(0)


def _outcome(code: int) -> Outcome:
    if code == NOT_A_MODULE:
        return Outcome.BROKEN
    return Outcome.KILLED if code else Outcome.SURVIVED


def _write_into(log: Path) -> None:
    sys.stdout.flush()
    file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND)
    os.dup2(file, 1)
    os.dup2(file, 2)
    os.close(file)


# Called where the processes part: returns the source that this one is to have.
_Become = Callable[[], str]


class _InTurn:
    """A plugin of pytest: the tests that last failed come first, those of many examples last.

    What pytest else does at the end of a run is for nobody.
    """

    def __init__(self, log: Path) -> None:
        self._killers = log.with_suffix(".killers")

    def pytest_runtestloop(self, session: pytest.Session) -> None:
        rank = {name: number for number, name in enumerate(reversed(self._known()))}
        session.items.sort(
            key=lambda item: (
                rank.get(item.nodeid, len(rank)),
                hasattr(getattr(item, "obj", None), "is_hypothesis_test"),
            )
        )

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            print(f"\n{report.nodeid}\n{report.longreprtext}")
            others = [name for name in self._known() if name != report.nodeid]
            self._killers.write_text("\n".join([*others, report.nodeid]), encoding="utf-8")

    def _known(self) -> list[str]:
        return self._killers.read_text(encoding="utf-8").splitlines() if self._killers.exists() else []

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        sys.stdout.flush()
        os._exit(exitstatus)


class _AtImport:
    """Finds one module, by its name, and loads it from the source that this process is to have."""

    def __init__(self, path: str, _original: str, become: _Become) -> None:
        sys.meta_path.insert(0, self)
        self._name = path.removesuffix(".py").replace("/", ".")
        self._loader = _Loader(self._name, path, become)

    def find_spec(self, name: str, _path: object, _target: object = None) -> ModuleSpec | None:
        return spec_from_loader(name, self._loader) if name == self._name else None


class _Loader(SourceFileLoader):
    def __init__(self, name: str, path: str, become: _Become) -> None:
        super().__init__(name, str(Path(path).absolute()))
        self._become = become

    def get_code(self, fullname: str) -> CodeType:
        return compile(self._become(), self.path, "exec")

    def exec_module(self, module: ModuleType) -> None:
        try:
            super().exec_module(module)
        except BaseException:  # noqa: BLE001  # whatever it raises: it cannot be tried
            os._exit(NOT_A_MODULE)


class _AtFirstTest:
    """A plugin of pytest: gives a function of the module the code that it has in this process's source."""

    def __init__(self, path: str, original: str, become: _Become) -> None:
        self._path, self._original, self._become = path, original, become

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self) -> None:
        changed = _changed_function(self._original, self._become())
        if not changed:
            return
        place = str(Path(self._path).absolute()), changed.co_qualname
        for function in [found for found in gc.get_objects() if isinstance(found, FunctionType)]:
            if (function.__code__.co_filename, function.__code__.co_qualname) == place:
                function.__code__ = changed


def _changed_function(original: str, source: str) -> CodeType | None:
    """The one function that differs, as it is in `source`; None if anything outside of functions differs."""
    before, after = compile(original, "", "exec"), compile(source, "", "exec")
    if _said(before, with_functions=False) != _said(after, with_functions=False):
        return None
    pairs = zip(_functions(before), _functions(after), strict=True)
    changed = [new for old, new in pairs if _said(old) != _said(new)]
    names = [function.co_qualname for function in _functions(after)]
    return changed[0] if len(changed) == 1 and names.count(changed[0].co_qualname) == 1 else None


def _functions(code: CodeType) -> list[CodeType]:
    """The functions of a module and of its classes, without those inside of others."""
    found: list[CodeType] = []
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            found += [constant] if constant.co_flags & CO_OPTIMIZED else _functions(constant)
    return found


def _said(code: CodeType, *, with_functions: bool = True) -> tuple[object, ...]:
    """All that code does, whatever lines it stands on; functions by name alone, if they are left out."""
    constants = [
        repr(constant)
        if not isinstance(constant, CodeType)
        else constant.co_qualname
        if constant.co_flags & CO_OPTIMIZED and not with_functions
        else _said(constant, with_functions=with_functions)
        for constant in code.co_consts
        if not isinstance(constant, int) or isinstance(constant, bool) or constant != code.co_firstlineno
    ]
    return code.co_code, code.co_names, code.co_varnames, tuple(constants)
