"""A request whose user is one of ours."""

from django.http import HttpRequest

from .models import User


class StaffRequest(HttpRequest):
    """A request behind `login_required`: its user is never anonymous."""

    user: User
