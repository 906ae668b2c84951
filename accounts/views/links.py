"""Links to set a password: made by a manager, shown once, taken by the person."""

import datetime
import io
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.views import INTERNAL_RESET_SESSION_TOKEN, PasswordResetConfirmView
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import known_devices, services
from accounts.enums import PersonState
from accounts.forms.links import LinkPasswordForm
from accounts.forms.people import LinkSheetForm, PersonFilter
from accounts.http import StaffRequest
from accounts.models import User
from accounts.rules import makes_links, may_manage
from audit.address import address_of
from core.acting import Refusal, attempt, carried_out

from .fetching import managed_person, managers_only

# The manager's session keeps a new link until its page is drawn: once.
HANDED_OUT = "handed_out_link"
HANDED_OUT_SHEET = "handed_out_links"
# Slips made at once.
AT_MOST = 200


def hand_out(request: StaffRequest, person: User, token: str) -> HttpResponse:
    """To the page that shows a new link, once."""
    request.session[HANDED_OUT] = [person.pk, token]
    return redirect("people:link", person.pk)


@managed_person
@require_http_methods(["GET", "POST"])
def link_make(request: StaffRequest, person: User) -> HttpResponseBase:
    """A new link in place of the password: what that means, then the link."""
    if request.method != "POST":
        return render(request, "people/link_make.html", {"person": person})
    made: list[str] = []
    done = _("The link is made.")
    if attempt(
        request,
        lambda: made.append(services.make_link(person=person, by=request.user)),
        success=done,
    ):
        return hand_out(request, person, made[0])
    return redirect(person)


@managed_person
@require_safe
def link_made(request: StaffRequest, person: User) -> HttpResponseBase:
    """The slip to hand over: whose account, the address, until when. Gone once it has been shown."""
    pk, token = request.session.pop(HANDED_OUT, (None, ""))
    if pk != person.pk:
        messages.warning(request, _("A link is shown once. If it was lost, make a new one."))
        return redirect(person)
    context = {"person": person, "slip": _slip(request, person, token)}
    return render(request, "people/link_made.html", context)


@managers_only
@require_http_methods(["GET", "POST"])
def link_sheet_make(request: StaffRequest) -> HttpResponse:
    """Links for many who have no password yet, as those of a register; the list's filters narrow them."""
    if not makes_links(request.user):
        raise PermissionDenied
    people = PersonFilter(request.GET, reader=request.user).narrow(User.objects.visible_to(request.user))
    found = people.in_state(PersonState.INVITED).select_related("organisation__district")[: AT_MOST + 1]
    managed = [person for person in found if may_manage(request.user, person)]
    form = LinkSheetForm(request.POST if request.method == "POST" else None, people=managed[:AT_MOST])
    made: list[tuple[User, str]] = []
    if form.is_valid() and carried_out(
        form, lambda: made.extend(services.make_links(people=form.cleaned_data["people"], by=request.user))
    ):
        request.session[HANDED_OUT_SHEET] = [(person.pk, token) for person, token in made]
        return redirect("people:link_sheet")
    context = {"form": form, "is_cut": len(found) > AT_MOST, "at_most": AT_MOST}
    return render(request, "people/link_sheet_make.html", context, status=422 if form.errors else 200)


@managers_only
@require_safe
def link_sheet(request: StaffRequest) -> HttpResponse:
    """A slip for each person whose link was just made. Gone once it has been shown."""
    if not makes_links(request.user):
        raise PermissionDenied
    tokens = dict(request.session.pop(HANDED_OUT_SHEET, ()))
    people = User.objects.visible_to(request.user).select_related("organisation").filter(pk__in=tokens)
    if not tokens:
        messages.warning(request, _("Links are shown once. If they were lost, make new ones."))
        return redirect("people:link_sheet_make")
    in_turn = people.order_by("organisation__code", "username")
    slips = [_slip(request, person, tokens[person.pk]) for person in in_turn]
    return render(request, "people/link_sheet.html", {"slips": slips})


@dataclass(frozen=True)
class Slip:
    """What one person is handed: whose account, the address, until when."""

    person: User
    address: str
    ends: datetime.datetime | None
    qr: SafeString
    login: str


def _slip(request: StaffRequest, person: User, token: str) -> Slip:
    address = request.build_absolute_uri(reverse("account_link", args=[services.link_key(person), token]))
    login = request.build_absolute_uri(reverse("account_login"))
    return Slip(person, address, services.link_ends(person), _qr(address), login)


def _qr(address: str) -> SafeString:
    """The address as an inline picture; it stands beside the address itself, so it is decoration."""
    import segno  # noqa: PLC0415  # for this alone

    out = io.BytesIO()
    segno.make(address, micro=False).save(out, kind="svg", xmldecl=False, svgns=False, scale=4, border=0)
    return mark_safe(out.getvalue().decode())  # noqa: S308  # drawn by segno: the address is only in its dots


class PasswordLink(PasswordResetConfirmView):
    """The page behind a link: Django's own, which takes the token out of the address before it shows a form.

    Whoever is signed in at this browser is signed out: offices share computers, and the next page is
    the new person's sign-in.
    """

    template_name = "account/link.html"
    form_class = LinkPasswordForm
    success_url = reverse_lazy("account_login")
    user: User | None

    def get_user(self, uidb64: str) -> User | None:
        return services.person_named(uidb64)

    def form_valid(self, form: "SetPasswordForm[User]") -> HttpResponse:
        token = self.request.session[INTERNAL_RESET_SESSION_TOKEN]
        try:
            person = services.take_link(
                key=self.kwargs["uidb64"],
                token=token,
                password=form.cleaned_data["new_password1"],
                address=address_of(self.request),
            )
        except Refusal:
            self.validlink = False
            return self.render_to_response(self.get_context_data())
        # Whatever strangers try meanwhile, the first sign-in from here is not theirs.
        known_devices.remember(self.request, person)
        logout(self.request)
        messages.success(self.request, _("Your password is set. Sign in with it now."))
        return redirect(self.get_success_url())

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        """A link that does not serve is gone; a refused password is to be mended."""
        bound = self.validlink and context["form"].is_bound
        return super().render_to_response(context, status=422 if bound else 200 if self.validlink else 410)
