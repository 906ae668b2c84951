"""`./portal maintenance`: announce, begin and end it; the file that `core.maintenance` reads."""

import datetime
import json
import os
from argparse import ArgumentParser, Namespace
from pathlib import Path
from zoneinfo import ZoneInfo

from deploy import environment
from deploy.backup.shelf import write_whole
from deploy.console import Stop, say

ZONE = ZoneInfo("Asia/Shanghai")


def main(arguments: list[str]) -> int:
    parser = ArgumentParser(prog="./portal maintenance", description="Without an argument: what is set now.")
    commands = parser.add_subparsers(dest="what")
    announced = commands.add_parser("announce", help="a notice on all pages until it begins")
    announced.add_argument("begins_at", help='"2026-12-05 18:00", in Wuhai\'s time')
    for each in (
        announced,
        commands.add_parser("on", help="from now on everything can be read and nothing sent"),
    ):
        each.add_argument("--text", default="", help="said besides, as it stands")
    commands.add_parser("off", help="an ordinary day")
    change(place(environment.home()), parser.parse_args(arguments))
    return 0


def place(home: Path) -> Path:
    return Path(os.environ.get("PORTAL_MAINTENANCE") or home / "maintenance.json")


def change(path: Path, wanted: Namespace) -> None:
    if wanted.what == "off":
        path.unlink(missing_ok=True)
        say("No maintenance: everything can be sent.")
    elif wanted.what:
        begins_at = _moment(wanted.begins_at) if wanted.what == "announce" else None
        said = {"is_on": wanted.what == "on", "begins_at": begins_at, "text": wanted.text}
        write_whole(path, json.dumps(said, ensure_ascii=False).encode(), mode=0o644)
        say(_told(begins_at) if begins_at else "Maintenance is on: nothing can be sent.")
    else:
        say(path.read_text() if path.exists() else "No maintenance is on or announced.")


def _told(begins_at: str) -> str:
    begins = datetime.datetime.fromisoformat(begins_at)
    past = " That moment is past." if begins < datetime.datetime.now(tz=ZONE) else ""
    return f"Announced for {begins:%Y-%m-%d %H:%M}, Wuhai's time; ./portal maintenance on begins it.{past}"


def _moment(text: str) -> str:
    try:
        return datetime.datetime.fromisoformat(text).replace(tzinfo=ZONE).isoformat()
    except ValueError:
        raise Stop(f'a moment is written like "2026-12-05 18:00", not {text!r}') from None
