"""`./portal doctor [--json]`: what is wrong with this portal and its machine, and what to do about it.

The portal's own conditions are asked by Django (`core.health`), those of the machine here. Nothing is
changed or installed. The exit code is 1 where there is an error; warnings do not count.
"""

import json
import os
import re
import shutil
import stat
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from deploy import debian, environment, listening
from deploy.console import ROOT, Stop, attempt, say

ORDER = ("error", "warning", "ok")
# What is asked takes three seconds at most, Django's start the rest.
SETTINGS_PAGE = ROOT / "docs" / "settings.md"


@dataclass(frozen=True)
class Report:
    """A condition, and what was found of it; `link` leads to what docs/operate.md says of it."""

    id: str
    severity: str
    title: str
    found: str
    advice: str = ""
    link: str = ""
    figures: dict[str, object] = field(default_factory=dict)


def main(arguments: list[str]) -> int:
    parser = ArgumentParser(prog="./portal doctor", description="Say what is wrong, and what to do.")
    parser.add_argument("--json", action="store_true", help="a list of conditions, for a program to read")
    as_json = parser.parse_args(arguments).json
    home = environment.home()
    environment.become_owner_of(home)
    reports = sorted(
        [*of_the_portal(home), *of_the_machine(home)], key=lambda each: ORDER.index(each.severity)
    )
    if as_json:
        say(json.dumps([asdict(report) for report in reports], indent=1))
    else:
        say(in_words(reports))
    return int(any(report.severity == "error" for report in reports))


def in_words(reports: list[Report]) -> str:
    lines = []
    for report in reports:
        lines.append(f"{report.severity:9}{report.title}: {report.found}")
        if report.advice:
            lines.append(f"{'':9}→ {report.advice} ({report.link})")
    found = [report.severity for report in reports]
    counted = [(found.count(severity), severity) for severity in ORDER[:2]] + [(len(reports), "condition")]
    return "\n".join([*lines, ", ".join(f"{n} {word}" + "s" * (n != 1) for n, word in counted)])


def of_the_portal(home: Path) -> list[Report]:
    """What Django says, or why it does not start."""
    if not _was_prepared(home):
        advice = "Prepare it: ./portal install." if environment.is_installed() else "Start it: ./portal run."
        return [_amiss("portal", "Portal", f"none was prepared in {home} yet", advice)]
    if not environment.has_keys(home):  # to start would make some
        told = f"the keys are neither set nor in {environment.keys_file(home)}"
        return [_amiss("portal", "Portal", told, "Copy them from where the database is from.")]
    try:
        address = listening.running_at(home) or f"http://localhost:{listening.wanted_port(os.environ)}"
        env = environment.portal(home, kind=environment.campaign(home), address=address)
    except Stop as reason:
        return [_amiss("portal", "Portal", str(reason), "Do as it says there.")]
    asked = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "health"],
        check=False,
        env=env,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    if asked.returncode:
        last = (asked.stderr.strip() or "it said nothing").splitlines()[-1]
        return [_amiss("portal", "Portal", f"it does not start: {last}", "Mend what it says, and ask again.")]
    return [Report(**json.loads(line)) for line in asked.stdout.splitlines() if line.startswith("{")]


def of_the_machine(home: Path) -> Iterator[Report]:
    if not os.environ.get("PORTAL_INSTALLED"):  # there the units tell
        yield _port(home)
    yield _files(home)
    yield _settings()
    yield _packages()
    if shutil.which("systemctl") and Path("/run/systemd/system").exists():
        yield _units()


def _was_prepared(home: Path) -> bool:
    database = bool(os.environ.get("DATABASE_URL"))
    return database or any((home / sign).exists() for sign in environment.SIGNS_OF_A_DATABASE)


def _port(home: Path) -> Report:
    if at := listening.running_at(home):
        return Report("port", "ok", "Port", f"the portal serves at {at}")
    try:
        port = listening.wanted_port(os.environ)
        listening.listen(port, host=os.environ.get("PORTAL_BIND") or "127.0.0.1").close()
    except Stop as reason:
        return _amiss("port", "Port", str(reason), "End that program, or ask for another port: PORT=…")
    return Report("port", "ok", "Port", f"port {port} is free, for the portal does not run")


def _files(home: Path) -> Report:
    """Keys and database are for the portal's own user alone; an installed proxy passes through the home."""
    keys = environment.keys_file(home)
    wanted = {keys.parent: 0o700, keys: 0o600, home: 0o710 if environment.is_installed() else 0o700}
    if name := os.environ.get("PORTAL_SETTINGS"):
        wanted[Path(name)] = 0o640
    loose = {path: mode for path, mode in wanted.items() if path.exists() and _mode(path) & 0o077 & ~mode}
    if loose:
        advice = "Shut them: " + " && ".join(f"chmod {mode:o} {path}" for path, mode in loose.items())
        told = f"others on this machine may read {', '.join(map(str, loose))}"
        return _amiss("files", "Files", told, advice)
    return Report("files", "ok", "Files", "keys and database are readable for the portal's user alone")


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def _settings() -> Report:
    """A variable that nothing reads was mistyped, or belongs to another version."""
    known = set(re.findall(r"`([A-Z_]+)`", SETTINGS_PAGE.read_text()))
    given = {name for name in os.environ if name.startswith("PORTAL_")}
    unknown = sorted(given - known - {"PORTAL_SUPERVISED", "PORTAL_TEST_HOME", "PORTAL_TEST_KEY"})
    if unknown:
        told = f"the portal does not know {', '.join(unknown)}"
        return _amiss("settings", "Settings", told, "Correct the name, or take it out.", severity="warning")
    return Report("settings", "ok", "Settings", "each is one the portal knows")


def _packages() -> Report:
    if missing := debian.missing(debian.RUN):
        advice = "Install them: apt-get install " + " ".join(missing)
        told = f"Debian's {', '.join(missing)} is missing: papers may not be made"
        return _amiss("packages", "Packages", told, advice, severity="warning")
    return Report("packages", "ok", "Packages", "what the portal needs of Debian is there")


def _units() -> Report:
    code, told = attempt(["systemctl", "list-units", "--all", "--plain", "--no-legend", "portal*"])
    rows = [line.split() for line in told.splitlines()] if not code else []
    failed = [row[0] for row in rows if "failed" in row[2:4]]
    if failed:
        advice = f"Read why: journalctl -u {failed[0]}"
        return _amiss("units", "Units", f"systemd could not keep {', '.join(failed)} running", advice)
    return Report("units", "ok", "Units", f"systemd has {len(rows)} of the portal's, none failed")


def _amiss(id_: str, title: str, found: str, advice: str, *, severity: str = "error") -> Report:
    return Report(id_, severity, title, found, advice, f"docs/operate.md#condition-{id_}")
