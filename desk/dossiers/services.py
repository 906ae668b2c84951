"""The life of a dossier: asked for, made by the worker, fetched for a while, deleted.

The row is the truth (core.jobs): each file that is written renews the worker's claim, and a dossier that lost
its worker is made from the beginning by another.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from accounts.models import Organisation, User
from accounts.rules import require_office
from accounts.services import notify
from core.jobs import Claim, work_on
from core.made_files import Draft, ask_once, no_room
from desk.models import ArchiveCodes, Dossier
from sites.calendar import today
from sites.models import Programme, Site

from .archive import BLOCK, Archive, archive_at, put_site, put_whole
from .contents import pieces_of
from .keeping import Numbers
from .names import plain
from .pieces import Case
from .rights import left_out, may_ask, may_ask_for_campaign, rights_of, sites_in

NO_ROOM = gettext_lazy(
    "There is no room for the archive on the disk. Nothing half-written was left; ask again once the "
    "administrator has made room, or ask for single sites."
)


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


def ask_for_campaign(*, programme: Programme, by: User) -> Dossier:
    """The same of all sites on a programme's lists."""
    if not may_ask_for_campaign(by):
        raise PermissionDenied
    return _ask(Dossier(programme=programme, asked_by=by, on=today()))


def set_codes(*, values: Mapping[str, str], by: User) -> None:
    """What 档号 begin with in every dossier that is made from now on."""
    require_office(by)
    ArchiveCodes.objects.update_or_create(pk=ArchiveCodes.ONLY, defaults=values)


def _ask(wanted: Dossier) -> Dossier:
    same = Dossier.objects.filter(asked_by=wanted.asked_by, programme=wanted.programme)
    return ask_once(wanted, same.filter(site=wanted.site, district=wanted.district))


def delete(*, dossier: Dossier, by: User) -> None:
    """Call it off, or take the archive off the disk; the row says so. What is gone is left alone."""
    if dossier.asked_by_id != by.pk:
        raise PermissionDenied
    if not dossier.cancel():
        dossier.expire()


# -- the worker's ----------------------------------------------------------------------------


def make(dossier_id: int) -> None:
    """Make a dossier's archive. Safe to run twice or at once."""
    work_on(Dossier, dossier_id, _make)


def _make(claim: Claim[Dossier]) -> None:
    with translation.override("zh-hans"), no_room(NO_ROOM):
        _put_together(claim)


def _put_together(claim: Claim[Dossier]) -> None:
    dossier, by = claim.job, claim.job.asked_by
    sites = sites_in(dossier, by)
    if not sites:
        raise ValidationError(
            _("%(name)s may no longer see this, or there is nothing in it: nothing was put together.")
            % {"name": by}
        )
    rights, draft = rights_of(by, sites), dossier.new_draft()
    try:
        with archive_at(draft, plain(dossier.top), dossier.on) as archive:
            _fill(archive, claim, [Case(site, by, dossier.on) for site in sites])
        made = {"size": draft.stat().st_size, "sha256": _digest(draft, claim), "rights": rights}
        with Draft(draft) as content:
            name = default_storage.save(dossier.new_name(".zip"), content)
        try:
            _end(claim, file=name, **made)
        except BaseException:
            default_storage.delete(name)
            raise
    finally:
        draft.unlink(missing_ok=True)


def _fill(archive: Archive, claim: Claim[Dossier], cases: list[Case]) -> None:
    """Several sites are gathered twice: once to say how many files there are, and each when its turn comes.

    All their files at once would take too much memory.
    """
    dossier, numbers = claim.job, Numbers(ArchiveCodes.current(), claim.job.on)
    done = total = 0

    def step() -> None:
        nonlocal done
        done += 1
        claim.renew(done=min(done, total))

    for case in cases:
        pieces = pieces_of(case)
        total += len(pieces)
        claim.renew(done=0, total=total)
    if dossier.site_id:
        put_site(archive, "", cases[0], pieces, numbers=numbers, step=step)
        return
    contents = ((case, pieces_of(case)) for case in cases)
    left = left_out(dossier, [case.site for case in cases])
    put_whole(archive, str(dossier), contents, numbers, of=len(cases), left_out=left, step=step)


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
    with transaction.atomic():
        claim.end(**made)
        notify(
            [by],
            text=gettext_noop("The dossier you asked for is ready: %(name)s."),
            about={"name": str(claim.job)},
            url=claim.job.get_absolute_url(),
        )
