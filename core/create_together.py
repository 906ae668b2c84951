"""The first migration of a room: its models are made at once, as the migration leaves them."""

from collections.abc import Sequence

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import CreateModel
from django.db.migrations.operations.base import Operation
from django.db.migrations.operations.fields import FieldOperation
from django.db.migrations.operations.models import IndexOperation, ModelOperation
from django.db.migrations.state import ProjectState

_OF_MODELS = (ModelOperation, FieldOperation, IndexOperation)


class CreateTogether(Operation):
    """Operations on models that are created among them; one that moves data is a TypeError, not left out.

    Run one by one, each draws anew all models that are related to its own, which is nearly the whole project:
    250 operations took 17 of the 21 seconds in which a database is made.
    """

    def __init__(self, operations: Sequence[Operation]) -> None:
        if strange := [each for each in operations if not isinstance(each, _OF_MODELS)]:
            raise TypeError(f"not of models alone: {strange}")
        self.operations = operations

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        # Models that are not drawn are not drawn anew; whoever next asks for them draws all of them once.
        state.__dict__.pop("apps", None)
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        for name in self._created():
            model = to_state.apps.get_model(app_label, name)
            if self.allow_migrate_model(schema_editor.connection.alias, model):
                schema_editor.create_model(model)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        for name in reversed(self._created()):
            model = from_state.apps.get_model(app_label, name)
            if self.allow_migrate_model(schema_editor.connection.alias, model):
                schema_editor.delete_model(model)

    def describe(self) -> str:
        return f"Create the models {', '.join(self._created())}"

    def _created(self) -> list[str]:
        return [operation.name for operation in self.operations if isinstance(operation, CreateModel)]
