"""`administrators`: the three administrators (三员), made on the machine, and their links."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.urls import reverse

from accounts.enums import Role
from accounts.models import User
from accounts.services import link_key, make_link
from accounts.services.administrators import open_on_the_machine

# What an option is called, and whom it makes; in the order the three are made.
OPTIONS = {"system": Role.SYSTEM, "security": Role.SECURITY, "audit": Role.AUDITOR}


class Command(BaseCommand):
    help = (
        "Makes administrators and prints for each a link that sets the password, once. The three of a portal "
        "are three people: --system NAME --security NAME --audit NAME. Without options it lists them."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        for option, role in OPTIONS.items():
            parser.add_argument(f"--{option}", metavar="NAME", help=f"the name of a new {role.label}")
        parser.add_argument("--link", metavar="USERNAME", help="a new link for one whose password is lost")

    def handle(self, *args: Any, **options: Any) -> None:
        names = {role: options[option] for option, role in OPTIONS.items() if options[option]}
        try:
            with transaction.atomic():
                made = [open_on_the_machine(name=name, role=role) for role, name in names.items()]
                if options["link"]:
                    made.append(self._anew(options["link"]))
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        for person, token in made:
            address = settings.PORTAL_URL + reverse("account_link", args=[link_key(person), token])
            self.stdout.write(f"{person.username:<12}{person.role:<16}{person.name}  {address}")
        if made:
            self.stdout.write("Hand each link to its person alone: it serves once, and shows nothing later.")
        else:
            self._list()

    def _anew(self, username: str) -> tuple[User, str]:
        person = User.objects.active().filter(username=username, role__in=Role.ADMINISTRATORS).first()
        if person is None:
            raise CommandError(f"{username} is no administrator who can sign in.")
        return person, make_link(person=person, by=None)

    def _list(self) -> None:
        for person in User.objects.active().filter(role__in=Role.ADMINISTRATORS).order_by("role", "username"):
            self.stdout.write(f"{person.username:<12}{person.role:<16}{person.name}")
