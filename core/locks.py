"""Of two people who change one row at the same moment one wins."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet


def change_once(rows: QuerySet[Any], /, **values: object) -> bool:
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
