"""Two people at the same moment, on real connections with real commits."""

import threading

import pytest
from django.db import connection

# For what must hold by SQLite's one writer and PostgreSQL's row locks and strict types alike: `./portal test`
# runs both.
on_both = pytest.mark.parametrize(
    "database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
)


def at_once(*verbs):
    """Run the verbs in a thread each, all let go together; returns what each gave or raised."""
    gate, outcomes = threading.Barrier(len(verbs)), [None] * len(verbs)

    def run(number, verb):
        gate.wait()
        try:
            outcomes[number] = verb() or "done"
        except Exception as error:  # noqa: BLE001  # the outcome is what the test looks at
            outcomes[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(verbs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def kinds(outcomes):
    """What came of each, in order of name: `done`, or the error's name."""
    return sorted(type(each).__name__ if isinstance(each, Exception) else "done" for each in outcomes)
