"""A real `./portal run` on a throw-away home, whose database the test looks into while it runs."""

import http.client
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from deploy.console import ROOT
from deploy.environment import foreign

CSRF = "c" * 32


class Running:
    """Its processes, and a person of the office who writes to it and believes what is acknowledged."""

    def __init__(self, home: Path, port: int, env: dict[str, str], session: str, action: str) -> None:
        self.home, self.port, self.session, self.action = home, port, session, action
        self.env = foreign() | env | {"PORTAL_HOME": str(home), "PORT": str(port)}
        self.log = home.parent / "portal.log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen([ROOT / "portal", "run"], env=self.env, stdout=log, stderr=log)
        self.until(lambda: self.pids("wuhai_portal worker") and self.is_ready(), 120)

    def cut_off(self) -> None:
        """The supervisor is killed outright."""
        if self.process:
            self.process.kill()
            self.process.wait()

    def stop(self) -> None:
        if self.process:
            self.process.terminate()
            self.process.wait()

    def until(self, condition: Callable[[], object], seconds: float = 60, pause: float = 0.1) -> float:
        """How long it took to come true."""
        started = time.monotonic()
        while not condition():
            assert time.monotonic() < started + seconds, f"not in time; the log ends:\n{self.told()[-3000:]}"
            time.sleep(pause)
        return time.monotonic() - started

    def told(self) -> str:
        return self.log.read_text(errors="replace")

    # -- over the network ---------------------------------------------------------------

    def ask(
        self,
        address: str,
        body: str | bytes | None = None,
        seconds: float = 10,
        *,
        kind: str = "application/x-www-form-urlencoded",
        session: str = "",
    ) -> tuple[int, bytes]:
        """The answer's status and body; 0 where there is none. Without a session the office asks."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=seconds)
        headers = {
            "Host": "localhost",
            "Cookie": f"sessionid={session or self.session}; csrftoken={CSRF}",
            "X-CSRFToken": CSRF,
            "Content-Type": kind,
        }
        try:
            connection.request("GET" if body is None else "POST", address, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            return 0, b""
        finally:
            connection.close()

    def down(self) -> list[str]:
        """What /readyz says is missing; ["web"] where nobody answers."""
        status, said = self.ask("/readyz")
        if status not in (200, 503):
            return ["web"]
        found = json.loads(said)
        return [name for name, state in found.items() if state != "ok"]

    def is_ready(self) -> bool:
        return self.ask("/readyz")[0] == 200

    def send(self, text: str) -> int:
        """Write a note to a site; the answer's status. Sent again it is the same note."""
        return self.ask(self.action, urlencode({"once": text, "on": "2008-01-09", "text": text}))[0]

    def note(self, text: str) -> bool:
        """Whether it was acknowledged."""
        return self.send(text) == 302

    def note_until_acknowledged(self, text: str, seconds: float = 40) -> float:
        return self.until(lambda: self.note(text), seconds)

    # -- its processes --------------------------------------------------------------------

    def pids(self, *words: str) -> list[int]:
        """The processes whose command line has one of these words; the oldest first."""
        found = {
            pid: Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
            for pid in (self.children_of(self.process.pid) if self.process else ())
        }
        return sorted(pid for pid, command in found.items() if any(word in command for word in words))

    def kill(self, word: str, signum: signal.Signals = signal.SIGKILL) -> int:
        """The oldest process of this kind."""
        pid = self.pids(word)[0]
        os.kill(pid, signum)
        return pid

    def children_of(self, pid: int) -> list[int]:
        tasks = Path(f"/proc/{pid}/task").glob("*/children")
        return [int(each) for children in tasks for each in children.read_text().split()]

    @contextmanager
    def paused(self, word: str) -> Iterator[None]:
        """All processes of this kind stand still: there, and answering nobody."""
        pids = self.pids(word)
        assert pids
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in pids:
                os.kill(pid, signal.SIGCONT)
