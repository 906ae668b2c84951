"""`./portal serve` refuses what is not fit to be served; the proxy that `./portal install` writes."""

import http.client
import json
import shutil
import socket
import ssl
import subprocess
import sys
import threading
import time
from contextlib import ExitStack

import pytest
from django.conf import settings

from core import key_file
from deploy.console import ROOT, end
from deploy.environment import throwaway
from deploy.install.site import BODY_MAX, FILES, Site, fill, nginx_version

pytestmark = pytest.mark.e2e

MANAGE = [sys.executable, "manage.py"]


def until(condition, what, seconds=60):
    deadline = time.monotonic() + seconds
    while not (answer := condition()):
        assert time.monotonic() < deadline, what
        time.sleep(0.1)
    return answer


def settings_file(home, **more):
    """As an installed machine has it; the keys are in the home."""
    path = home / "portal.env"
    lines = {"PORTAL_HOME": home, "PORTAL_SOCKET": home / "web.sock"}
    lines |= {"PORTAL_INSTALLED": 1, "PORTAL_HTTPS": 1}
    path.write_text("".join(f"{name}={value}\n" for name, value in (lines | more).items()))
    return path


def serve(role, path, **options):
    env = {name: value for name, value in throwaway(path.parent).items() if name != "PORTAL_HOME"}
    env |= {"PORTAL_SETTINGS": str(path), **dict.fromkeys(key_file.NEW, "k" * 43)}
    return subprocess.Popen([ROOT / "portal", "serve", role], env=env, **options)


def refused(role, path):
    """What it says, having refused to start."""
    process = serve(role, path, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "Traceback" not in said
    return said


@pytest.mark.parametrize(
    ("role", "changed", "told"),
    [
        ("web", {}, "the database lacks"),
        ("worker", {}, "the database lacks"),
        ("beat", {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"}, "the database does not answer"),
        ("web", {"PORTAL_TODAY": "2008-05-20"}, "PORTAL_TODAY=2008-05-20 is a rehearsal's date"),
        ("web", {"PORTAL_WEB_PROCESSES": "many"}, "PORTAL_WEB_PROCESSES must be a number"),
        ("web", {"PORTAL_SOCKET": "/nowhere/web.sock"}, "cannot listen on /nowhere/web.sock"),
    ],
)
def test_what_is_not_fit_to_be_served_is_refused_in_plain_words(tmp_path, role, changed, told):
    assert told in refused(role, settings_file(tmp_path, **changed))


def test_a_home_with_the_demo_is_refused_on_a_production_machine(tmp_path):
    (tmp_path / "campaign").write_text("demo\n")
    assert "holds the demo campaign" in refused("web", settings_file(tmp_path))


def test_the_demo_on_the_network_is_refused_whatever_serves_it(tmp_path):
    (tmp_path / "campaign").write_text("demo\n")
    open_to_others = settings_file(tmp_path, PORTAL_INSTALLED="", PORTAL_SOCKET="", PORTAL_BIND="10.1.0.2")
    assert "would open the demo's accounts" in refused("web", open_to_others)


def test_a_second_one_at_the_same_socket_is_refused(tmp_path):
    at = tmp_path / "web.sock"
    with socket.socket(socket.AF_UNIX) as first:
        first.bind(str(at))
        first.listen()
        assert f"another program listens on {at}" in refused("web", settings_file(tmp_path))


# The proxy


def test_the_proxy_takes_what_the_portal_takes():
    assert BODY_MAX == settings.PORTAL_BODY_MAX_BYTES


def proxy(folder, upstreams, ports, *, version=None):
    """The rendered site and what is around it on a Debian machine; the path of nginx's main file."""
    for name in ("public/ca", "nginx.d", "tmp"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for page in ("away.html", "too-large.html"):
        shutil.copy(FILES / page, folder / "public")
    make = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    make += ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-days", "2"]
    make += ["-keyout", folder / "key.pem", "-out", folder / "cert.pem"]
    subprocess.run(make, check=True, capture_output=True)
    (folder / "nginx-proxy.conf").write_text(fill("nginx-proxy.conf"))
    site = Site(
        names=["localhost"],
        upstreams=upstreams,
        certificate=folder / "cert.pem",
        key=folder / "key.pem",
        static=folder / "static",
        public=folder / "public",
        etc=folder,
        log=folder / "access.log",
        cache=folder / "pages",
        ports=ports,
    )
    (folder / "site.conf").write_text(site.render(version or nginx_version()))
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "".join(f"{kind}_temp_path {folder / 'tmp' / kind};" for kind in kinds)
    main = folder / "nginx.conf"
    main.write_text(
        f"user root; pid {folder}/nginx.pid; error_log {folder}/error.log; daemon off; events {{}}\n"
        f"http {{ include /etc/nginx/mime.types; {temporary} include {folder}/site.conf; }}\n"
    )
    return main


def free_ports(count):
    with ExitStack() as stack:
        taken = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return tuple(each.getsockname()[1] for each in taken)


@pytest.mark.parametrize("upstreams", [["unix:/run/portal/web.sock"], ["10.1.0.2:8000", "10.1.0.3:8000"]])
def test_nginx_finds_no_fault_in_its_site(tmp_path, upstreams):
    main = proxy(tmp_path, upstreams, free_ports(2))
    told = subprocess.run(["nginx", "-t", "-c", main], check=False, capture_output=True, text=True)
    assert told.returncode == 0, told.stderr
    assert "warn" not in told.stderr


def test_older_nginx_gets_http2_in_the_way_it_knows(tmp_path):
    proxy(tmp_path, ["127.0.0.1:1"], (80, 443), version=(1, 22, 1))
    assert "listen 443 ssl http2;" in (tmp_path / "site.conf").read_text()
    proxy(tmp_path, ["127.0.0.1:1"], (80, 443), version=(1, 26, 3))
    assert "http2 on;" in (tmp_path / "site.conf").read_text()


class Through:
    """A reader's requests through the proxy."""

    def __init__(self, port, certificate):
        self.port = port
        self.context = ssl.create_default_context(cafile=str(certificate))

    def ask(self, method, path, body=None, **headers):
        connection = http.client.HTTPSConnection("localhost", self.port, context=self.context, timeout=20)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body=body, headers=named)
        answer = connection.getresponse()
        page = answer.read().decode(errors="replace")
        connection.close()
        return answer, page


def test_no_word_of_a_readers_is_handed_on_as_ours(tmp_path):
    """What the portal believes (its proxies' word) is what the proxy saw."""
    at, (plain, secure) = tmp_path / "up.sock", free_ports(2)
    seen = {}

    def answer_once(listener):
        connection, _ = listener.accept()
        with connection:
            head = connection.recv(65536).decode().split("\r\n\r\n")[0]
            seen.update(line.split(": ", 1) for line in head.splitlines()[1:])
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    with socket.socket(socket.AF_UNIX) as listener, ExitStack() as stack:
        listener.bind(str(at))
        listener.listen()
        once = threading.Thread(target=answer_once, args=[listener])
        once.start()
        main = proxy(tmp_path, [f"unix:{at}"], (plain, secure))
        stack.callback(end, subprocess.Popen(["nginx", "-c", main]))
        until((tmp_path / "nginx.pid").exists, "nginx did not come up")
        names = ("X_Forwarded_For", "X_Forwarded_Host", "Forwarded", "X_Request_ID")
        forged = dict.fromkeys(names, "1.2.3.4")
        Through(secure, tmp_path / "cert.pem").ask("GET", "/", **forged, X_Forwarded_Proto="http")
        once.join()
    assert seen["X-Forwarded-For"] == "127.0.0.1"
    assert seen["X-Forwarded-Proto"] == "https"
    assert "1.2.3.4" not in json.dumps(seen)
