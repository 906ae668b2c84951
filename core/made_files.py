"""Files that the worker makes for the one who asked: kept for a while, and made anew at any time."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from core.enums import FileState
from core.jobs import NO_ROOM, J, Job, JobQuerySet, send_after_commit
from core.locks import change_once


class FileJob(Job):
    """A job that makes one file. It goes after a while; that it was made, with its digest, stays on record.

    A kind says in which `folder` of the storage its files lie, each under its job's key and a word that
    nobody guesses.
    """

    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("asked for by"), on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField(_("asked for at"), auto_now_add=True)
    on = models.DateField(_("on"))
    state = models.CharField(_("state"), max_length=10, choices=FileState, default=FileState.QUEUED)
    file = models.FileField(_("file"), max_length=200, blank=True)
    size = models.PositiveBigIntegerField(_("size in bytes"), default=0)
    sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True)
    rights = models.JSONField(_("what the asker might see"), default=dict)

    folder: ClassVar[str]

    class Meta:
        abstract = True

    @property
    def kept_until(self) -> datetime.datetime | None:
        """None where there is no file."""
        if self.state != FileState.READY or self.finished_at is None or self.life.kept is None:
            return None
        return self.finished_at + self.life.kept

    def new_name(self, ending: str) -> str:
        """A place in the storage for this job's file; `ending` with its dot."""
        return f"{self.folder}/{self.pk}-{get_random_string(12)}{ending}"

    def new_draft(self) -> Path:
        """A place on this machine's own disk for a file that is written bit by bit and then stored."""
        folder: Path = settings.PORTAL_DRAFTS
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder / f"{self.folder}-{self.pk}-{get_random_string(12)}"

    def clear_up(self) -> None:
        """Take every file of this job out of the storage, and half-written ones off this machine's disk."""
        with suppress(FileNotFoundError):  # nothing of this kind was ever made
            for name in default_storage.listdir(self.folder)[1]:
                if name.startswith(f"{self.pk}-"):
                    default_storage.delete(f"{self.folder}/{name}")
        for draft in settings.PORTAL_DRAFTS.glob(f"{self.folder}-{self.pk}-*"):
            draft.unlink(missing_ok=True)

    def cancel(self) -> bool:
        """Not wanted any more: no worker takes it up, and one that makes it throws away what it has."""
        waiting = type(self)._default_manager.filter(pk=self.pk, state__in=self.life.pending)
        return bool(change_once(waiting, state=FileState.DELETED, finished_at=timezone.now()))

    def expire(self) -> bool:
        """The row first: a file that is left behind is swept up, a row that promises a lost file is not."""
        ready = type(self)._default_manager.filter(pk=self.pk, state=FileState.READY)
        if not change_once(ready, state=FileState.DELETED, file=""):
            return False
        self.clear_up()
        return True


class Draft(File[bytes]):
    """A file on this machine's disk that a storage on the same disk takes as it is, instead of copying it."""

    def __init__(self, path: Path) -> None:
        super().__init__(path.open("rb"))
        self._path = path

    def temporary_file_path(self) -> str:
        return str(self._path)


def ask_once(wanted: J, same: JobQuerySet[J]) -> J:
    """Have it done; while one of `same` waits, that one. Of two that are asked for at once the database lets
    one wait.
    """
    try:
        with transaction.atomic():
            wanted.save()
            send_after_commit(wanted)
    except IntegrityError:
        return same.latest("pk")
    return wanted


@contextmanager
def no_room(told: StrOrPromise) -> Iterator[None]:
    """Where the disk is full, raise a ValidationError that says so."""
    try:
        yield
    except OSError as error:
        if error.errno not in NO_ROOM:
            raise
        raise ValidationError(told) from error
