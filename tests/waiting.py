"""What waits for a person at a site: without the reports upward, which the office owes whatever sites do."""

from django.urls import reverse

from accounts.models import User
from desk.todo import todos as everything
from desk.todo.items import Todo


def todos(user: User) -> list[Todo]:
    return [todo for todo in everything(user) if not todo.url.startswith(reverse("desk:upward_reports"))]
