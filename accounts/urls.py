"""Signing in and out by allauth's views, of which a staff-only portal needs few; links to set a password."""

from allauth.account import views
from django.urls import include, path

from .views.links import PasswordLink
from .views.second_factor import RemovePasskeyView
from .views.token import token

urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("link/<uidb64>/<token>/", PasswordLink.as_view(), name="account_link"),
    path("token/", token, name="account_token"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("2fa/webauthn/keys/<int:pk>/remove/", RemovePasskeyView.as_view(), name="mfa_remove_webauthn"),
    path("2fa/", include("allauth.mfa.urls")),
]
