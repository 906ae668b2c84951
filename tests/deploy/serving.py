"""A portal's web processes, started as `./portal run` starts them."""

import http.client
import socket
import subprocess
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path

from deploy.console import ROOT, end
from deploy.environment import throwaway
from deploy.run import is_served, web_command


@contextmanager
def served(env, *, processes):
    """The listener of a portal that answers, and its processes."""
    with socket.create_server(("127.0.0.1", 0), backlog=512) as listener, ExitStack() as stack:
        home = throwaway(Path(env["PORTAL_HOME"]))
        started = [
            subprocess.Popen(web_command(listener), env=home | env, cwd=ROOT, pass_fds=[listener.fileno()])
            for _ in range(processes)
        ]
        for process in started:
            stack.callback(end, process)
        deadline = time.monotonic() + 60
        while not is_served(listener):
            assert time.monotonic() < deadline, "it did not come up"
            time.sleep(0.1)
        yield listener, started


def asked(listener, path):
    """The status and body of one answer."""
    connection = http.client.HTTPConnection(*listener.getsockname(), timeout=10)
    try:
        connection.request("GET", path, headers={"Host": "localhost"})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


class OverPath(http.client.HTTPConnection):
    """HTTP over a Unix socket."""

    def __init__(self, path):
        super().__init__("localhost", timeout=20)
        self.path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)
