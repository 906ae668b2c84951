"""What taking back an import comes to, whatever it was an import into.

A row is given back what it was, or taken off record if the import put it there; one that somebody changed
since, or that something else needs by now, is left as it is and named.
"""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core.acting import Refusal

CHANGED_SINCE = gettext_noop("Somebody has changed this since the import, so it was left as it is.")
NEEDED = gettext_noop("Other records name this by now, so it was left as it is.")


@dataclass
class Undone:
    """What an undo did; `left` are the names of the rows that stay."""

    restored: int = 0
    removed: int = 0
    left: list[str] = dataclasses.field(default_factory=list)

    @property
    def told(self) -> str:
        return _("The import is undone: %(restored)d rows restored, %(removed)d taken off.") % {
            "restored": self.restored,
            "removed": self.removed,
        }

    @property
    def told_of_left(self) -> str:
        """Empty where nothing was left."""
        names = _(", ").join(f"“{name}”" for name in self.left)
        return _("Changed since, and left as they are: %(names)s.") % {"names": names} if names else ""

    def undo(self, name: str, act: Callable[[], object], *, was_there: bool) -> ValidationError | None:
        """Undo one row by `act`, which raises where the row is to be left; returns why it was."""
        try:
            with transaction.atomic():
                act()
        except ProtectedError:
            why = ValidationError(NEEDED)
        except Refusal as refusal:
            why = ValidationError(str(refusal))
        except ValidationError as error:
            why = error
        else:
            self.restored += was_there
            self.removed += not was_there
            return None
        self.left.append(name)
        return why
