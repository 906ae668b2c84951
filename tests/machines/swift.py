"""A real S3 server: Debian's Swift with s3api, each of its four servers a process, on a folder."""

import socket
import subprocess
import time
from contextlib import ExitStack, contextmanager

from deploy.console import dying_with_us, end

KEY, SECRET = "test:tester", "testing"
PARTS = ("account", "container", "object")

SWIFT = """\
[swift-hash]
swift_hash_path_suffix = sample
swift_hash_path_prefix = sample
[storage-policy:0]
name = default
default = yes
"""
PART = """\
[DEFAULT]
devices = {folder}/devices
mount_check = false
bind_ip = 127.0.0.1
bind_port = {port}
swift_dir = {folder}
user = root
workers = 0
[pipeline:main]
pipeline = {part}-server
[app:{part}-server]
use = egg:swift#{part}
"""
PROXY = """\
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = {port}
swift_dir = {folder}
user = root
workers = 0
[pipeline:main]
pipeline = catch_errors cache s3api tempauth bulk slo dlo proxy-server
[app:proxy-server]
use = egg:swift#proxy
allow_account_management = true
account_autocreate = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:{memcached}
[filter:s3api]
use = egg:swift#s3api
location = us-east-1
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = testing .admin
[filter:bulk]
use = egg:swift#bulk
[filter:slo]
use = egg:swift#slo
[filter:dlo]
use = egg:swift#dlo
"""


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


class Swift:
    """Its address, and what stops and starts the server that is asked."""

    def __init__(self, folder, stack):
        self.folder, self.stack = folder, stack
        self.port, self.memcached = free_port(), free_port()
        (folder / "devices" / "d1").mkdir(parents=True)
        (folder / "swift.conf").write_text(SWIFT)
        for part in PARTS:
            self._part(part)
        self._start(["memcached", "-u", "root", "-l", "127.0.0.1", "-p", str(self.memcached)])
        self.start()

    @property
    def host(self):
        return f"127.0.0.1:{self.port}"

    def url(self, bucket):
        """As `PORTAL_STORAGE` names it."""
        return f"s3+http://{KEY.replace(':', '%3A')}:{SECRET}@{self.host}/{bucket}"

    def start(self):
        conf = self.folder / "proxy-server.conf"
        conf.write_text(PROXY.format(port=self.port, folder=self.folder, memcached=self.memcached))
        self.proxy = self._start(["swift-proxy-server", str(conf)])
        for _ in range(300):
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                assert self.proxy.poll() is None, (self.folder / "swift.log").read_text()
                time.sleep(0.1)

    def stop(self):
        end(self.proxy)

    def _part(self, part):
        port = free_port()
        builder = ["swift-ring-builder", str(self.folder / f"{part}.builder")]
        for words in (["create", "2", "1", "0"], ["add", f"r1z1-127.0.0.1:{port}/d1", "1"], ["rebalance"]):
            subprocess.run([*builder, *words], check=True, capture_output=True)
        conf = self.folder / f"{part}-server.conf"
        conf.write_text(PART.format(folder=self.folder, port=port, part=part))
        self._start([f"swift-{part}-server", str(conf)])

    def _start(self, command):
        with (self.folder / "swift.log").open("ab") as log:
            process = subprocess.Popen(
                [*dying_with_us(), *command],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        self.stack.callback(end, process)
        return process


@contextmanager
def swift(folder):
    with ExitStack() as stack:
        yield Swift(folder, stack)
