"""A city that takes letters, on a home of its own."""

import datetime

import pytest

from audit import keys, sealing
from publicity.models import Notice
from sites.calendar import pinned
from tests.assessments import builders, photos
from tests.deploy.backup import homes
from tests.publicity import scene
from tests.scenes import made_once

DAY = datetime.date(2008, 5, 6)


@made_once(DAY.isoformat())
def city():
    """Files, a letter with an attachment, and a sealed trail; the key of a notice that takes letters."""
    with pinned(DAY):
        notice = scene.publish()
        letter = scene.object_to(notice)
        scene.objections.attach(objection=letter, files=[builders.upload("示例.pdf", b"%PDF-1.4 letter")])
        scene.outlet_in_public(notice)
        scene.drafted(files=[photos.upload(), builders.upload("示例.pdf", b"%PDF-1.4 sample")])
    sealing.seal_trail()
    keys.note()
    return notice.pk


@pytest.fixture
def portal(city, tmp_path):
    assert Notice.objects.filter(pk=city).exists()
    return homes.standing(tmp_path / "first", "deploy-backup-conftest-city")
