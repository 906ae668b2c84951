"""Holidays, for the system administrator: next year's arrangement comes out each autumn."""

from django.contrib import admin

from accounts.administration import AdministratorsPage
from accounts.enums import Role

from .models import Holiday


@admin.register(Holiday)
class HolidayAdmin(AdministratorsPage[Holiday]):
    writers = (Role.SYSTEM,)
    list_display = ["date", "name", "kind", "source"]
    list_filter = ["kind"]
    date_hierarchy = "date"
