"""Text columns that lie encrypted in the database: its files and its backups tell nothing of them.

Such a column cannot be searched. A value that does not open raises `core.ciphers.Unreadable` when its row is
read (`defer` it where it is not shown), and is never shown as it lies there.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.apps import apps
from django.core.exceptions import FieldError
from django.db import models
from django.db.models.functions import Cast
from django.db.models.lookups import Exact

from core.ciphers import seal, unseal


class Sealed(models.Field[Any, Any]):
    """Mixed into a field of text. None and "" are kept as they are: that there is nothing hides nothing."""

    def get_internal_type(self) -> str:
        """What is closed is longer than what is written."""
        return "TextField"

    @property
    def purpose(self) -> str:
        return f"{self.model._meta.label}.{self.name}"

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return seal(value, purpose=self.purpose) if value else value

    def from_db_value(self, value: str | None, *_of_the_query: object) -> str | None:
        return unseal(value, purpose=self.purpose) if value else value

    def get_lookup(self, lookup_name: str) -> Any:
        return {"isnull": super().get_lookup("isnull"), "exact": IsEmpty}.get(lookup_name, Unsearchable)

    def get_transform(self, _lookup_name: str) -> None:
        return None


class Unsearchable(Exact[Any]):
    def get_prep_lookup(self) -> Any:
        raise FieldError(f"{self.lhs.output_field} is encrypted: it cannot be searched")


class IsEmpty(Exact[Any]):
    """Of what one asks by `=`: whether there is something. The same text is closed differently each time."""

    def get_prep_lookup(self) -> Any:
        if self.rhs not in (None, ""):
            raise FieldError(f"{self.lhs.output_field} is encrypted: it cannot be searched")
        return self.rhs


class EncryptedCharField(Sealed, models.CharField[Any, Any]):
    """`max_length` is of what is written."""


class EncryptedTextField(Sealed, models.TextField[Any, Any]):
    pass


class Column(NamedTuple):
    model: type[models.Model]
    field: Sealed

    def rows(self) -> "models.QuerySet[Any, Any]":
        """Each with the value as it is `lying` in the database, where there is one."""
        rows = self.model._base_manager.annotate(lying=Cast(self.field.name, models.TextField()))
        return rows.exclude(lying="").exclude(lying=None).order_by()

    def lying(self) -> "models.QuerySet[Any, Any]":
        """Pairs of a row's key and that value; nothing is opened."""
        return self.rows().values_list("pk", "lying")


def columns() -> Iterator[Column]:
    """Every encrypted column of the portal."""
    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed and not model._meta.proxy:
            yield from (Column(model, each) for each in model._meta.local_fields if isinstance(each, Sealed))
