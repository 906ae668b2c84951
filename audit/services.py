"""Writing into the trail, and sealing it."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from operator import attrgetter
from typing import Any

from auditlog.context import auditlog_value
from auditlog.diff import get_field_value
from auditlog.models import LogEntry
from auditlog.registry import auditlog
from django.contrib.auth.models import AbstractUser
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.db.models import DateTimeField, Field, JSONField, Model, QuerySet
from django.utils import timezone
from django.utils.encoding import smart_str

from .bulk import insert_rows
from .models import Seal

GENESIS = "0" * 64


def change_once(rows: QuerySet[Any], **values: object) -> bool:
    """Change the one row of `rows` if it is (still) there; False when somebody was quicker.

    The row is locked, so of two people one wins, and saved through the model,
    so the trail gets the old values and the new.
    """
    with transaction.atomic():
        # By key: the records' own order may join what cannot be locked.
        row = rows.order_by("pk").select_for_update(of=("self",)).first()
        if row is None:
            return False
        for name, value in values.items():
            setattr(row, name, value)
        row.save(update_fields=list(values))
    return True


@contextmanager
def nobody_acting() -> Iterator[None]:
    """What is written meanwhile stands in the trail without an actor, whoever is signed in.

    auditlog's own `set_actor(None)` would keep the request's actor out for good, and its receiver connected.
    """
    token = auditlog_value.set({"signal_duid": None})
    try:
        yield
    finally:
        auditlog_value.reset(token)


def note_written(*, pairs: Iterable[tuple[Model | None, Model]], by: AbstractUser) -> None:
    """Put into the trail what was written in bulk, which no signal tells of: each record before and after.

    The entries are those that saving one by one leaves; before is None for a new record, and all are of one
    model.
    """
    pairs = list(pairs)
    if not pairs:
        return
    model = type(pairs[0][1])
    tellers = _tellers(model)
    same = {
        "content_type": ContentType.objects.get_for_model(model).pk,
        "changes_text": "",
        "actor": by.pk,
        "actor_email": by.email,
        "timestamp": timezone.now(),
    }
    rows = [
        (str(after.pk), after.pk, str(after), _CHANGED if before else _CREATED, changes)
        for before, after in pairs
        if (changes := _changes(before, after, tellers))
    ]
    insert_rows(LogEntry, ("object_pk", "object_id", "object_repr", "action", "changes"), rows, same=same)


_CREATED, _CHANGED = LogEntry.Action.CREATE, LogEntry.Action.UPDATE
_Teller = Callable[[Model], str]


def _tellers(model: type[Model]) -> list[tuple[Field[Any, Any], _Teller]]:
    """Each field with what tells of a record the text that auditlog compares and keeps."""
    untold = auditlog.get_model_fields(model)["exclude_fields"]
    return [(field, _teller(field)) for field in model._meta.concrete_fields if field.name not in untold]


def _teller(field: Field[Any, Any]) -> _Teller:
    """`get_field_value`, whose question which kind of field it is would take most of the time."""
    if isinstance(field, DateTimeField | JSONField):
        return lambda record: smart_str(get_field_value(record, field))
    value_of = attrgetter(field.attname)
    return lambda record: smart_str(value_of(record))


def _changes(
    before: Model | None, after: Model, tellers: Iterable[tuple[Field[Any, Any], _Teller]]
) -> dict[str, tuple[str, str]]:
    """The fields that differ: old and new text."""
    told = {}
    for field, text_of in tellers:
        if before and getattr(before, field.attname) == getattr(after, field.attname):
            continue
        old = text_of(before) if before else "None"
        if (new := text_of(after)) != old:
            told[field.name] = (old, new)
    return told


def seal_trail() -> Seal | None:
    """Seal every entry written since the last seal; None when there is none.

    The digest is SHA-256 over the previous digest and each entry's facts in
    order, so a changed or removed entry breaks this seal and all after it.
    """
    with transaction.atomic():
        if connection.vendor == "postgresql":
            # Waits for those who are writing: an entry must not turn up below one that is sealed.
            with connection.cursor() as cursor:
                cursor.execute("LOCK TABLE auditlog_logentry IN SHARE MODE")
        last = Seal.objects.select_for_update().order_by("-last_entry").first()
        entries = LogEntry.objects.filter(pk__gt=last.last_entry if last else 0).order_by("pk")
        digest = hashlib.sha256((last.digest if last else GENESIS).encode())
        first_pk = last_pk = 0
        for entry in entries.iterator():
            first_pk = first_pk or entry.pk
            last_pk = entry.pk
            digest.update(_facts(entry))
        if not last_pk:
            return None
        return Seal.objects.create(
            first_entry=first_pk,
            last_entry=last_pk,
            digest=digest.hexdigest(),
            previous_digest=last.digest if last else GENESIS,
        )


def _facts(entry: LogEntry) -> bytes:
    facts = [
        entry.pk,
        entry.content_type_id,
        entry.object_pk,
        entry.action,
        entry.changes,
        entry.actor_id,
        entry.timestamp.isoformat(),
    ]
    return json.dumps(facts, ensure_ascii=False, sort_keys=True).encode()
