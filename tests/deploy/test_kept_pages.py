"""What the proxy keeps of the public pages, for whom, and for how long."""

import gzip
import http.client
import ssl
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from publicity.page_cache import FOR_PROXY, HEEDED, OWN
from tests.deploy.test_serve import free_ports, proxy

SESSION, MESSAGES = OWN
LANGUAGE, ELDER = HEEDED


class Portal(BaseHTTPRequestHandler):
    """Says how often it was asked; all but /desk/ and /own may be kept."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.server.asked += 1
        body = (str(self.server.asked) + ("示例" * 1000 if self.path.endswith("/long") else "")).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Cache-Control", "no-cache")
        if self.path != "/own":
            self.send_header(FOR_PROXY, "1")
        self.send_header("Vary", "Cookie")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args):
        pass


@pytest.fixture
def ask(tmp_path):
    """Ask nginx before a portal for an address; gives what the portal said."""
    portal = ThreadingHTTPServer(("127.0.0.1", 0), Portal)
    portal.asked = 0
    threading.Thread(target=portal.serve_forever, daemon=True).start()
    http_port, https_port = free_ports(2)
    main = proxy(tmp_path, [f"127.0.0.1:{portal.server_port}"], (http_port, https_port))
    nginx = subprocess.Popen(["nginx", "-c", main])
    trusting = ssl.create_default_context(cafile=tmp_path / "cert.pem")

    def asked(address, *, takes="", packed=False, **cookies):
        connection = http.client.HTTPSConnection("localhost", https_port, context=trusting, timeout=5)
        words = "; ".join(f"{name}={value}" for name, value in cookies.items())
        headers = {"Accept-Encoding": takes} if takes else {}
        connection.request("GET", address, headers=headers | ({"Cookie": words} if words else {}))
        answer = connection.getresponse()
        said = answer.read()
        connection.close()
        if packed:
            assert answer.headers["Content-Encoding"] == "gzip"
            assert "Accept-Encoding" in answer.headers["Vary"]
            assert len(said) < 500
            said = gzip.decompress(said)
        else:
            assert "Content-Encoding" not in answer.headers
        said = said.decode()
        assert answer.status == 200, said
        assert FOR_PROXY not in answer.headers
        return said

    try:
        for _ in range(100):
            try:
                asked("/")
                break
            except OSError:
                time.sleep(0.1)
        yield asked
    finally:
        nginx.terminate()
        nginx.wait()
        portal.shutdown()
        portal.server_close()


def at_the_beginning_of_a_second():
    time.sleep(1.05 - time.time() % 1)


def test_readers_of_one_second_get_one_page_and_those_of_the_next_another(ask):
    at_the_beginning_of_a_second()
    first = ask("/")
    assert {ask("/") for _ in range(5)} == {first}
    at_the_beginning_of_a_second()
    assert ask("/") != first


def test_each_language_and_size_of_letters_has_its_own(ask):
    at_the_beginning_of_a_second()
    said = [ask("/"), ask("/", **{LANGUAGE: "en"}), ask("/", **{ELDER: "1"}), ask("/?page=2")]
    assert len(set(said)) == 4
    assert [ask("/"), ask("/", **{LANGUAGE: "en"}), ask("/", **{ELDER: "1"}), ask("/?page=2")] == said


@pytest.mark.parametrize("cookie", [SESSION, MESSAGES])
def test_who_brings_something_of_their_own_gets_nothing_kept_and_leaves_nothing(ask, cookie):
    at_the_beginning_of_a_second()
    kept = ask("/")
    own = [ask("/", **{"a": "b", cookie: "示例".encode().hex()}) for _ in range(3)]
    assert len({kept, *own}) == 4
    assert ask("/") == kept


@pytest.mark.parametrize("address", ["/own", "/desk/", "/accounts/login/"])
def test_what_the_portal_does_not_offer_is_asked_for_each_time(ask, address):
    at_the_beginning_of_a_second()
    assert len({ask(address) for _ in range(3)}) == 3


def test_public_page_is_packed_for_who_takes_it_so_and_the_desk_never(ask):
    at_the_beginning_of_a_second()
    plain = ask("/long")
    assert ask("/long", takes="gzip", packed=True) == plain == ask("/long")
    assert "示例" in ask("/desk/long", takes="gzip")
