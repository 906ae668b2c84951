"""What must hold of the ways out of the portal for it to be well (`core.health`)."""

from django.conf import settings
from django.core.mail import get_connection
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.health import Condition, Found, conditions


def mail() -> Found:
    """The server takes a connection and the name and password, if there are any."""
    if not settings.PORTAL_MAIL_ON:
        return Found(gettext("No mail server is set; no mail is made."))
    with get_connection(timeout=2):
        return Found(gettext("The mail server answers."))


conditions.add(
    Condition(
        id="mail",
        title=_("Mail server"),
        advice=_(
            "See whether the server of EMAIL_URL runs and knows the portal. Messages wait until it does."
        ),
        look=mail,
    ),
    place=30,
)
