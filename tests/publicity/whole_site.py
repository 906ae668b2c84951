"""One of each thing the public can read, as it stands on 20 May 2008."""

import datetime

from django.urls import reverse

from accounts.enums import Role
from publicity.services import notices
from sites.calendar import pinned
from sites.enums import Level, Stage
from standards.models import Item
from tests import factories
from tests.assessments import builders, photos
from tests.files import pdf
from tests.publicity import scene

TODAY = "2008-05-20"


def publish_everything() -> str:
    """The one address that no page leads to is given back: that of a slip from the counter."""
    office = factories.user(Role.OFFICE)
    building = factories.site(Stage.BUILDING, level=Level.DISTRICT, of=factories.district("乌达"))
    with pinned(datetime.date(2008, 1, 21)):
        scene.determined(building)
    _namings()
    with pinned(datetime.date(2008, 5, 15)):
        taken_off, stays = scene.accepted(2)
        running = scene.publish(taken_off, stays)
        notices.extend(
            notice=running, counted_from=running.ends_on, length=2, reason="示例延长理由", by=office
        )
        scene.outlet_in_public(running)
    scene.conclude(scene.object_to(running, taken_off), "upheld")
    files = [photos.upload("现场.jpg"), builders.upload("示例.pdf", pdf(b"sample"))]
    told = scene.drafted(building, kind="experience", items=Item.objects.all()[:2], files=files)
    told.files.update(caption="示例说明")
    scene.put_out(told)
    scene.taken_up(told)
    slip = scene.appraisal(building, codes=1).responses.get()
    return reverse("publicity:appraisal", args=[slip.code])


def _namings() -> None:
    """One that stands, one warned, one revoked; the first and the last commended before, with a person."""
    stands, warned, revoked = scene.named(*scene.accepted(3))
    with pinned(datetime.date.fromisoformat(TODAY)):
        office = factories.user(Role.OFFICE)
        commended = scene.commendation(stands.site, revoked.site, by=office)
        scene.commend_person(commended, office, stands.site.organisation)
        scene.decided(commended)
        for naming in (warned, revoked):
            scene.warned(naming)
        scene.complained(revoked)
        scene.revoked(revoked, why_early="示例提前理由")
