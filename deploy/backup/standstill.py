"""While a database is exchanged nobody may use it: no portal, wherever and however it was started, and no
second exchange.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy import listening
from deploy.backup.databases import Database
from deploy.console import Stop

# What was stopped just now may have a question to end (seconds); a scrape of the figures comes and goes.
PATIENCE = 10.0


@contextmanager
def standing_still(home: Path, database: Database) -> Iterator[None]:
    """Hold home and database for the block; Stop where a portal uses one of them, and says from where."""
    with listening.only_portal(home), database.being_exchanged():
        deadline = time.monotonic() + PATIENCE
        while users := database.users():
            if time.monotonic() > deadline:
                raise Stop(
                    f"a portal uses the database {database.name} from {', '.join(users)}.\n"
                    "Stop it there first, and a pgbouncer before it; nothing was changed:\n"
                    f"    {listening.STOPPING}"
                )
            time.sleep(0.2)
        yield
