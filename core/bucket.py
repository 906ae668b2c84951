"""Files in an S3 bucket (`PORTAL_STORAGE`), with the errors of files on a disk; imported where it is used."""

import datetime
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, ParamSpec, TypeVar

from boto3.exceptions import Boto3Error
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files import File
from storages.backends.s3 import S3File, S3Storage
from storages.utils import clean_name

P = ParamSpec("P")
R = TypeVar("R")

# In seconds: a page does not wait longer for a storage that is away.
PATIENCE = 5


def _as_on_a_disk(method: Callable[P, R]) -> Callable[P, R]:
    @wraps(method)
    def asked(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return method(*args, **kwargs)
        except (BotoCoreError, ClientError, Boto3Error) as error:
            raise OSError(f"the storage does not answer as it should: {error}") from error

    return asked


class Read(S3File):
    """A file of a bucket; opened once more, it is asked for again."""

    @_as_on_a_disk
    def open(self, mode: str | None = None) -> "Read":
        super().open(mode)
        return self


class Bucket(S3Storage):
    """A name is never written over; a file that is opened has been read whole, so that no page breaks off."""

    def get_default_settings(self) -> dict[str, Any]:
        patient = Config(
            connect_timeout=PATIENCE,
            read_timeout=4 * PATIENCE,
            retries={"max_attempts": 1},
            # Other servers than Amazon's do not know the checksums that botocore adds by itself.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            s3={"addressing_style": "path"},
            signature_version="s3v4",
        )
        return {**super().get_default_settings(), "file_overwrite": False, "client_config": patient}

    @_as_on_a_disk
    def _open(self, name: str, mode: str = "rb") -> File[bytes]:
        try:
            opened = Read(self._normalize_name(clean_name(name)), mode, self)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] == HTTPStatus.NOT_FOUND:
                raise FileNotFoundError(name) from error
            raise
        return opened.open(mode)

    @_as_on_a_disk
    def _save(self, name: str, content: File[bytes]) -> str:
        saved: str = super()._save(name, content)
        return saved

    @_as_on_a_disk
    def delete(self, name: str) -> None:
        super().delete(name)

    @_as_on_a_disk
    def exists(self, name: str) -> bool:
        return bool(super().exists(name))

    @_as_on_a_disk
    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        folders, files = super().listdir(path)
        return folders, files

    @_as_on_a_disk
    def get_modified_time(self, name: str) -> datetime.datetime:
        at: datetime.datetime = super().get_modified_time(name)
        return at

    @_as_on_a_disk
    def size(self, name: str) -> int:
        return int(super().size(name))
