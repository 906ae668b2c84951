"""Machines of one network, each a network namespace with an address and a cable that can be pulled."""

import os
import shutil
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

from deploy.console import dying_with_us


def ip(*words):
    subprocess.run(["ip", *words], check=True, capture_output=True, text=True)


class Machine:
    """A namespace with one cable to the network's bridge; its processes end with the network."""

    def __init__(self, network, name, number):
        self.namespace = f"{network.name}-{name}"
        self.address = f"{network.prefix}.{number}"
        self.cable = f"{network.name}{number}"
        self.folder = network.folder / name
        self.folder.mkdir()
        self.processes = {}
        ip("netns", "add", self.namespace)
        far = f"{self.cable}p"
        ip("link", "add", self.cable, "type", "veth", "peer", "name", far, "netns", self.namespace)
        ip("link", "set", self.cable, "master", network.bridge, "up")
        ip("-n", self.namespace, "address", "add", f"{self.address}/24", "dev", far)
        ip("-n", self.namespace, "link", "set", far, "up")
        ip("-n", self.namespace, "link", "set", "lo", "up")

    def start(self, name, command, env, cwd=None):
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [*dying_with_us(), "ip", "netns", "exec", self.namespace, *map(str, command)],
                env=env,
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        return self.processes[name]

    def kill(self, name, signum=signal.SIGKILL):
        process = self.processes.pop(name)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signum)
        process.wait(timeout=20)

    def pull_cable(self):
        ip("link", "set", self.cable, "down")

    def plug_in(self):
        ip("link", "set", self.cable, "up")

    def said(self, name):
        return (self.folder / f"{name}.log").read_text(errors="replace")


class Network:
    """A bridge, of which this process has the first address; `end` leaves nothing of it."""

    def __init__(self, folder: Path):
        self.folder = folder
        number = os.getpid() % 250 + 1
        self.name, self.prefix = f"pm{number}", f"10.213.{number}"
        self.bridge = f"{self.name}br"
        self.machines: list[Machine] = []
        ip("link", "add", self.bridge, "type", "bridge")
        ip("address", "add", f"{self.prefix}.1/24", "dev", self.bridge)
        ip("link", "set", self.bridge, "up")

    def machine(self, name):
        self.machines.append(Machine(self, name, len(self.machines) + 2))
        return self.machines[-1]

    def end(self):
        for machine in self.machines:
            for name in list(machine.processes):
                machine.kill(name)
            with suppress(subprocess.CalledProcessError):
                ip("netns", "delete", machine.namespace)
        with suppress(subprocess.CalledProcessError):
            ip("link", "delete", self.bridge)
        shutil.rmtree(self.folder, ignore_errors=True)
