"""What must hold of signing in, of the ways out, and of who runs the portal (`core.health`)."""

from collections import Counter

from django.conf import settings
from django.core.mail import get_connection
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from core.enums import Severity
from core.health import DATABASE, Condition, Found, conditions

from .enums import PersonState, Role
from .models import User
from .services import tries

# So many tries in two hours are no house that mistypes.
MANY_TRIES = 300


def mail() -> Found:
    """The server takes a connection and the name and password, if there are any."""
    if not settings.PORTAL_MAIL_ON:
        return Found(gettext("No mail server is set; no mail is made."))
    with get_connection(timeout=2):
        return Found(gettext("The mail server answers."))


def second_factors() -> Found:
    """Everybody whose role asks for a second factor, and who can sign in, has one."""
    if not settings.PORTAL_SECOND_FACTOR:
        return Found(gettext("The demo asks for none."))
    n = User.objects.get_queryset().in_state(PersonState.ACTIVE).lacking_second_factor().count()
    told = ngettext(
        "%(n)s person whose role asks for a second factor has none yet.",
        "%(n)s people whose role asks for a second factor have none yet.",
        n,
    )
    severity = Severity.WARNING if n else Severity.OK
    return Found(told % {"n": n}, severity, {"people_without_second_factor": n})


def sign_ins() -> Found:
    """Many tries within two hours are somebody's who guesses."""
    failed, refused = tries.of_late()
    figures = {"sign_ins_failed": failed, "sign_ins_refused": refused}
    told = gettext("%(failed)d wrong passwords and %(refused)d refused tries this hour and the one before.")
    many = failed + refused >= MANY_TRIES
    numbers = {"failed": failed, "refused": refused}
    return Found(told % numbers, Severity.WARNING if many else Severity.OK, figures)


def administrators() -> Found:
    """Each of the three is somebody who can sign in, and those who give rights are two."""
    there = Counter(User.objects.active().filter(role__in=Role.ADMINISTRATORS).values_list("role", flat=True))
    missing = [str(Role(role).label) for role in Role.ADMINISTRATORS if not there[role]]
    if missing:
        told = gettext("Nobody is: %(roles)s.") % {"roles": gettext(", ").join(missing)}
        return Found(told, Severity.WARNING)
    if there[Role.SECURITY] == 1:
        return Found(gettext("Each of the three is there, with one security administrator alone."))
    return Found(gettext("Each of the three is there, and two can appoint at the desk."))


conditions.add(
    Condition(
        id="mail",
        title=_("Mail server"),
        advice=_(
            "See whether the server of EMAIL_URL runs and knows the portal. Messages wait until it does."
        ),
        look=mail,
    ),
    Condition(
        id="factor",
        title=_("Second factor"),
        advice=_("The register of people shows who has one. They are led to it at their next sign-in."),
        look=second_factors,
        lane=DATABASE,
    ),
    Condition(
        id="sign_ins",
        title=_("Sign-ins that failed"),
        advice=_(
            "See in the trail which accounts are meant, and from where; owners go on from where they were."
        ),
        look=sign_ins,
        lane=DATABASE,
    ),
    Condition(
        id="administrators",
        title=_("Three administrators"),
        advice=_("Make who is missing by portal manage administrators: three people, one role each."),
        look=administrators,
        lane=DATABASE,
    ),
    place=30,
)
