"""Pictures and attachments of an article: added, captioned, taken off; none is deleted."""

from collections.abc import Mapping, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.evidence.intake import Taken
from assessments.services.evidence import check_number
from assessments.services.storing import store_copies, store_taken
from core.locks import change_once
from publicity.enums import ArticleState
from publicity.models import Article, ArticleFile
from sites.calendar import today
from sites.workflow import InvalidTransition
from tables.tidy import tidy_prose

from .article_rights import check_edit, locked

CAPTION_LENGTH = 100


def add_files(article: Article, taken: Sequence[Taken]) -> None:
    """Keep new files within `files_with_rows`; one that is there already is not kept twice, one that was
    taken off stands again. Raises ValidationError (`files`) where the article would have too many.
    """
    on_record = {file.sha256: file for file in article.files.all()}
    new = [file for file in taken if file.sha256 not in on_record]
    again = [on_record[file.sha256] for file in taken if file.sha256 in on_record]
    check_number([*article.files.standing(), *new, *(file for file in again if file.removed_on)])
    for file in again:
        if file.removed_on:
            file.removed_on = None
            file.save(update_fields=["removed_on"])
    for each in new:
        _keep(article, each)


def _keep(article: Article, taken: Taken) -> None:
    file = ArticleFile(
        article=article,
        name=taken.name,
        content_type=taken.content_type,
        size=taken.content.size or 0,
        sha256=taken.sha256,
    )
    store_taken(file.file, taken)
    if taken.picture:
        store_copies(file.shown, file.thumbnail, taken.sha256, taken.picture)
    file.save()


@transaction.atomic
def caption(*, article: Article, captions: Mapping[int, str], by: User) -> None:
    """Say what the files show, by their keys; a picture's caption is what those read who cannot see it."""
    current = locked(article, by)
    check_edit(current, by)
    changed = False
    for file in current.files.standing():
        words = tidy_prose(captions.get(file.pk, file.caption))
        if len(words) > CAPTION_LENGTH:
            told = _("%(name)s: the caption has more than %(n)d characters.")
            raise ValidationError(told % {"name": file.name, "n": CAPTION_LENGTH})
        if words != file.caption:
            file.caption, changed = words, True
            file.save(update_fields=["caption"])
    if changed:
        note_correction(current)


@transaction.atomic
def take_off(*, file: ArticleFile, by: User) -> None:
    """The file leaves the article; it stays on record at the desk."""
    current = locked(file.article, by)
    check_edit(current, by)
    if not change_once(current.files.standing().filter(pk=file.pk), removed_on=today()):
        raise InvalidTransition(_("This file was taken off before."))
    note_correction(current)


def note_correction(article: Article) -> None:
    """What the public reads was changed; a draft's changes are nobody's concern."""
    if article.state == ArticleState.PUBLISHED:
        article.corrected_on = today()
        article.save(update_fields=["corrected_on"])
