"""What tests of outgoing messages begin with: people with an address, what they are told, a message of it."""

from accounts.enums import Role
from accounts.models import Message, User
from accounts.services import make_digests, notify
from tests import factories

SMTP = "django.core.mail.backends.smtp.EmailBackend"


def reader(address: str = "", role: str = Role.LIAISON, **fields) -> User:
    """Somebody with an address; with one of the own network unless another is given."""
    person = factories.user(role, **fields)
    person.email = address or f"{person.username}@wuhai.example"
    person.save()
    return person


def tell(person: User, text: str = "示例提醒", site=None) -> None:
    notify([person], text=text, about={}, url="/desk/", site=site)


def message(person: User | None = None, **fields) -> Message:
    """Today's digest of one line; to an address in the own network it is queued, to any other held."""
    person = person or reader()
    tell(person)
    assert make_digests() == 1
    made = person.messages.latest("pk")
    Message.objects.filter(pk=made.pk).update(**fields)
    made.refresh_from_db()
    return made
