"""A machine of one's own: what is written in it, and where it listens, nobody outside sees."""

import configparser
import ctypes
import shlex
import socket
import subprocess
import threading
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path

from deploy.console import ROOT, end
from deploy.environment import foreign

# Each folder shows the real one, and what is written is kept in memory; the code is at its place.
SEPARATE = """
set -e
mount --make-rprivate /
mount -t tmpfs none "$1"
for folder in etc var opt srv usr/local; do
    mkdir -p "$1/$folder/upper" "$1/$folder/work"
    mount -t overlay -o "lowerdir=/$folder,upperdir=$1/$folder/upper,workdir=$1/$folder/work" none "/$folder"
done
mount -t tmpfs -o mode=755 none /run
mkdir -p /opt/portal-0.1.0 /run/postgresql
chown postgres /run/postgresql
mount --bind "$2" /opt/portal-0.1.0
ln -s /opt/portal-0.1.0 /opt/portal
ip link set lo up
echo ready
exec sleep infinity
"""


# Its words go to the test, which starts and stops the units, and says how it went.
SYSTEMCTL = """#!/bin/sh
echo "$@" > /run/systemctl.asked
read code < /run/systemctl.done
exit "$code"
"""


class Machine:
    """Namespaces of its own for files and network, as long as the block lasts; `units` are those that run."""

    def __init__(self, scratch):
        self.scratch = scratch
        self.stack = ExitStack()
        self.units = {}

    def __enter__(self):
        command = ["unshare", "--mount", "--net", "sh", "-c", SEPARATE, "sh", self.scratch, ROOT]
        self.init = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.stack.callback(end, self.init)
        assert self.init.stdout.readline() == "ready\n"
        return self

    def __exit__(self, *_):
        self.stack.close()

    def within(self, *command):
        return ["nsenter", f"--target={self.init.pid}", "--mount", "--net", "--", *map(str, command)]

    def run(self, *command, **options):
        """What it says, having worked."""
        options = {"env": foreign(), "capture_output": True, "text": True, "cwd": "/"} | options
        done = subprocess.run(self.within(*command), check=False, **options)
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
        return done.stdout

    def read(self, path):
        return self.run("cat", path)

    def start(self, *command, **options):
        """It is ended with the machine."""
        process = subprocess.Popen(self.within(*command), env=foreign(), cwd="/", **options)
        self.stack.callback(end, process)
        return process

    def inside(self, path):
        """As it is seen from outside."""
        return Path(f"/proc/{self.init.pid}/root{path}")

    def start_unit(self, name):
        """As systemd would: what it requires first, then its ExecStart as its user with its settings."""
        if name in self.units:
            return
        unit = self._unit(name)
        if required := unit["Unit"].get("Requires"):
            self.start_unit(required)
        kind = {".socket": self._held, ".service": self._started}[Path(name).suffix]
        self.units[name] = kind(unit, self.units.get(required))

    def stop_unit(self, name):
        """One that does not run is no error, one that is not there is."""
        self._unit(name)
        unit = self.units.pop(name, None)
        if isinstance(unit, socket.socket):
            unit.close()
        elif unit:
            end(unit)

    def _unit(self, name):
        unit = configparser.RawConfigParser(strict=False, delimiters="=", interpolation=None)
        unit.optionxform = str
        unit.read_string(self.read(f"/etc/systemd/system/{name}"))
        return unit

    def _started(self, unit, held):
        service = unit["Service"]
        if state := service.get("StateDirectory"):
            owner = f"--owner={service['User']}"
            self.run("install", "--directory", owner, "--mode=700", f"/var/lib/{state}")
        kept = f"set -a; . {service['EnvironmentFile']}; set +a; umask {service['UMask']}"
        given = f"export LISTEN_PID=$$ LISTEN_FDS=1; exec 3<&{held.fileno()}" if held else ":"
        user = ["setpriv", f"--reuid={service['User']}", f"--regid={service['Group']}", "--init-groups"]
        user += ["--no-new-privs", "--bounding-set=-all"]
        at = f"cd {service['WorkingDirectory']}; exec {shlex.join(user)} {service['ExecStart']}"
        passed = [held.fileno()] if held else []
        return self.start("bash", "-c", f"{kept}; {given}; {at}", pass_fds=passed)

    def _held(self, unit, _):
        own = unit["Socket"]
        if not own["ListenStream"].startswith("/"):
            return self._held_port(*own["ListenStream"].split(":"))
        self.run("rm", "--force", own["ListenStream"])
        held = self.stack.enter_context(socket.socket(socket.AF_UNIX))
        held.bind(str(self.inside(own["ListenStream"])))
        held.listen(int(own["Backlog"]))
        self.run("chown", f"{own['SocketUser']}:{own['SocketGroup']}", own["ListenStream"])
        self.run("chmod", own["SocketMode"], own["ListenStream"])
        return held

    @contextmanager
    def systemd(self):
        """Within the block `systemctl` starts and stops this machine's units."""
        self.run("mkdir", "--parents", "/run/systemd/system")
        self.run("mkfifo", "/run/systemctl.asked", "/run/systemctl.done")
        self.run("install", "--mode=755", "/dev/stdin", "/usr/local/bin/systemctl", input=SYSTEMCTL)
        doing = threading.Thread(target=self._do_as_systemctl_says, daemon=True)
        doing.start()
        try:
            yield
        finally:
            self.inside("/run/systemctl.asked").write_text("")
            doing.join()
            self.run("rm", "-r", "/run/systemd/system", "/run/systemctl.asked", "/run/systemctl.done")
            self.run("rm", "/usr/local/bin/systemctl")

    def _do_as_systemctl_says(self):
        act = {"start": self.start_unit, "stop": self.stop_unit}
        while words := self.inside("/run/systemctl.asked").read_text().split():
            try:
                for name in words[1:]:
                    act[words[0]](name)
                code = 0
            except (AssertionError, KeyError):
                code = 5
            self.inside("/run/systemctl.done").write_text(f"{code}\n")

    def start_postgres(self):
        """As Debian's package leaves it: the superuser by its own user, everybody else by password."""
        programs = max(Path("/usr/lib/postgresql").glob("*/bin"))
        as_postgres = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"]
        data = "/var/lib/postgresql/drill"
        how = ["--auth-local=peer", "--auth-host=scram-sha-256", "--locale=C.UTF-8", "--no-sync"]
        self.run(*as_postgres, programs / "initdb", f"--pgdata={data}", *how)
        careless = ["-c", "fsync=off", "-c", "unix_socket_directories=/run/postgresql"]
        self.start(*as_postgres, programs / "postgres", "-D", data, *careless, stderr=subprocess.DEVNULL)
        self.until(lambda: self.answers("pg_isready", "--quiet", "--host=/run/postgresql"), "PostgreSQL")

    def start_cluster(self):
        """As above, but where Debian's own commands find it; their name for its version."""
        version = max(Path("/usr/lib/postgresql").glob("*/bin")).parent.name
        self.run("sh", "-c", "rm -rf /etc/postgresql/* /var/lib/postgresql/*")
        self.run("pg_createcluster", version, "main", "--port=5432", "-o", "fsync=off", "--", "--no-sync")
        self.stack.callback(self.answers, "pg_ctlcluster", version, "main", "stop", "--mode=immediate")
        self.run("pg_ctlcluster", version, "main", "start")
        return version

    def answers(self, *command):
        done = subprocess.run(self.within(*command), check=False, capture_output=True, env=foreign())
        return done.returncode == 0

    def until(self, condition, what, seconds=60):
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, f"{what} did not come"
            time.sleep(0.2)

    def _held_port(self, address, port):
        """A listening socket at an address of the machine's."""
        opened = []

        def listen():
            with Path(f"/proc/{self.init.pid}/ns/net").open() as network:
                assert ctypes.CDLL(None, use_errno=True).setns(network.fileno(), 0) == 0
            opened.append(socket.create_server((address, int(port)), backlog=512))

        entering = threading.Thread(target=listen)  # a thread of its own is in the machine's network alone
        entering.start()
        entering.join()
        return self.stack.enter_context(opened[0])


def connect(one, other, network="10.213.0"):
    """A cable between two machines; their addresses are NETWORK.1 and NETWORK.2."""
    ends = ["link", "add", "portal", "netns", str(one.init.pid), "type", "veth", "peer", "name", "portal"]
    subprocess.run(["ip", *ends, "netns", str(other.init.pid)], check=True)
    addresses = [f"{network}.{number}" for number in (1, 2)]
    for machine, address in zip((one, other), addresses, strict=True):
        machine.run("ip", "address", "add", f"{address}/24", "dev", "portal")
        machine.run("ip", "link", "set", "portal", "up")
    return addresses
