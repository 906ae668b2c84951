"""A web process on a machine of the drill: opens its socket there, and becomes `deploy.web`."""

import os
import socket
import sys

from deploy.run import PYTHON

if __name__ == "__main__":
    listener = socket.create_server((sys.argv[1], int(sys.argv[2])), backlog=128)
    listener.set_inheritable(True)
    os.execv(sys.executable, [*PYTHON, "deploy.web", str(listener.fileno())])  # noqa: S606
