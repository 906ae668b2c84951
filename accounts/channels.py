"""The ways out of the portal: what a message goes over, and to which address.

`PORTAL_CHANNELS` names them; a further one (短信, 企业微信) is a class like `Email` in any module.
"""

from abc import ABC, abstractmethod
from contextlib import suppress
from smtplib import SMTPRecipientsRefused
from typing import ClassVar

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from .models import Message, User


class Unreachable(Exception):
    """The channel itself cannot be reached now: what waits for it need not be tried one by one."""


class Undeliverable(Exception):
    """This address will never take the message; trying again is no use."""


class Channel(ABC):
    """One way out. Its key stands on every message and must not change."""

    key: ClassVar[str]
    label: ClassVar[Promise]

    @abstractmethod
    def is_on(self) -> bool:
        """Whether the installation has set it up."""

    @abstractmethod
    def address_of(self, user: User) -> str:
        """Where the person is told over this channel; "" if nowhere, or if they want nothing by it."""

    def is_inside(self, address: str) -> bool:
        """Whether the text stays in the office's own network; if not, the office releases each message."""
        return False

    @abstractmethod
    def send(self, message: Message) -> None:
        """Hand the message over, and return once it was taken.

        Raises Unreachable or Undeliverable where it knows; after any other error it is tried again later.
        """


class Email(Channel):
    """Plain text by the mail server of `EMAIL_URL`."""

    key = "email"
    label = _("E-mail")

    def is_on(self) -> bool:
        return bool(settings.PORTAL_MAIL_ON)

    def address_of(self, user: User) -> str:
        return user.email if user.wants_mail else ""

    def is_inside(self, address: str) -> bool:
        return address.rpartition("@")[2].lower() in settings.PORTAL_MAIL_DOMAINS

    def send(self, message: Message) -> None:
        connection = get_connection()
        mail = EmailMessage(
            message.subject,
            message.text,
            settings.PORTAL_MAIL_FROM,
            [message.address],
            # Sent twice it is the same mail; and no out-of-office reply answers it.
            headers={"Message-ID": message.message_id, "Auto-Submitted": "auto-generated"},
            connection=connection,
        )
        try:
            connection.open()
        except OSError as error:  # smtplib's own errors are such, too
            raise Unreachable(str(error)) from error
        try:
            mail.send()
        except SMTPRecipientsRefused as error:
            ((code, answer),) = error.recipients.values()
            if code < 500:
                raise
            raise Undeliverable(f"{code} {answer.decode(errors='replace')}") from error
        finally:
            # The server has taken the mail or refused it: a farewell that fails changes nothing.
            with suppress(OSError):
                connection.close()


def channels() -> dict[str, Channel]:
    """Key → channel, as the installation names them."""
    return {made.key: made for made in (import_string(path)() for path in settings.PORTAL_CHANNELS)}
