"""`./portal run`: prepare, then serve web, worker, beat and broker until told to stop."""

import http.client
import os
import socket
import subprocess
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

from deploy import broker, environment, listening
from deploy.console import ROOT, Interrupted, Stop, dying_with_us, end, say
from deploy.supervisor import Child, Supervisor, end_former

PYTHON = [sys.executable, "-P", "-m"]
# Celery warns of root at length; in a container that is who one is.
ROOT_IS_FINE = ["-W", "ignore:You're running the worker"]
# Two processes take turns at the one socket: while one works or comes back, the other answers.
WEB = ("web1", "web2")
CELERY = [sys.executable, *ROOT_IS_FINE, "-P", "-m", "celery", "--quiet", "-A", "wuhai_portal"]


def main(arguments: list[str]) -> NoReturn:
    parser = ArgumentParser(prog="./portal run", description="Serve the portal until Ctrl-C.")
    parser.add_argument("--empty", action="store_true", help="the plan alone: no demo campaign, no accounts")
    options = parser.parse_args(arguments)
    port = listening.wanted_port(os.environ)
    host = os.environ.get("PORTAL_BIND") or "127.0.0.1"
    home = environment.home()
    if not options.empty and environment.campaign(home) == "demo":
        listening.keep_from_the_network(host)
    with listening.only_portal(home):
        end_former(home)
        kind = environment.choose_campaign(home, empty=options.empty)
        with listening.listen(port, host=host, or_next=not os.environ.get("PORT")) as listener:
            serve(home, kind, listener)


def serve(home: Path, kind: str, listener: socket.socket) -> NoReturn:
    """Broker first, for the demo campaign's papers are queued; the worker last, for a page comes first."""
    address = listening.address_of(listener)
    env = environment.portal(home, kind=kind, address=address)
    at = environment.broker_socket(home)
    with broker.private_folder(at, home=home), Supervisor(env) as portal:
        if not os.environ.get("REDIS_URL"):
            portal.start(Child("broker", broker.command(home, at)))
            portal.wait_until(lambda: broker.answers(at), what="broker", timeout=30)
        accounts = prepare(env, kind)
        for name in WEB:
            portal.start(Child(name, web_command(listener), pass_fds=(listener.fileno(),)))
        portal.wait_until(lambda: is_served(listener), what="web server", timeout=60)
        portal.start(Child("worker", worker_command()))
        portal.start(Child("beat", beat_command()))
        if env.get("PORTAL_METRICS"):
            portal.start(Child("metrics", metrics_command()))
        listening.announce(home, address)
        welcome(address, env["PORTAL_TODAY"], kind, accounts)
        portal.tend()


def prepare(env: dict[str, str], kind: str) -> str:
    """Database, style sheets, translations, plan and demo; returns the table of demo accounts."""
    process = subprocess.Popen(
        [*dying_with_us(), *PYTHON, "deploy.prepare", kind],
        env=env,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        accounts, _ = process.communicate()
    except Interrupted:
        end(process)
        raise
    if process.returncode:
        raise Stop("the portal could not be prepared; the reason is above")
    return accounts


def web_command(listener: socket.socket) -> list[str]:
    return [*PYTHON, "deploy.web", str(listener.fileno())]


def worker_command() -> list[str]:
    # One worker has no others to talk to.
    alone = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    processes = os.environ.get("PORTAL_WORKER_PROCESSES") or "2"
    return [*CELERY, "worker", "--concurrency", processes, "--loglevel", "WARNING", *alone]


def beat_command() -> list[str]:
    return [*CELERY, "beat", "--loglevel", "WARNING", "--pidfile="]


def metrics_command() -> list[str]:
    return [sys.executable, "manage.py", "metrics"]


def is_served(listener: socket.socket) -> bool:
    """Whether /healthz answers; any answer but a server error means that the application is up."""
    host, port = listener.getsockname()[:2]
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", "/healthz", headers={"Host": "localhost"})
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def welcome(address: str, today: str, kind: str, accounts: str) -> None:
    lines = ["", f"The portal is at {address} (Ctrl-C stops it)."]
    if (wanted := listening.wanted_port(os.environ)) != urlsplit(address).port:
        lines += [f"!! That is not port {wanted}, which another program has taken; PORT=… asks for one."]
    if today:
        lines += [f"It stands on {today}; with PORTAL_TODAY= (empty) it follows the real date."]
    else:
        lines += ["It follows the real date."]
    if kind == "demo" and accounts.strip():
        lines += ["", accounts.rstrip()]
    else:
        lines += ["It holds the plan alone; make the first accounts: ./portal manage administrators --help"]
    say("\n".join([*lines, ""]))
