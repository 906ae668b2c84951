"""Triggers by which the database itself refuses what the code never does.

They hold against a slip, a script and the administrator's pages. Whoever owns the database can drop a
trigger: against that stand the seals (`audit.sealing`), which tell afterwards.
"""

from collections.abc import Callable, Iterable, Sequence

from django.db.models import Model

from core import triggers
from core.triggers import Statement, Trigger

APPEND_ONLY = "this record is append-only"
NEVER_EMPTIED = "a guarded table is never emptied"

# Model → its encrypted fields.
_append_only: dict[type[Model], Sequence[str]] = {}


def append_only(*models: type[Model], encrypted: Sequence[str] = ()) -> None:
    """Rows of these models are written once: the database refuses to change or delete one.

    Their `encrypted` fields can be closed anew by another key (audit.rotation): that changes no other column.
    """
    _append_only.update(dict.fromkeys(models, encrypted))


def register(guards: Callable[[], Iterable[Trigger]]) -> None:
    """A room's guards; beside them no guarded table can be emptied at once, past what refuses single rows."""
    triggers.register(lambda: _and_never_emptied(list(guards())))


def _and_never_emptied(guards: list[Trigger]) -> list[Trigger]:
    tables = sorted({each.table for each in guards})
    refuse = _refusal(NEVER_EMPTIED)
    emptied = [
        Trigger(f"{table}_truncate_guard", table, triggers.TRUNCATE, "TRUE", refuse) for table in tables
    ]
    return [*guards, *emptied]


def guard(model: type[Model], event: str, condition: str, message: str) -> Trigger:
    """`event` (INSERT, UPDATE, DELETE) is refused where `condition` holds of OLD or NEW.

    `message` is the database's answer.
    """
    table = model._meta.db_table
    return Trigger(f"{table}_{event.lower()}_guard", table, f"BEFORE {event}", condition, _refusal(message))


def _refusal(message: str) -> Statement:
    def refuse(vendor: str) -> str:
        if vendor == "postgresql":
            return f"RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation'"
        return f"SELECT RAISE(ABORT, '{message}')"

    return refuse


def append_only_guards() -> list[Trigger]:
    changed = [
        guard(model, "UPDATE", _changed(model, but), APPEND_ONLY) for model, but in _append_only.items()
    ]
    return [*changed, *(guard(model, "DELETE", "TRUE", APPEND_ONLY) for model in _append_only)]


def _changed(model: type[Model], but: Sequence[str]) -> str:
    """Any update is one; where some fields may be written anew, only one that changes another."""
    kept = [field.column for field in model._meta.concrete_fields if field.name not in but]
    return " OR ".join(f'NEW."{each}" IS DISTINCT FROM OLD."{each}"' for each in kept) if but else "TRUE"
