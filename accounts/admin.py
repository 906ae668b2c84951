"""The system administrator's view of organisations and people, and lost second factors.

Both are written at the desk, where their rules are kept; nothing is deleted anywhere.
"""

from allauth.account.admin import EmailAddressAdmin  # noqa: F401  # registers what is taken out below
from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.mfa.admin import AuthenticatorAdmin
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin  # noqa: F401  # the same
from django.contrib.auth.models import Group
from django.http import HttpRequest

from audit.admin import ReadOnly

from .models import Organisation, User

# One door for everybody: the portal's own log-in, with its second factor and its limits.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # allauth's way
# Rights come from a person's role; allauth's own table of e-mail addresses is not used.
admin.site.unregister([Group, EmailAddress, Authenticator])


@admin.register(Organisation)
class OrganisationAdmin(ReadOnly, admin.ModelAdmin[Organisation]):
    list_display = ["name", "code", "kind", "district", "is_active", "is_sample"]
    list_filter = ["kind", "district"]
    search_fields = ["name", "short_name", "code"]


@admin.register(User)
class PersonAdmin(ReadOnly, admin.ModelAdmin[User]):
    """People are kept at the desk; here an administrator's own access is taken away."""

    list_display = ["username", "name", "role", "organisation", "is_active", "is_superuser"]
    list_filter = ["role", "is_active", "is_superuser"]
    search_fields = ["username", "name"]
    fields = [
        *("username", "name", "role", "organisation", "phone", "last_login", "date_joined"),
        *("is_active", "is_staff", "is_superuser"),
    ]
    readonly_fields = ["username", "name", "role", "organisation", "phone", "last_login", "date_joined"]

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return request.user.is_superuser and (obj is None or obj.is_superuser or obj.is_staff)


@admin.register(Authenticator)
class SecondFactorAdmin(ReadOnly, AuthenticatorAdmin):
    """A second factor can be taken away when its telephone is lost; its secret is not shown."""

    exclude = ["data"]

    def has_delete_permission(self, request: HttpRequest, obj: Authenticator | None = None) -> bool:
        return request.user.is_superuser
