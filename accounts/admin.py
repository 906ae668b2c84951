"""Organisations, accounts and lost second factors: the system administrator's work.

Nothing is deleted here: an account that is no longer used is switched off.
"""

from allauth.account.admin import EmailAddressAdmin  # noqa: F401  # registers what is taken out below
from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.mfa.admin import AuthenticatorAdmin
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from audit.admin import ReadOnly

from .models import Organisation, User

# One door for everybody: the portal's own log-in, with its second factor and its limits.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
# Rights come from a person's role; e-mail addresses are not used.
admin.site.unregister([Group, EmailAddress, Authenticator])


@admin.register(Organisation)
class OrganisationAdmin(admin.ModelAdmin[Organisation]):
    list_display = ["name", "code", "kind", "district", "is_sample"]
    list_filter = ["kind", "district"]
    search_fields = ["name", "short_name", "code"]

    def get_readonly_fields(self, request: HttpRequest, obj: Organisation | None = None) -> list[str]:
        """`load_plan` knows an organisation by its code."""
        return ["code"] if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: Organisation | None = None) -> bool:
        return False


@admin.register(User)
class PersonAdmin(UserAdmin[User]):
    list_display = ["username", "name", "role", "organisation", "is_active", "is_superuser"]
    list_filter = ["role", "is_active", "is_superuser"]
    search_fields = ["username", "name"]
    autocomplete_fields = ["organisation"]
    filter_horizontal = []
    readonly_fields = ["last_login", "date_joined"]
    fieldsets = [
        (None, {"fields": ["username", "password", "name", "role", "organisation", "phone"]}),
        (_("Access"), {"fields": ["is_active", "is_staff", "is_superuser", "last_login", "date_joined"]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["username", "password1", "password2", "name", "role", "organisation", "phone"]}),
    ]

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False


@admin.register(Authenticator)
class SecondFactorAdmin(ReadOnly, AuthenticatorAdmin):  # type: ignore[misc]  # allauth has no types
    """A second factor can be taken away when its telephone is lost; its secret is not shown."""

    exclude = ["data"]

    def has_delete_permission(self, request: HttpRequest, obj: Authenticator | None = None) -> bool:
        return request.user.is_superuser
