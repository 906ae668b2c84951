"""Text columns that lie encrypted in the database: its files and its backups tell nothing of them.

Such a column cannot be searched. A value that does not open raises `core.ciphers.Unreadable` when its row is
read (`defer` it where it is not shown), and is never shown as it lies there.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldError
from django.db import models
from django.db.models.functions import Cast
from django.db.models.lookups import Exact

from core.ciphers import SEALED, Erased, seal, unseal


class Sealed(models.Field[Any, Any]):
    """Mixed into a field of text. None and "" are kept as they are: that there is nothing hides nothing.

    What is closed `by_year` reads as nothing once the key of its year was destroyed.
    """

    by_year = False

    def get_internal_type(self) -> str:
        """What is closed is longer than what is written."""
        return "TextField"

    @property
    def purpose(self) -> str:
        return f"{self.model._meta.label}.{self.name}"

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return seal(value, purpose=self.purpose, by_year=self.by_year) if value else value

    def from_db_value(self, value: str | None, *_of_the_query: object) -> str | None:
        try:
            return unseal(value, purpose=self.purpose) if value else value
        except Erased:
            return None if self.null else ""

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


class ErasedCharField(EncryptedCharField):
    """Of what is erased in time: older backups tell it until the key of its year is destroyed."""

    by_year = True


class ErasedTextField(EncryptedTextField):
    by_year = True


class PartlyEncryptedJSONField(models.JSONField[Any, Any]):
    """JSON in which the texts named by `names` lie closed, wherever they stand; the rest can be searched.

    Named is what a key says, or "field" beside "before" and "after". Without `names` every text is closed.
    """

    def __init__(self, *args: Any, names: Sequence[str] = (), **kwargs: Any) -> None:
        self.names = tuple(names)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | ({"names": self.names} if self.names else {})

    @property
    def purpose(self) -> str:
        return f"{self.model._meta.label}.{self.name}"

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        closed = self._each(value, lambda text: seal(text, purpose=self.purpose), is_named=not self.names)
        return super().get_db_prep_value(closed, connection, prepared)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return self.opened(super().from_db_value(value, expression, connection))

    def opened(self, value: Any) -> Any:
        return self._each(value, lambda text: unseal(text, purpose=self.purpose), is_named=not self.names)

    def _each(self, value: Any, turn: Callable[[str], str], *, is_named: bool) -> Any:
        """The value with each text that is named turned; that there is nothing hides nothing."""
        if isinstance(value, dict):
            said = value.get("field") in self.names
            return {
                key: self._each(
                    each, turn, is_named=not self.names or key in self.names or (said and key != "field")
                )
                for key, each in value.items()
            }
        if isinstance(value, list | tuple):
            return [self._each(each, turn, is_named=is_named) for each in value]
        return turn(value) if is_named and value and isinstance(value, str) else value


@dataclass(frozen=True)
class Column:
    """A column of which each value is one closed text."""

    model: type[models.Model]
    field: models.Field[Any, Any]

    @property
    def purpose(self) -> str:
        return f"{self.model._meta.label}.{self.field.name}"

    @property
    def by_year(self) -> bool:
        """Whether it is of what is erased in time."""
        return isinstance(self.field, Sealed) and self.field.by_year

    def rows(self) -> "models.QuerySet[Any, Any]":
        """Each with the value as it is `lying` in the database, where there is one."""
        rows = self.model._base_manager.annotate(lying=Cast(self.field.name, models.TextField()))
        return rows.exclude(lying="").exclude(lying=None).order_by()

    def lying(self) -> "models.QuerySet[Any, Any]":
        """Pairs of a row's key and that value; nothing is opened."""
        return self.rows().values_list("pk", "lying")

    def lying_before(self, version: int) -> "models.QuerySet[Any, Any]":
        """Those that are closed by another version of the key, or as it was before there was a ring."""
        return self.lying().exclude(lying__startswith=f"v{version}:").exclude(lying__startswith="y")

    def lying_of(self, year: int) -> "models.QuerySet[Any, Any]":
        """Those that are closed by the key of that year."""
        return self.lying().filter(lying__startswith=f"y{year}:")

    def opened(self, lying: str) -> Any:
        """What the row is to be given so that it is closed anew: nothing of the erased; raises Unreadable."""
        assert isinstance(self.field, Sealed)  # noqa: S101  # but of JSON
        return self.field.from_db_value(lying)


class ColumnOfJson(Column):
    """A column of JSON of which some texts are closed, each by itself."""

    def lying(self) -> "models.QuerySet[Any, Any]":
        return super().lying().filter(lying__regex=r'"v[0-9]+:(aes|sm4):')

    def lying_before(self, version: int) -> "models.QuerySet[Any, Any]":
        return super().lying().filter(lying__regex=rf'"v(?!{version}:)[0-9]+:(aes|sm4):')

    def opened(self, lying: str) -> Any:
        return self._opened(json.loads(lying))

    def _opened(self, value: Any) -> Any:
        if isinstance(self.field, PartlyEncryptedJSONField):
            return self.field.opened(value)
        if isinstance(value, dict):
            return {name: self._opened(each) for name, each in value.items()}
        if isinstance(value, list):
            return [self._opened(each) for each in value]
        is_closed = isinstance(value, str) and SEALED.fullmatch(value)
        return seal(unseal(value, purpose=self.purpose), purpose=self.purpose) if is_closed else value


# Of packages, which close by our adapters of theirs, for the purpose of this name.
OF_JSON = ("mfa.Authenticator.data",)


def columns() -> Iterator[Column]:
    """Every column of the portal that is encrypted, or holds what is."""
    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed and not model._meta.proxy:
            for field in model._meta.local_fields:
                if isinstance(field, Sealed):
                    yield Column(model, field)
                elif (
                    isinstance(field, PartlyEncryptedJSONField)
                    or f"{model._meta.label}.{field.name}" in OF_JSON
                ):
                    yield ColumnOfJson(model, field)
