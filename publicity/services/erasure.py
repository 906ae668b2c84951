"""An objector's personal data goes when its time is over; the reply and the dates stay, with a proof.

It is in older backups still, until the key of its year is destroyed (`audit.year_keys`).
"""

import datetime
import logging
from collections.abc import Collection

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from core import erasures, ring
from core.clock import today
from core.encrypted import columns
from core.locks import change_once
from core.personal import of_model
from publicity.models import Erasure, Objection, ObjectionFile

logger = logging.getLogger(__name__)


def erase_expired(on: datetime.date) -> int:
    """Erase what has been kept until `on`; returns of how many objections. What fails is tried again."""
    return _erase_all(Objection.objects.to_erase(on=on), on)


def erase_destroyed() -> int:
    """Erase what nobody can read any more: an older backup holds it under a year's key that is destroyed."""
    gone = ring.destroyed("year")
    mine = [column for column in columns() if column.by_year and column.model is Objection]
    return erase_again({pk for column in mine for year in gone for pk, _ in column.lying_of(year)})


def erase_again(keys: Collection[int]) -> int:
    """Erase what had been erased once, whatever day it is: a backup from before has been restored."""
    return _erase_all(Objection.objects.filter(pk__in=keys, erased_at=None), today())


def _erase_all(due: QuerySet[Objection], on: datetime.date) -> int:
    erased = 0
    for objection in due:
        try:
            erased += _erase(objection, due, on)
        except OSError:
            logger.exception(
                "The attachments of objection %s cannot be erased, or it cannot be noted.", objection.pk
            )
    return erased


@transaction.atomic
def _erase(objection: Objection, due: QuerySet[Objection], on: datetime.date) -> bool:
    """False when it was done meanwhile.

    The files go before the proof is written: should that fail, they are looked for again and are not there.
    """
    mine = due.filter(pk=objection.pk)
    # Of what the office itself wrote nothing is erased: it is told to name nobody in it.
    personal = [each.name for each in of_model(Objection) if each.erased]
    if not change_once(mine, **dict.fromkeys(personal), erased_at=timezone.now()):
        return False
    files = list(objection.files.all())
    what = [*personal, *(["files"] if files else [])]
    erasures.note(objection, what)
    for file in files:
        _erase_file(file)
    Erasure.objects.create(
        objection=objection,
        due_on=objection.erase_on or on,
        what=what,
        files=[file.sha256 for file in files],
    )
    return True


def _erase_file(file: ObjectionFile) -> None:
    """A file that is not there any more counts as erased."""
    file.file.delete(save=False)
    file.file, file.name = "", ""
    file.save(update_fields=["file", "name"])
