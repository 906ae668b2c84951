"""Triggers by which the database itself refuses to change what was published.

Used by migrations; written for SQLite and PostgreSQL.
"""

from collections.abc import Iterator

from django.db.backends.base.base import BaseDatabaseWrapper

MESSAGE = "a published version never changes"

_STATE_OF_SECTION = "(SELECT state FROM standards_standard WHERE id = {row}.standard_id)"
_STATE_OF_ITEM = (
    "(SELECT v.state FROM standards_standard v JOIN standards_section p ON p.standard_id = v.id"
    " WHERE p.id = {row}.section_id)"
)
_STANDARD_COLUMNS = ("kind", "version", "title", "total", "points_are_proposed", "published_on")
_RULEBOOK_COLUMNS = (
    "version",
    "title",
    "published_on",
    "partly_met_percent",
    "pass_mark",
    "excellent_from",
    "good_from",
    "qualified_from",
    "standard_weight",
    "appraisal_weight",
    "bonus_cap",
    "minimum_appraisal_sample",
    "minimum_satisfaction",
    "blind_score_gap",
    "veto_reasons",
    "notice_days",
    "notice_unit",
    "rectification_days",
    "evidence_max_files",
)


def create(connection: BaseDatabaseWrapper) -> None:
    postgres = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        for name, table, event, condition in _guards(postgres=postgres):
            for statement in (_postgres if postgres else _sqlite)(name, table, event, condition):
                cursor.execute(statement)


def drop(connection: BaseDatabaseWrapper) -> None:
    postgres = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        for name, table, _event, _condition in _guards(postgres=postgres):
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}" + (f" ON {table}" if postgres else ""))
            if postgres:
                cursor.execute(f"DROP FUNCTION IF EXISTS {name}()")


def _guards(*, postgres: bool) -> Iterator[tuple[str, str, str, str]]:
    """(name, table, event, condition under which the row is refused) of every trigger."""
    # An update may not take a row out of a published standard, nor move one of a draft into it.
    for table, state in (("standards_section", _STATE_OF_SECTION), ("standards_item", _STATE_OF_ITEM)):
        for event, rows in (("INSERT", ("NEW",)), ("UPDATE", ("OLD", "NEW")), ("DELETE", ("OLD",))):
            condition = " OR ".join(f"{state.format(row=row)} <> 'draft'" for row in rows)
            yield f"{table}_{event.lower()}_guard", table, event, condition
    # A version's own row may move on from published to retired, and nothing else.
    for table, columns in (
        ("standards_standard", _STANDARD_COLUMNS),
        ("standards_rulebook", _RULEBOOK_COLUMNS),
    ):
        differs, as_text = ("IS DISTINCT FROM", "::text") if postgres else ("IS NOT", "")
        changed = " OR ".join(f"NEW.{column}{as_text} {differs} OLD.{column}{as_text}" for column in columns)
        backwards = "NEW.state = 'draft' OR (OLD.state = 'retired' AND NEW.state <> 'retired')"
        yield f"{table}_update_guard", table, "UPDATE", f"OLD.state <> 'draft' AND ({changed} OR {backwards})"
        yield f"{table}_delete_guard", table, "DELETE", "OLD.state <> 'draft'"


def _sqlite(name: str, table: str, event: str, condition: str) -> list[str]:
    refuse = f"SELECT RAISE(ABORT, '{MESSAGE}');"
    return [f"CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN {condition} BEGIN {refuse} END"]


def _postgres(name: str, table: str, event: str, condition: str) -> list[str]:
    row = "OLD" if event == "DELETE" else "NEW"
    refuse = f"RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation';"
    body = f"BEGIN IF {condition} THEN {refuse} END IF; RETURN {row}; END"
    return [
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$",
        f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
    ]
