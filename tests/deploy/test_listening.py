"""One address, one running portal per home."""

import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from deploy import listening
from deploy.console import ROOT, Stop, end


def port_of(listener):
    return listener.getsockname()[1]


def test_listen_taken_port_takes_the_next_and_says_so(capsys):
    with (
        listening.listen(20_000, or_next=True) as first,
        listening.listen(port_of(first), or_next=True) as second,
    ):
        assert port_of(second) != port_of(first)
        told = f"!! Port {port_of(first)} is taken by another program; this portal takes {port_of(second)}."
        assert told in capsys.readouterr().out


def test_listen_taken_port_that_was_asked_for_stops_with_a_reason():
    with listening.listen(20_000, or_next=True) as first:
        port = port_of(first)
        with pytest.raises(Stop, match=f"port {port} is taken by another program"):
            listening.listen(port)


def test_listen_free_port_says_nothing(capsys):
    with socket.create_server(("127.0.0.1", 0)) as probe:
        free = port_of(probe)
    with listening.listen(free) as listener:
        assert port_of(listener) == free
    assert capsys.readouterr().out == ""


def test_listen_unknown_address_stops_with_a_reason():
    with pytest.raises(Stop, match=r"cannot listen on 192\.0\.2\.1"):
        listening.listen(8000, host="192.0.2.1")


@pytest.mark.parametrize(
    ("host", "own"),
    [
        *(dict.fromkeys(("127.0.0.1", "127.0.0.9", "::1", "localhost"), True).items()),
        *(dict.fromkeys(("0.0.0.0", "::", "10.1.0.2", "portal.example"), False).items()),  # noqa: S104
    ],
)
def test_is_loopback(host, own):
    assert listening.is_loopback(host) is own


@pytest.mark.parametrize("text", ["abc", "-1", "0", "65536", "80 ", "8000.0", "８０００"])
def test_wanted_port_that_is_none_stops_with_a_reason(text):
    with pytest.raises(Stop, match="PORT must be a number from 1 to 65535"):
        listening.wanted_port({"PORT": text})


@pytest.mark.parametrize(("environ", "port"), [({}, 8000), ({"PORT": ""}, 8000), ({"PORT": "8123"}, 8123)])
def test_wanted_port(environ, port):
    assert listening.wanted_port(environ) == port


def test_only_portal_second_start_is_told_where_the_first_runs(tmp_path):
    with listening.only_portal(tmp_path):
        listening.announce(tmp_path, "http://localhost:8123")
        assert listening.running_at(tmp_path) == "http://localhost:8123"
        with (
            pytest.raises(Stop, match="already running at http://localhost:8123"),
            listening.only_portal(tmp_path),
        ):
            pass
    assert listening.running_at(tmp_path) == ""
    with listening.only_portal(tmp_path):
        assert listening.running_at(tmp_path) == ""


AS_SERVE_DOES = """
import os, sys; from pathlib import Path; from deploy import listening
listening.one_role_of(Path(sys.argv[1])); os.execlp("sleep", "sleep", "60")
"""


def test_roles_hold_a_home_together_whatever_they_become_and_nobody_else_takes_it(tmp_path):
    command = [sys.executable, "-P", "-c", AS_SERVE_DOES, str(tmp_path)]
    roles = [subprocess.Popen(command, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}) for _ in range(2)]
    try:
        deadline = time.monotonic() + 60
        while any(program_of(role) != "sleep" for role in roles):
            assert time.monotonic() < deadline, "it did not become another program"
            time.sleep(0.05)
        end(roles.pop())
        with pytest.raises(Stop, match="systemctl stop portal-web"), listening.only_portal(tmp_path):
            pass
    finally:
        for role in roles:
            end(role)
    with listening.only_portal(tmp_path), pytest.raises(Stop, match=r"PORTAL_HOME .+ is held by"):
        listening.one_role_of(tmp_path)


def program_of(process):
    assert process.poll() is None
    return Path(f"/proc/{process.pid}/comm").read_text().strip()
