"""What the lists of people and of organisations have in common."""

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin, UserPassesTestMixin

from accounts.exported import ExportedList
from accounts.rules import adds_to_registers, is_office, makes_links, manages_people


class Register(LoginRequiredMixin, UserPassesTestMixin, ExportedList):
    """A list for who manages people; 403 for others."""

    def test_func(self) -> bool:
        return bool(manages_people(self.request.user))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        may = {
            "may_import": is_office(user),
            "adds_to_registers": adds_to_registers(user),
            "makes_links": makes_links(user),
        }
        return super().get_context_data(**may, **kwargs)
