"""Writing into the trail.

Beside what changes a record it holds who saw and took out what, by one rule: every list that is taken out as
a table, every paper, evidence file, attachment, archive or workbook that is fetched, and every page of an
objection or a letter leaves an entry, each time that somebody signed in opens it. A page that only lists, a
picture within a page, and what is public for everybody leave none.
"""

import datetime
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from operator import attrgetter
from pathlib import PurePath
from typing import Any

from auditlog.context import auditlog_value
from auditlog.diff import get_field_value
from auditlog.models import LogEntry
from auditlog.registry import auditlog
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser
from django.contrib.contenttypes.models import ContentType
from django.db.models import DateTimeField, Field, JSONField, Max, Model, QuerySet, Subquery
from django.utils import timezone
from django.utils.encoding import smart_str

from core import request_id
from core.access import request_now
from core.brakes import refuse_above

from . import macs
from .bulk import insert_rows
from .enums import Incident, SignIn
from .hidden import hidden_value

# A telephone or a mail address, which somebody types to look for its owner.
REACHES_SOMEBODY = re.compile(r"\d[\d -]{5,}\d|@")


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


def changes_only() -> QuerySet[LogEntry]:
    """The trail without those who only looked: with its last entry changes whatever is drawn from records."""
    entries: QuerySet[LogEntry] = LogEntry.objects.exclude(action=LogEntry.Action.ACCESS)
    return entries


def last_change(model: type[Model], **keys: object) -> Subquery:
    """For a query: when a record of the model was last written; None where the trail tells of none.

    `keys` say which records, by `object_id` or `object_id__in`.
    """
    kind = {"content_type__app_label": model._meta.app_label, "content_type__model": model._meta.model_name}
    entries = changes_only().filter(**kind, **keys).order_by()
    # Of those few the latest: the last by its key would be looked for from the trail's end.
    latest = entries.values("content_type").annotate(latest=Max("timestamp"))
    return Subquery(latest.values("latest"))


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
        "timestamp": timezone.now(),
        "remote_addr": auditlog_value.get({}).get("remote_addr"),
        "cid": request_id.get(),
    }
    names = ("object_pk", "object_id", "object_repr", "action", "changes")
    rows = [
        (str(after.pk), after.pk, str(after), _CHANGED if before else _CREATED, changes)
        for before, after in pairs
        if (changes := _changes(before, after, tellers))
    ]
    signed = [(*row, macs.signed(same | dict(zip(names, row, strict=True)))) for row in rows]
    insert_rows(LogEntry, (*names, "serialized_data"), signed, same=same)


def note_export(
    about: Model | type[Model],
    *,
    name: str,
    rows: int | None = None,
    query: Mapping[str, Sequence[str]] | None = None,
    limit: str = "files_account",
) -> None:
    """Put into the trail that the acting person took a file or a list out of the portal.

    `about` is the record it is of, or of a list the records' model; `name` the file's, with its ending,
    `rows` a table's length, `query` by what the list was narrowed. It takes a place of the person's `limit`
    of the day, "" where that was done before; raises Refusal where there is none.
    """
    if limit and (request := request_now.get()):
        refuse_above(request, limit)
    told: dict[str, object] = {"export": name, "format": PurePath(name).suffix[1:].lower()}
    if rows is not None:
        told["rows"] = rows
    if query:
        told["query"] = {
            key: [hidden_value(each) if REACHES_SOMEBODY.search(each) else each for each in values]
            for key, values in query.items()
        }
    if isinstance(about, Model):
        _note_access(type(about), key=about.pk, text=str(about), additional_data=told)
    else:
        _note_access(about, text=name, additional_data=told)


def note_sign_in(
    person: AbstractUser | None,
    *,
    name: str,
    what: SignIn,
    address: str | None,
    why: str = "",
    by: AbstractUser | None = None,
) -> None:
    """Put into the trail that a person signed in or out, or that somebody (None) tried to as `name`.

    `by`: who was signed in where it happened, if that was somebody else.
    """
    _note_access(
        get_user_model(),
        key=person.pk if person else None,
        text=name,
        actor=by or person,
        remote_addr=address,
        additional_data={"sign_in": what, "why": why} if why else {"sign_in": what},
    )


def wrong_of_late(person: AbstractUser) -> int:
    """Within an hour, wrong codes of their factor and what was typed in vain while signed in as them."""
    since, wrong = timezone.now() - datetime.timedelta(hours=1), (SignIn.OWN_WRONG, SignIn.FACTOR_FAILED)
    entries = LogEntry.objects.get_for_object(person).filter(timestamp__gte=since)
    return int(entries.filter(additional_data__sign_in__in=wrong).count())


def note_second_factor(
    person: AbstractUser, *, what: SignIn, by: AbstractUser | None, address: str | None = None
) -> None:
    """Put into the trail what became of a person's second factor; without `by` it was done at the machine."""
    _note_access(
        get_user_model(),
        key=person.pk,
        text=str(person),
        actor=by,
        remote_addr=address,
        additional_data={"sign_in": what},
    )


def note_refused_upload(*, sent_for: str, why: str, size: int, sha256: str, found: str = "") -> LogEntry:
    """Put into the trail that a file was not taken; by its digest, for its name may hold somebody's."""
    told: dict[str, object] = {"upload": why, "size": size, "sha256": sha256}
    if found:
        told["found"] = found
    return _note_access(get_user_model(), text=sent_for, additional_data=told)


def note_incident(about: Model, *, what: Incident) -> None:
    """Put into the trail what became of a record's stored file; nobody did it, whoever asked for the file."""
    with nobody_acting():
        _note_access(type(about), key=about.pk, text=str(about), additional_data={"incident": what})


def _note_access(model: type[Model], *, key: int | None = None, text: str, **fields: object) -> LogEntry:
    entry: LogEntry = LogEntry.objects.create(
        content_type=ContentType.objects.get_for_model(model),
        object_pk="" if key is None else str(key),
        object_id=key,
        object_repr=text,
        action=LogEntry.Action.ACCESS,
        cid=request_id.get(),
        **fields,
    )
    return entry


_CREATED, _CHANGED = LogEntry.Action.CREATE, LogEntry.Action.UPDATE
_Teller = Callable[[Model], str]


def _tellers(model: type[Model]) -> list[tuple[Field[Any, Any], _Teller]]:
    """Each field with what tells of a record the text that auditlog compares and keeps."""
    told = auditlog.get_model_fields(model)
    return [
        (field, _teller(field, hidden=field.name in told["mask_fields"]))
        for field in model._meta.concrete_fields
        if field.name not in told["exclude_fields"]
    ]


def _teller(field: Field[Any, Any], *, hidden: bool) -> _Teller:
    """`get_field_value`, whose question which kind of field it is would take most of the time."""
    if hidden:
        return lambda record: hidden_value(smart_str(get_field_value(record, field)))
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
