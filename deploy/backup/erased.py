"""What was erased after a backup was made is erased again before its data is seen."""

import json
from collections.abc import Iterable
from pathlib import Path

from core.clock import today
from publicity.models import Objection
from publicity.services import erasure


def again(lists: Iterable[Path | str]) -> int:
    """Erase what is due by now, and what the lists of `core.erasures` say; of how many records."""
    lines = [json.loads(line) for path in lists for line in Path(path).read_text().splitlines()]
    told = {line["pk"] for line in lines if line["table"] == Objection._meta.db_table}
    return erasure.erase_expired(today()) + erasure.erase_again(told)
