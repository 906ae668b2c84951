"""The life of a dossier: asked for, made by the worker, fetched for a while, deleted.

The row is the truth, as of an import: a worker holds it by a claim that each file it writes renews, and one
that lost its worker is made from the beginning by another.
"""

import datetime
import errno
import hashlib
import logging
from pathlib import Path

from auditlog.context import set_actor
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from core.claims import Claim, Lost, resend
from core.locks import change_once
from core.queue import hand_over
from desk.enums import DossierState
from desk.models import Dossier
from sites.calendar import today
from sites.models import Programme, Site

from .archive import BLOCK, Archive, archive_at, put_district, put_site
from .contents import pieces_of
from .pieces import Case, Piece
from .rights import may_ask, rights_of, sites_in

logger = logging.getLogger(__name__)

STALE_AFTER = datetime.timedelta(seconds=settings.PORTAL_RENDER_STALE_SECONDS)
# A dossier that kills its worker is not tried for ever.
MAX_ATTEMPTS = 3
# It can be made anew at any time, and the disk is not an archive.
KEPT = datetime.timedelta(days=30)
FOLDER = "dossiers"
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


# -- what a person does ----------------------------------------------------------------------


def ask_for_site(*, site: Site, by: User) -> Dossier:
    """Have one site's dossier made; while one is being made for this person, that one."""
    if not (may_ask(by) and Site.objects.visible_to(by).filter(pk=site.pk).exists()):
        raise PermissionDenied
    return _ask(Dossier(programme=site.programme, site=site, asked_by=by, on=today()))


def ask_for_district(*, district: Organisation, programme: Programme, by: User) -> Dossier:
    """The same of all sites on a district's list."""
    if not may_ask(by, district):
        raise PermissionDenied
    return _ask(Dossier(programme=programme, district=district, asked_by=by, on=today()))


def _ask(wanted: Dossier) -> Dossier:
    """Of two that are asked for at once the database lets one wait."""
    try:
        with transaction.atomic():
            wanted.save()
            transaction.on_commit(lambda: send(wanted.pk))
    except IntegrityError:
        same = Dossier.objects.filter(asked_by=wanted.asked_by, programme=wanted.programme)
        return same.filter(site=wanted.site, district=wanted.district).latest("pk")
    return wanted


def delete(*, dossier: Dossier, by: User) -> None:
    """Take the archive off the disk; the row stays and says so. One that is gone already is left alone."""
    if dossier.asked_by_id != by.pk:
        raise PermissionDenied
    _delete(dossier)


# -- the queue -------------------------------------------------------------------------------


def send(dossier_id: int) -> bool:
    """Hand a dossier to the queue; False (and the row waits for beat) while the broker is away."""
    if not hand_over("desk.tasks.make_dossier", dossier_id):
        return False
    Dossier.objects.filter(pk=dossier_id).update(sent_at=timezone.now())
    return True


def resend_overdue() -> int:
    """Send again what got lost; returns how many were sent."""
    waiting = Dossier.objects.filter(state__in=DossierState.PENDING)
    return resend(waiting, send, stale_after=STALE_AFTER)


def delete_old() -> int:
    """Delete the archives that were kept long enough; returns how many."""
    old = Dossier.objects.filter(state=DossierState.READY, finished_at__lt=timezone.now() - KEPT)
    return sum(_delete(dossier) for dossier in old)


def _delete(dossier: Dossier) -> bool:
    """The row first: a file that is left behind is swept up, a row that promises a lost file is not."""
    ready = Dossier.objects.filter(pk=dossier.pk, state=DossierState.READY)
    if not change_once(ready, state=DossierState.DELETED, file=""):
        return False
    _sweep(dossier.pk)
    return True


# -- the worker's ----------------------------------------------------------------------------


def make(dossier_id: int) -> None:
    """Make a dossier's archive. Safe to run twice or at once: one run takes the row up."""
    waiting = Dossier.objects.filter(state__in=DossierState.PENDING)
    claim = Claim.take(waiting, dossier_id, stale_after=STALE_AFTER, state=DossierState.MAKING)
    if claim is None:
        logger.info("dossier %s: nothing to make", dossier_id)
        return
    _sweep(dossier_id)  # of a worker that died
    with set_actor(claim.job.asked_by), translation.override("zh-hans"):
        try:
            _make(claim)
        except Lost:
            logger.info("dossier %s: taken over by another worker", dossier_id)
        except Exception as error:  # whatever went wrong belongs on the row, where a person sees it
            logger.exception("dossier %s could not be made", dossier_id)
            _fail(claim, _why(error))


def _make(claim: Claim[Dossier]) -> None:
    dossier, by = claim.job, claim.job.asked_by
    _check_attempts(dossier)
    sites = sites_in(dossier, by)
    if not sites:
        raise ValidationError(
            _("%(name)s may no longer see this, or there is nothing in it: nothing was put together.")
            % {"name": by}
        )
    rights, cases = rights_of(by, sites), [Case(site, by, dossier.on) for site in sites]
    contents = [(case, pieces_of(case)) for case in cases]
    claim.renew(done=0, total=sum(len(pieces) for _case, pieces in contents))
    name = f"{FOLDER}/{dossier.pk}-{get_random_string(12)}.zip"
    path = Path(default_storage.path(name))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(settings.FILE_UPLOAD_PERMISSIONS)  # as whatever else the portal stores
    try:
        with archive_at(path, dossier.on) as archive:
            _fill(archive, claim, contents)
        digest = _digest(path, claim)
        _end(claim, file=name, size=path.stat().st_size, sha256=digest, rights=rights)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _fill(archive: Archive, claim: Claim[Dossier], contents: list[tuple[Case, list[Piece]]]) -> None:
    done = 0

    def step() -> None:
        nonlocal done
        done += 1
        claim.renew(done=done)

    if claim.job.site_id:
        ((case, pieces),) = contents
        put_site(archive, "", case, pieces, step)
    else:
        put_district(archive, str(claim.job.district), contents, step)


def _digest(path: Path, claim: Claim[Dossier]) -> str:
    """Of the whole archive, which may take longer to read than a worker may be silent."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(16 * BLOCK):
            digest.update(block)
            claim.renew()
    return digest.hexdigest()


def _end(claim: Claim[Dossier], **made: object) -> None:
    """Ready, if what was put together still is this person's to see."""
    by = User.objects.get(pk=claim.job.asked_by_id)
    if rights_of(by, sites_in(claim.job, by)) != made["rights"]:
        raise ValidationError(_("What %(name)s may see changed meanwhile; ask for it again.") % {"name": by})
    claim.end(DossierState.READY, finished_at=timezone.now(), error="", **made)


def _check_attempts(dossier: Dossier) -> None:
    if dossier.attempts > MAX_ATTEMPTS:
        told = _(
            "The worker broke down over this dossier %(n)d times, so it is not tried again. "
            "Ask for single sites, and tell the administrator."
        )
        raise ValidationError(told % {"n": MAX_ATTEMPTS})


def _why(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return "\n".join(error.messages)
    if isinstance(error, OSError) and error.errno in _NO_ROOM:
        return _(
            "There is no room for the archive on the disk. Nothing half-written was left; ask again once the "
            "administrator has made room, or ask for single sites."
        )
    return f"{type(error).__name__}: {error}"


def _fail(claim: Claim[Dossier], why: str) -> None:
    try:
        claim.end(DossierState.FAILED, error=why, finished_at=timezone.now())
    except Lost:
        logger.info("dossier %s: taken over by another worker", claim.job.pk)


def _sweep(dossier_id: int) -> None:
    """Take every archive of a dossier off the disk, half-written ones too."""
    for path in Path(default_storage.path(FOLDER)).glob(f"{dossier_id}-*.zip"):
        path.unlink(missing_ok=True)
