"""Organisations, people and second factors, to be looked at: they are written at the desk, by its rules."""

from typing import Any

from allauth.account.admin import EmailAddressAdmin  # noqa: F401  # the same
from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.mfa.admin import AuthenticatorAdmin  # noqa: F401  # the same
from allauth.mfa.models import Authenticator
from auditlog.admin import LogEntryAdmin  # noqa: F401  # the same
from auditlog.models import LogEntry
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin  # noqa: F401  # the same
from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _
from django.views.generic import RedirectView

from .administration import AdministratorsPage
from .enums import Role
from .models import Organisation, User

admin.site.site_header = admin.site.site_title = _("Wuhai Open Government Demonstration Sites")
admin.site.index_title = _("Administration")
# One door for everybody: the portal's own log-in, with its second factor and its limits.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # allauth's way
password_change: Any = RedirectView.as_view(pattern_name="account_change_password")
admin.site.password_change = password_change  # type: ignore[method-assign]
# Rights come from a person's role; auditors read the trail at the desk; what allauth shows writes as well.
admin.site.unregister([Group, EmailAddress, Authenticator, LogEntry])


@admin.register(Organisation)
class OrganisationAdmin(AdministratorsPage[Organisation]):
    readers = (Role.SYSTEM, Role.SECURITY)
    list_display = ["name", "code", "kind", "district", "is_active", "is_sample"]
    list_filter = ["kind", "district"]
    search_fields = ["name", "short_name", "code"]


@admin.register(User)
class PersonAdmin(AdministratorsPage[User]):
    readers = (Role.SECURITY,)
    list_display = ["username", "name", "role", "organisation", "is_active", "last_login"]
    list_filter = ["role", "is_active"]
    search_fields = ["username", "name"]
    fields = ["username", "name", "role", "organisation", "is_active", "last_login", "date_joined"]


@admin.register(Authenticator)
class SecondFactorAdmin(AdministratorsPage[Authenticator]):
    """Who has one, and since when; the secret is not shown."""

    readers = (Role.SECURITY,)
    list_display = ["user", "type", "created_at", "last_used_at"]
    list_filter = ["type"]
    search_fields = ["user__username", "user__name"]
    fields = ["user", "type", "created_at", "last_used_at"]
