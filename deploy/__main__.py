"""The portal's command line; `./portal` starts it with whatever Python it found."""

import os
import re
import sys
from importlib import import_module

from deploy import debian, environment, setup, venv
from deploy.console import Interrupted, Stop, end_all, fail, is_root, raise_on_signals, say

USAGE = """\
./portal run [--empty]                  serve the portal, from a bare checkout too
./portal serve web|worker|beat|metrics   one role in the foreground, on a home that is prepared (for systemd)
./portal install --name NAME …          a production machine on Debian 12 or 13; --help lists its options
./portal bundle FILE                    one file that installs without any network
./portal certificate                    renew the local CA's certificate if it is due (each day, by a timer)
./portal test [--fast | --slow | --drills | --all] [--postgres] [--again] [ARGUMENT …]
                                        run the tests, with --again once more what failed; other
                                        arguments go to pytest
./portal check [NAME …]                 style, types, layers, templates, migrations, translations
./portal bench [--postgres] [NAME …]     measure; a line a figure: name value unit target ok|short
./portal bench [--postgres] profile ADDRESS [USERNAME] [--sites N]
                                        what a page of the demo spends its time on
./portal mutants [MODULE …]             whether the tests notice a fault in what must never be wrong
./portal doctor [--json]                what is wrong with this portal and its machine, and what to do
./portal backup [FOLDER] [--without-keys]
                                        database, files and keys of the portal, while it runs
./portal restore FOLDER [--keys FILE] [--open-with FILE] [--erasures FILE]
                                        bring it back on a machine that has none, proved before it serves
./portal upgrade [FOLDER]               in the new release: take the served one's place, or change nothing
./portal rollback [--yes]               go back to the release before, with the database it had
./portal rotate-keys [data|sign|year|trail] [--now | --forget]
                                        a new version of a key; the former ones go once nothing needs them
./portal maintenance [announce MOMENT | on | off] [--text …]
                                        a notice on all pages; read-only; an ordinary day
./portal manage COMMAND …               Django's own commands, in this portal's environment

Each first installs what it needs. The environment steers it:
  PORT          the port to serve at (without it 8000, or the next free one when that is taken)
  PORTAL_HOME   the folder for database, media, keys and sockets (var/ in the checkout)
  PORTAL_TODAY  the business date (2008-05-20, with --empty 2008-01-10); empty: the real date
  PORTAL_BIND   the network address to listen on (127.0.0.1; 0.0.0.0 serves other machines)
  DATABASE_URL  PostgreSQL instead of SQLite
  REDIS_URL     a broker of your own instead of the embedded one"""

# Command → its module, imported once `.venv` is there, and what it needs from Debian and from PyPI.
COMMANDS = {
    "run": ("deploy.run", debian.RUN, venv.RUN),
    "serve": ("deploy.serve", (), venv.RUN),
    "install": ("deploy.install.command", debian.RUN, venv.RUN),
    "bundle": ("deploy.install.bundle", debian.RUN, venv.RUN),
    "certificate": ("deploy.install.certificate", (), venv.RUN),
    "test": ("deploy.testing", debian.RUN + debian.TEST, venv.DEVELOP),
    "check": ("deploy.checks", debian.CHECK, venv.DEVELOP),
    "bench": ("deploy.benches", debian.RUN, venv.RUN),
    "mutants": ("deploy.mutations", debian.RUN, venv.DEVELOP),
    "doctor": ("deploy.doctor", (), venv.RUN),
    "backup": ("deploy.backup.make", debian.RUN, venv.RUN),
    "restore": ("deploy.backup.restore", debian.RUN, venv.RUN),
    "upgrade": ("deploy.backup.upgrade", debian.RUN, venv.RUN),
    "rollback": ("deploy.backup.rollback", debian.RUN, venv.RUN),
    "rotate-keys": ("deploy.rotate", debian.RUN, venv.RUN),
    "maintenance": ("deploy.maintenance", (), venv.RUN),
    "manage": ("deploy.manage", debian.RUN, venv.RUN),
}

HELP = ("-h", "--help")
# They take names, or options of pytest: what stands above is their help. The others have one of their own.
WITHOUT_OPTIONS = ("test", "check", "bench", "mutants")


def main(arguments: list[str]) -> int:
    if not arguments or arguments[0] in (*HELP, "help"):
        say(USAGE)
        return 0
    name, *rest = arguments
    if name not in COMMANDS:
        return fail(f"there is no command {name!r}; ./portal --help lists them", 2)
    if name in WITHOUT_OPTIONS and rest[:1] and rest[0] in HELP:
        say("\n".join(re.findall(rf"^\./portal {name} .*(?:\n .*)*", USAGE, re.MULTILINE)))
        return 0
    module, packages, locks = COMMANDS[name]
    raise_on_signals()
    try:
        environment.read_settings()
        if is_root():
            # The portal's user and the proxy are to read what it writes; a secret says its own mode.
            os.umask(0o022)
        setup.install(packages, locks, fonts=set(debian.RUN) <= set(packages))
        venv.enter(arguments)
        try:
            return int(import_module(module).main(rest))
        finally:
            if environment.is_installed():
                environment.hand_over(environment.home())
    except Stop as reason:
        return fail(str(reason))
    except Interrupted as signalled:
        end_all()
        say("Stopped.")
        return 128 + signalled.signum


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
