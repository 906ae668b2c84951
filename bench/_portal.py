"""Portals of the benchmarks' own, each in a throw-away home and asked in a process of its own."""

import multiprocessing
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any, TypeVar

import environ
import psycopg

from core import key_file
from deploy.environment import MEMORY

# In its home.
DATABASE = "bench.sqlite3"
DEMO_SITES = 23

Result = TypeVar("Result")


def environment(home: str) -> dict[str, str]:
    return (
        {
            "DJANGO_SETTINGS_MODULE": "wuhai_portal.settings",
            "PORTAL_HOME": home,
            "PORTAL_TODAY": "2008-05-20",  # the demo's day
            "DATABASE_URL": database_url(home),
            "REDIS_URL": "memory://",
            # Every process of a run reads the others' sessions; nothing else is ever signed with these.
            **dict.fromkeys(key_file.NEW, ("bench" * 10)[:43]),
            "DEBUG": "",
            "PORTAL_DEMO_RULES": "1",  # nobody here has a second factor
        }
        | MEMORY
    )


def set_up(home: str) -> None:
    """Django in this process; call it before anything of the portal is imported."""
    os.environ |= environment(home)
    import django  # noqa: PLC0415  # once the settings are known

    django.setup()


def apart(call: Callable[..., Result], *arguments: object) -> Result:
    """What a function of ours returns in a new process: one process serves one portal."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn) as pool:
        return pool.submit(call, *arguments).result()


# -- homes -----------------------------------------------------------------------


def prepare(home: str, kind: str) -> None:
    """A new home as `./portal run` prepares it, with the `demo` or `empty` but for the plan."""
    Path(home).mkdir(mode=0o700)  # else its keys are refused
    make_database(home)
    command = [sys.executable, "-P", "-m", "deploy.prepare", kind]
    subprocess.run(command, env=os.environ | environment(home), check=True, stdout=subprocess.DEVNULL)


def copy_home(source: str, home: str) -> None:
    """A second portal that has come as far as the first; nobody may be at work in that."""
    shutil.copytree(source, home, ignore=shutil.ignore_patterns(f"{DATABASE}*"))
    make_database(home, source)


def grow(home: str, sites: int) -> None:
    """Let the demo in this home have about so many sites; of very many, one in fifty is inspected."""
    times = round(sites / DEMO_SITES)
    apart(_multiply, home, times, times if times <= 100 else times // 50)


def _multiply(home: str, times: int, complete: int) -> None:
    set_up(home)
    from bench import _scaled  # noqa: PLC0415  # after set_up

    _scaled.multiply(times, complete=complete)


# -- databases -------------------------------------------------------------------


def database_url(home: str) -> str:
    """A file in the home; with `./portal bench --postgres` a database of the home's name."""
    if server := _server():
        return f"{server.rpartition('/')[0]}/{Path(home).name}"
    return f"sqlite:///{Path(home) / DATABASE}"


def make_database(home: str, source: str | None = None) -> None:
    """The home's database made anew: empty, or as it stands in another home."""
    if _server():
        pattern = Path(source).name if source else "template1"
        _run(f'DROP DATABASE IF EXISTS "{Path(home).name}" WITH (FORCE)')
        _run(f'CREATE DATABASE "{Path(home).name}" TEMPLATE "{pattern}"')
        return
    for path in Path(home).glob(f"{DATABASE}*"):
        path.unlink()
    if source:
        old, new = (sqlite3.connect(Path(each) / DATABASE) for each in (source, home))
        with closing(old), closing(new):
            old.backup(new)


def _server() -> str:
    return os.environ.get("BENCH_SERVER", "")


def _run(statement: str) -> None:
    at: dict[str, Any] = environ.Env.db_url_config(_server())
    with psycopg.connect(host=at["HOST"], user=at["USER"], dbname=at["NAME"], autocommit=True) as server:
        server.execute(statement.encode())
