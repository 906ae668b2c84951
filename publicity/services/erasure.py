"""A writer's personal data goes when its time is over; the reply and the dates stay, with a proof.

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
from publicity.models import Enquiry, Erasure, Objection
from publicity.models.citizens_files import CitizensFile

logger = logging.getLogger(__name__)

# Whatever people write under their name.
Letter = Objection | Enquiry
LETTERS: tuple[type[Letter], ...] = (Objection, Enquiry)


def erase_expired(on: datetime.date) -> int:
    """Erase what has been kept until `on`; returns of how many letters. What fails is tried again."""
    return sum(_erase_all(letters.objects.to_erase(on=on), on) for letters in LETTERS)


def erase_destroyed() -> int:
    """Erase what nobody can read any more: an older backup holds it under a year's key that is destroyed."""
    gone = ring.destroyed("year")
    erased = 0
    for letters in LETTERS:
        mine = [column for column in columns() if column.by_year and column.model is letters]
        keys = {pk for column in mine for year in gone for pk, _ in column.lying_of(year)}
        erased += erase_again(letters, keys)
    return erased


def erase_again(letters: type[Letter], keys: Collection[int]) -> int:
    """Erase what had been erased once, whatever day it is: a backup from before has been restored."""
    return _erase_all(letters.objects.filter(pk__in=keys, erased_at=None), today())


def _erase_all(due: QuerySet[Objection] | QuerySet[Enquiry], on: datetime.date) -> int:
    erased = 0
    for letter in due:
        try:
            erased += _erase(letter, due, on)
        except OSError:
            logger.exception(
                "The attachments of %s %s cannot be erased, or it cannot be noted.",
                letter._meta.model_name,
                letter.pk,
            )
    return erased


@transaction.atomic
def _erase(letter: Letter, due: QuerySet[Objection] | QuerySet[Enquiry], on: datetime.date) -> bool:
    """False when it was done meanwhile.

    The files go before the proof is written: should that fail, they are looked for again and are not there.
    """
    # Of what the office itself wrote nothing is erased: it is told to name nobody in it.
    personal = [each.name for each in of_model(type(letter)) if each.erased]
    if not change_once(due.filter(pk=letter.pk), **dict.fromkeys(personal), erased_at=timezone.now()):
        return False
    files = list(letter.files.all())
    what = [*personal, *(["files"] if files else [])]
    erasures.note(letter, what)
    for file in files:
        _erase_file(file)
    Erasure.objects.create(
        **{str(letter._meta.model_name): letter},
        due_on=letter.erase_on or on,
        what=what,
        files=[file.sha256 for file in files],
    )
    return True


def _erase_file(file: CitizensFile) -> None:
    """A file that is not there any more counts as erased."""
    file.file.delete(save=False)
    file.file, file.name = "", ""
    file.save(update_fields=["file", "name"])
