"""The throw-away PostgreSQL takes connections, and leaves neither process nor folder."""

from pathlib import Path

import psycopg
import pytest

from deploy import postgres


def fail_with_a_connection_open(seen):
    with postgres.server() as url:
        seen["folder"] = Path(url.removeprefix("postgres://portal@/").removesuffix("/postgres"))
        seen["postmaster"] = int((seen["folder"] / "data/postmaster.pid").read_text().split()[0])
        seen["connection"] = psycopg.connect(host=str(seen["folder"]), user="portal", dbname="postgres")
        assert seen["connection"].execute("SELECT current_setting('fsync')").fetchone() == ("off",)
        raise ZeroDivisionError


def test_server_is_gone_after_a_failure():
    seen = {}
    with pytest.raises(ZeroDivisionError):
        fail_with_a_connection_open(seen)
    assert not Path(f"/proc/{seen['postmaster']}").exists()
    assert not seen["folder"].exists()
