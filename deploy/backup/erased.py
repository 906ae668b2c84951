"""What was erased after a backup was made is erased again before its data is seen."""

import json
from collections.abc import Iterable
from pathlib import Path

from core import erasures
from core.clock import today
from publicity.services import erasure


def again(lists: Iterable[Path] = ()) -> int:
    """Erase what is due by now, what the storage or these lists name, and what no key opens any more.

    Returns of how many records.
    """
    told_elsewhere = (line for path in lists for line in path.read_text().splitlines())
    lines = [json.loads(line) for line in (*erasures.noted(), *told_elsewhere)]
    erased = erasure.erase_expired(today())
    for letters in erasure.LETTERS:
        told = {line["pk"] for line in lines if line["table"] == letters._meta.db_table}
        erased += erasure.erase_again(letters, told)
    return erased + erasure.erase_destroyed()
