"""`./portal manage …`: Django's commands with the keys, database and date of the running portal."""

import os
import sys
from typing import NoReturn

from deploy import environment, listening, translations
from deploy.console import ROOT

# What the application's own role may not do, where tables have another owner (./portal install).
CHANGES_TABLES = ("migrate", "createcachetable", "flush")


def main(arguments: list[str]) -> NoReturn:
    home = environment.home()
    address = listening.running_at(home) or f"http://localhost:{listening.wanted_port(os.environ)}"
    environment.become_owner_of(home)
    env = environment.portal(home, kind=environment.campaign(home), address=address)
    if arguments[:1] and arguments[0] in CHANGES_TABLES:
        env = environment.as_owner(env)
    translations.compile_catalogues()
    command = [sys.executable, str(ROOT / "manage.py"), *arguments]
    os.execve(sys.executable, command, env)  # noqa: S606 - in the caller's folder, on the caller's terminal
