"""The web processes under readers who say nothing, or a byte at a time. Real processes and connections."""

import http.client
import resource
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from urllib.request import urlopen

import pytest
from waitress import create_server, wasyncore

from bench.servers import SMALL, seconds_to_answer, slow_readers
from deploy.run import WEB
from deploy.web import Channel
from tests.deploy.serving import served

pytestmark = pytest.mark.e2e

# No buffer of the kernel's holds so much.
LARGE = 50_000_000
CALLS = 1000


def test_who_says_nothing_or_drips_keeps_nobody_waiting(tmp_path):
    with served({"PORTAL_HOME": str(tmp_path)}, processes=len(WEB)) as (listener, _):
        port = listener.getsockname()[1]
        with slow_readers(port):
            for _ in range(5):
                assert seconds_to_answer(port, SMALL) < 1
                time.sleep(0.3)


def test_the_loop_leaves_a_connection_alone_while_a_thread_sends():
    """It turned a hundred times for each page: there was something to send, and the thread had the lock."""
    channels = {}
    server = create_server(lambda _environ, _start: [], listen="127.0.0.1:0", map=channels)
    server.channel_class = Channel
    with socket.create_connection(server.socket.getsockname()), ExitStack() as stack:
        stack.callback(server.close)
        server.handle_accept()
        [channel] = (each for each in channels.values() if isinstance(each, Channel))
        stack.callback(channel.handle_close)
        channel.requests, channel.total_outbufs_len = ["is being answered"], 1
        with channel.outbuf_lock, ThreadPoolExecutor(1) as loop:
            assert not loop.submit(channel.writable).result()
        assert channel.writable()


def test_a_loop_costs_the_same_however_deep_its_calls_are():
    """Just where Python's frames go on in a new piece, each call made that piece and gave it back."""
    pieces = []

    def called():
        return None

    def loop_at(depth):
        if depth:
            return loop_at(depth - 1)
        before = resource.getrusage(resource.RUSAGE_THREAD).ru_minflt
        for _ in range(CALLS):
            called()
        return pieces.append(resource.getrusage(resource.RUSAGE_THREAD).ru_minflt - before)

    def page(_environ, start):
        for depth in range(300):
            loop_at(depth)
        start("200 OK", [("Content-Length", "0")])
        return []

    channels = {}
    server = create_server(page, listen="127.0.0.1:0", map=channels)
    server.channel_class = Channel
    with ThreadPoolExecutor(1) as reader, ExitStack() as stack:
        stack.callback(server.close)
        host, port = server.socket.getsockname()
        answer = reader.submit(urlopen, f"http://{host}:{port}/", timeout=10)
        while not answer.done():
            wasyncore.loop(timeout=0.05, use_poll=True, map=channels, count=1)
        assert answer.result().status == 200
    assert max(pieces) < CALLS / 10


def test_an_answer_on_its_way_is_finished_before_the_end(tmp_path):
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "large.bin").write_bytes(bytes(LARGE))
    with served({"PORTAL_HOME": str(tmp_path)}, processes=1) as (listener, [process]):
        connection = http.client.HTTPConnection(*listener.getsockname(), timeout=10)
        connection.request("GET", "/static/large.bin", headers={"Host": "localhost"})
        answer = connection.getresponse()
        process.terminate()
        time.sleep(0.5)
        assert len(answer.read()) == LARGE
        connection.close()
        assert process.wait(timeout=10) == 0
