"""What a person gets of an evidence file: pictures without camera data, unless it is the office that asks."""

from dataclasses import dataclass
from pathlib import PurePath

from django.db.models.fields.files import FieldFile

from accounts.models import User
from assessments.models import EvidenceFile
from assessments.rules import sees_camera_data


@dataclass(frozen=True)
class Download:
    """A file as it goes out: its content, the name it is saved under, its type; its digest if known."""

    file: FieldFile
    name: str
    content_type: str
    sha256: str = ""


def download(file: EvidenceFile, user: User) -> Download:
    """What this person gets of a file they may see (`EvidenceFile.objects.visible_to`).

    What a camera writes into a picture (place, time, device) is for the office alone; not even who uploaded
    it gets it back.
    """
    if not file.is_picture or sees_camera_data(user):
        return Download(file.file, file.name, file.content_type, file.sha256)
    shown = file.shown
    as_jpeg = str(shown.name).endswith(".jpg")
    name = file.name if as_jpeg else PurePath(file.name).stem + ".png"
    return Download(shown, name, "image/jpeg" if as_jpeg else "image/png")
