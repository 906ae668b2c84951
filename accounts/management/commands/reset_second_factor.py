"""`reset_second_factor`: for whoever owns the machine, where no second person is left who could agree."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from accounts.services import second_factor
from core.acting import Refusal


class Command(BaseCommand):
    help = "Takes a person's lost second factor away; the trail says that it was done at the machine."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")

    def handle(self, *, username: str, **_options: Any) -> None:
        person = User.objects.active().filter(username=username).first()
        if person is None:
            raise CommandError(f"{username} is nobody who can sign in.")
        try:
            second_factor.reset(person=person, by=None)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(f"{person.name} signs in with the password and sets up a new second factor.")
