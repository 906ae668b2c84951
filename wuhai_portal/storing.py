"""Where stored files lie, as `PORTAL_STORAGE` says."""

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

# So much of a file that is read (bytes) is kept in memory, the rest on the disk meanwhile.
IN_MEMORY = 5 * 1024 * 1024


def storage(wanted: str, home: Path) -> dict[str, Any]:
    """Django's entry for "default": nothing said, a folder of the home; a folder; or a bucket.

    `s3://key:secret@host:port/bucket` is asked by TLS, `s3+http://…` without, in a network of one's own.
    """
    if "://" not in wanted:
        folder = Path(wanted) if wanted else home / "media"
        if not folder.is_absolute():
            raise ImproperlyConfigured(f"PORTAL_STORAGE {wanted}: name the folder from / on.")
        options: dict[str, Any] = {"location": str(folder)} if wanted else {}
        return {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": options}
    parts = urlsplit(wanted)
    bucket = parts.path.strip("/")
    if parts.scheme not in {"s3", "s3+http"} or not (parts.username and parts.password and bucket):
        raise ImproperlyConfigured("PORTAL_STORAGE is a folder, or s3://key:secret@host:port/bucket.")
    return {
        "BACKEND": "core.bucket.Bucket",
        "OPTIONS": {
            "access_key": unquote(parts.username),
            "secret_key": unquote(parts.password),
            "endpoint_url": f"{'https' if parts.scheme == 's3' else 'http'}://{parts.netloc.rpartition('@')[2]}",
            "bucket_name": bucket,
            "addressing_style": "path",
            "signature_version": "s3v4",
            "region_name": "us-east-1",
            "max_memory_size": IN_MEMORY,
        },
    }
