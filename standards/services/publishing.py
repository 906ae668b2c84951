"""Bringing a version into force."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.enums import Role
from accounts.models import User
from accounts.rules import require_city
from accounts.services import notify, secrecy
from core.clock import today
from core.locks import change_once
from standards import fingerprints
from standards.checks import problems
from standards.enums import VersionState
from standards.models import Rulebook, Standard
from standards.signals import version_published
from standards.wording import keep_readings

from .drafts import StaleDraft, locked


@transaction.atomic
def publish(*, draft: Standard | Rulebook, adopt: bool, seen: str, by: User) -> None:
    """Bring a draft into force and retire the version before it; from now on the database keeps it.

    Refused with every reason while anything is wrong with it, and unless another person has reviewed it for
    secrets as it stands. Rounds that are
    open keep the versions they were opened with; `adopt` asks for the new one
    in the running programme's next rounds.
    """
    require_city(by)
    draft = locked(draft)
    if fingerprints.of_version(draft) != seen:
        raise StaleDraft(_("Somebody else has changed this draft since you read it; read it again."))
    if found := problems(draft):
        raise ValidationError([problem.text for problem in found])
    secrecy.check(str(draft._meta.model_name), draft, by=by)
    if isinstance(draft, Rulebook):
        keep_readings(draft)
    change_once(draft.series().published(), state=VersionState.RETIRED)
    change_once(draft.series().filter(pk=draft.pk), state=VersionState.PUBLISHED, published_on=today())
    draft.refresh_from_db()
    version_published.send(type(draft), version=draft, by=by, adopt=adopt)
    notify(
        User.objects.filter(role=Role.LEADING_GROUP, is_active=True),
        text=gettext_noop("%(version)s is in force."),
        about={"version": draft},
        url=draft.get_absolute_url(),
    )
