"""The MAC of an entry: made by the portal in the transaction that writes it, over all that it says.

Who writes into the database and has not the portal's key "trail" can neither put in an entry nor change one
unnoticed, before it is sealed either. It lies in `serialized_data`, which django-auditlog leaves empty here:
no column, row or statement more, and what is append-only guards it too. The entry's own key is not covered,
for the database gives it later: that a MAC stands once (its nonce is by chance) tells a copy, and the seals
hold the keys (`audit.sealing`).
"""

import datetime
import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from secrets import token_hex
from typing import Any

from auditlog.models import LogEntry
from django.db.models import Model

from core import ring

# What a MAC covers: all that says what happened. A column that a later django-auditlog adds is not covered.
FACTS = (
    "content_type",
    "object_pk",
    "object_id",
    "object_repr",
    "action",
    "changes_text",
    "changes",
    "actor",
    "actor_email",
    "cid",
    "remote_addr",
    "remote_port",
    "timestamp",
    "additional_data",
)
_FIELDS = [LogEntry._meta.get_field(name) for name in FACTS]


def sign_what_is_written() -> None:
    """From now on every entry that Django makes carries its MAC, one by one or in bulk.

    In the field's own last word before the row: auditlog fills in who acts by a signal that each request
    connects anew, so a signal of ours would come too early.
    """
    field: Any = LogEntry._meta.get_field("serialized_data")
    field.pre_save = _sign


def signed(facts: Mapping[str, Any]) -> dict[str, object]:
    """What stands in `serialized_data` of an entry with these `FACTS`; one that is not named is empty."""
    key, nonce = ring.newest("trail"), token_hex(8)
    return {"key": key.version, "nonce": nonce, "mac": _mac(key, nonce, [facts.get(name) for name in FACTS])}


def is_ours(facts: Sequence[Any], found: Any, *, keys: Iterable[ring.Key]) -> bool:
    """Whether who has one of the `keys` wrote an entry with these `FACTS`.

    `found` is what stands in `serialized_data`.
    """
    try:
        [key] = [key for key in keys if key.version == found["key"]]
        return hmac.compare_digest(_mac(key, found["nonce"], facts), found["mac"])
    except (LookupError, TypeError, ValueError):
        return False


def _sign(entry: Model, add: bool) -> object:
    if add:
        facts = {name: getattr(entry, field.attname) for name, field in zip(FACTS, _FIELDS, strict=True)}
        entry.serialized_data = signed(facts)  # type: ignore[attr-defined]
    return entry.serialized_data  # type: ignore[attr-defined]


def _mac(key: ring.Key, nonce: str, facts: Sequence[Any]) -> str:
    """Over the facts as they come back from either database."""
    prepared = [field.get_prep_value(value) for field, value in zip(_FIELDS, facts, strict=True)]
    text = json.dumps([nonce, *prepared], ensure_ascii=False, sort_keys=True, default=_text)
    return hmac.new(key.secret, f"audit.entry\0{text}".encode(), "sha256").hexdigest()


def _text(value: object) -> str:
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.UTC).isoformat()
    return str(value)
