"""Looking up links: from a server of our own, never into the network the portal stands in."""

import datetime
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.utils import timezone

from assessments.evidence import links
from assessments.models import EvidenceLink
from assessments.services.links import BATCH, check_due_links, check_links_of
from assessments.tasks import check_links_of as task
from tests.assessments import builders

HERE = "127.0.0.1"


class Answers(BaseHTTPRequestHandler):
    """/200 answers 200; /to/200 leads there; what else the tests ask for."""

    asked: list[str]

    def do_GET(self):
        self.server.asked.append(f"{self.command} {self.path}")
        where = self.path.partition("?")[0].strip("/")
        if where.startswith("to/"):
            self._head(302, Location=f"/{where[3:]}")
        elif where == "out":
            self._head(302, Location="http://192.168.0.1/secret")
        elif where == "file":
            self._head(302, Location="file:///etc/passwd")
        elif where == "no-head" and self.command == "HEAD":
            self._head(405)
        elif where == "garbage":
            self.wfile.write(b"what?\r\n\r\n")
        elif where == "silent":
            self.server.released.wait(5)
        else:
            self._head(int(where) if where.isdigit() else 200)
            self._pour()

    do_HEAD = do_GET  # noqa: N815  # the library's name

    def _head(self, status, **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def _pour(self):
        """More than anybody should read."""
        if self.command == "GET":
            try:
                for _ in range(2000):
                    self.wfile.write(b"0" * 10_000)
                    self.server.poured += 10_000
            except OSError:
                pass

    def log_message(self, *args):
        pass


@pytest.fixture
def server():
    made = ThreadingHTTPServer((HERE, 0), Answers)
    made.daemon_threads = True
    made.asked, made.poured, made.released = [], 0, threading.Event()
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    made.released.set()
    made.shutdown()
    thread.join()
    made.server_close()


@pytest.fixture
def at(server, settings):
    """The address of a page of the server, in a network that the portal may look into."""
    settings.PORTAL_LINK_NETWORKS = ["127.0.0.0/8"]
    return lambda path: f"http://{HERE}:{server.server_port}/{path}"


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("200", ""),
        ("公开指南?年=2008", ""),
        ("to/200", ""),
        ("to/to/to/200", ""),
        ("no-head", ""),
        ("404", links.NO_PAGE),
        ("410", links.NO_PAGE),
        ("to/404", links.NO_PAGE),
        ("403", links.NOT_LET_IN),
        ("500", links.SERVER_ERROR),
        ("to/to/to/to/200", links.PASSED_ON),
        ("file", links.NO_WEB_PAGE),
        ("garbage", links.NO_ANSWER),
        ("out", links.INTERNAL),
    ],
)
def test_what_the_server_says(at, path, problem):
    assert links.problem_of(at(path)) == problem


def test_bare_head_first_and_little_of_the_page(at, server):
    assert links.problem_of(at("200")) == ""
    assert server.asked == ["HEAD /200"]
    assert links.problem_of(at("404")) == links.NO_PAGE
    assert server.asked[1:] == ["HEAD /404", "GET /404"]
    assert server.poured < 10_000_000


def test_server_that_says_nothing_is_not_waited_for(at, monkeypatch):
    monkeypatch.setattr(links, "SECONDS", 0.2)
    assert links.problem_of(at("silent")) == links.NO_ANSWER


def test_server_without_a_certificate(at, server):
    assert links.problem_of(at("200").replace("http:", "https:")) == links.NO_ANSWER


def test_nobody_listens(settings):
    settings.PORTAL_LINK_NETWORKS = ["127.0.0.0/8"]
    with socket.socket() as taken:
        taken.bind((HERE, 0))
        assert links.problem_of(f"http://{HERE}:{taken.getsockname()[1]}/") == links.NO_ANSWER


# Ways to write one's own machine.
SELF = ("127.0.0.1", "localhost", "127.1", "2130706433", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0")  # noqa: S104


def test_own_network_is_not_looked_into(server):
    for host in SELF:
        problem = links.problem_of(f"http://{host}:{server.server_port}/200")
        assert problem in (links.INTERNAL, links.NO_SERVER)
    assert server.asked == []


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.cn/a", "file:///etc/passwd", "gopher://example.cn", "http://", "//example.cn",
        "http://user:secret@example.cn/", "http://example.cn:99999/", "http://[::1", "javascript:alert(1)",
    ],
)  # fmt: skip
def test_what_is_no_web_page(url):
    assert links.problem_of(url) == links.NO_WEB_PAGE


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "0.0.0.0", "224.0.0.1", "255.255.255.255",  # noqa: S104
        "::1", "::", "fe80::1%eth0", "fc00::1", "ff02::1",
        "::ffff:10.0.0.1", "2002:a00:1::1", "64:ff9b::a00:1",
        "fec0::1", "::a00:1", "::ffff:0:a00:1",
    ],
)  # fmt: skip
def test_internal_addresses(address):
    assert not links.is_allowed(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "202.99.96.68", "2400:3200::1", "::ffff:8.8.8.8"])
def test_public_addresses(address):
    assert links.is_allowed(address)


@pytest.fixture
def names(monkeypatch):
    """What page.example.cn stands for: an answer a look-up; the looked-up names are in `asked`."""
    real, answers, asked = socket.getaddrinfo, [], []

    def looked_up(host, port, *args, **kwargs):
        if host != "page.example.cn":
            return real(host, port, *args, **kwargs)
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in answers[len(asked) - 1]]

    monkeypatch.setattr(socket, "getaddrinfo", looked_up)
    return answers, asked


def test_one_internal_address_among_public_ones_is_enough(names):
    names[0].append(["8.8.8.8", "192.168.0.1"])
    assert links.problem_of("http://page.example.cn/") == links.INTERNAL


@pytest.mark.parametrize(
    ("path", "problem", "requests"),
    [
        ("200", "", ["HEAD /200"]),
        ("404", links.INTERNAL, ["HEAD /404"]),
        ("to/200", links.INTERNAL, ["HEAD /to/200"]),
    ],
)
def test_name_that_turns_inward(at, server, names, path, problem, requests):
    """A request goes to the very address that was judged; with the next one the name is judged anew."""
    answers, asked = names
    answers += [[HERE], ["192.168.0.1"]]
    assert links.problem_of(at(path).replace(HERE, "page.example.cn")) == problem
    assert server.asked == requests
    assert len(asked) == (2 if problem else 1)


def test_networks_of_the_government(settings):
    settings.PORTAL_LINK_NETWORKS = ["10.20.0.0/16"]
    assert links.is_allowed("10.20.3.4")
    assert not links.is_allowed("10.21.3.4")


# -- links of evidence --------------------------------------------------------


@pytest.fixture
def site(on):
    on("2008-03-20")
    return builders.building()


@pytest.mark.django_db
def test_links_of_evidence_are_looked_up(site, at, english):
    filed = builders.filed(site, urls=[at("200"), at("404")])
    assert not EvidenceLink.objects.dead().exists()
    task(filed.pk)
    fine, dead = filed.links.all()
    assert list(EvidenceLink.objects.dead()) == [dead]
    assert (fine.is_dead, fine.why_dead) == (False, "")
    assert dead.why_dead == "There is no page at this address."
    assert fine.checked_at
    assert EvidenceLink.objects.worst_first()[0] == dead
    assert not EvidenceLink.objects.visible_to(builders.liaison(builders.building())).exists()


@pytest.mark.django_db
def test_link_that_came_back_is_alive_again(site, at):
    filed = builders.filed(site, urls=[at("200")])
    filed.links.update(problem=links.NO_PAGE)
    check_links_of(filed.pk)
    assert not EvidenceLink.objects.dead().exists()


@pytest.mark.django_db
def test_once_a_day_the_longest_neglected_first(site, at, server):
    older = builders.filed(site, urls=[at("replaced")])
    filed = builders.filed(site, urls=[at("today"), at("long-ago"), at("never")], replaces=older)
    now = timezone.now()
    filed.links.filter(url=at("today")).update(checked_at=now - datetime.timedelta(hours=23))
    filed.links.filter(url=at("long-ago")).update(checked_at=now - datetime.timedelta(hours=25))
    assert check_due_links() == 2
    assert server.asked == ["HEAD /never", "HEAD /long-ago"]
    assert check_due_links() == 0


@pytest.mark.django_db
def test_a_batch_at_a_time(site, at):
    for n in range(3):
        builders.filed(site, urls=[at(f"{n}-{k}") for k in range(10)])
    assert [check_due_links(), check_due_links()] == [BATCH, 10]
