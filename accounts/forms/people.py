"""A person, and what the list of people can be narrowed by."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import F, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts import services
from accounts.enums import PersonState, Role
from accounts.models import Organisation, PersonQuerySet, User
from accounts.rules import is_district_office, is_security_administrator, is_system_administrator
from core.changes import ChangeForm
from core.forms import ALL, Form, RecordsField, TidyField, choose_from, offer
from tables.telephones import could_be_part

SORTS = {
    "": (_("organisation"), ("organisation__code", "username")),
    "role": (_("role"), ("role", "organisation__code", "username")),
    "sign_in": (_("last sign-in, longest ago first"), (F("last_login").asc(nulls_first=True), "username")),
    "new": (_("newest account first"), ("-date_joined", "-pk")),
}


class PersonFilter(Form):
    """Search, filters and order of the list of people; what is wrong is ignored, never an error page."""

    q = forms.CharField(label=_("Name, telephone or organisation"), required=False, max_length=100)
    role = forms.ChoiceField(label=_("Role"), required=False, choices=[ALL, *Role.choices])
    district = forms.ModelChoiceField(
        label=_("District"),
        required=False,
        empty_label=_("all"),
        queryset=Organisation.objects.districts(),
    )
    state = forms.ChoiceField(label=_("State"), required=False, choices=[ALL, *PersonState.choices])
    sort = forms.ChoiceField(
        label=_("Sorted by"), required=False, choices=[(key, label) for key, (label, _order) in SORTS.items()]
    )

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_district_office(reader):
            del self.fields["district"], self.fields["role"]

    def narrow(self, people: PersonQuerySet) -> PersonQuerySet:
        """`people` by every filter that is filled and valid, in the order asked for."""
        self.is_valid()
        wanted: dict[str, Any] = self.cleaned_data
        if text := wanted.get("q"):
            people = people.filter(
                Q(name__icontains=text)
                | Q(username__icontains=text)
                | Q(pk__in=_reached_by(text, people))
                | Q(organisation__name__icontains=text)
            )
        if role := wanted.get("role"):
            people = people.filter(role=role)
        if district := wanted.get("district"):
            people = people.filter(Q(organisation=district) | Q(organisation__district=district))
        if state := wanted.get("state"):
            people = people.in_state(state)
        _label, order = SORTS[wanted.get("sort", "")]
        return people.order_by(*order)


def _reached_by(text: str, people: PersonQuerySet) -> list[int]:
    """Whose telephone holds the text: they lie encrypted, so each is opened (a thousand in 15 ms)."""
    if not could_be_part(text):
        return []
    return [pk for pk, phone in people.order_by().values_list("pk", "phone") if text in phone]


class PersonForm(ChangeForm):
    """What is known of a person. A district's people are liaisons, the system administrator gives no role:
    neither is asked for one.
    """

    personal = {"name": "accounts.User.name", "phone": "accounts.User.phone", "email": "accounts.User.email"}

    name = TidyField(
        label=pgettext_lazy("of a person", "Name"),
        max_length=40,
        help_text=_(
            "The person's own name. Accounts are not shared: not the name of an office, a post or a counter, "
            "and one account a person."
        ),
    )
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, initial=Role.LIAISON)
    # Of whom there is nothing to choose.
    only_role: str | None = None
    organisation = forms.ModelChoiceField(
        label=_("Organisation"),
        queryset=Organisation.objects.none(),
        help_text=_(
            "It fits the role: the leading group, the municipal office, a district's office, for a liaison "
            "the unit itself; inspectors and auditors may come from any."
        ),
    )
    phone = TidyField(
        label=_("Telephone"),
        max_length=40,
        required=False,
        help_text=_("With the area code, for example 0473-0000000."),
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )
    email = forms.EmailField(label=_("E-mail"), required=False, max_length=254)
    is_head = forms.BooleanField(
        label=_("Heads the district's office"),
        required=False,
        help_text=_(
            "Determines the district's sites; the list is prepared by a colleague. Of a district office only."
        ),
    )

    def __init__(self, *args: Any, manager: User, person: User | None = None, **kwargs: Any) -> None:
        self.record = person
        if person:
            kwargs["initial"] = {
                name: getattr(person, name)
                for name in ("name", "role", "organisation", "phone", "email", "is_head")
            }
        super().__init__(*args, **kwargs)
        organisations = services.homes(manager).order_by("code")
        if person and person.organisation_id:
            organisations = organisations | Organisation.objects.filter(pk=person.organisation_id)
        choose_from(self, "organisation", organisations)
        if is_district_office(manager) or is_system_administrator(manager):
            self.only_role = Role.LIAISON if is_district_office(manager) else ""
            del self.fields["role"], self.fields["is_head"]
        if is_district_office(manager):
            self.fields["organisation"].help_text = _("The unit of your district whose liaison this is.")
        if self.only_role is None:
            offer(self, "role", services.roles(manager, person))
            self.fields["role"].required = not is_security_administrator(manager)
        if person and self.only_role is None:
            self.fields["role"].help_text = _(
                "A new role takes the old one's pages and rights away at once. Only somebody who has no work "
                "open can be given one. Leading group, office and inspector are proposed on the person's "
                "page."
            )

    def facts(self) -> dict[str, Any]:
        """What the services ask for."""
        return {"role": self.only_role, **self.cleaned_data}


class NewPersonForm(PersonForm):
    username = TidyField(
        label=_("Account name"),
        max_length=30,
        required=False,
        help_text=_(
            "3 to 30 letters (a–z) and digits. Left empty, the next free one is given, such as lianluo21."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )

    field_order = ["name", "role", "organisation", "is_head", "username", "phone", "email"]


class PersonField(forms.ModelChoiceField[User]):
    """A choice among people, told apart by organisation and account name."""

    def label_from_instance(self, person: User) -> str:
        return f"{person}（{person.organisation}，{person.username}）"


class SwitchOffForm(Form):
    """Who follows, and why somebody leaves; of an account that is off, who follows after all."""

    successor = PersonField(
        label=_("Who takes over"),
        required=False,
        empty_label=_("nobody"),
        queryset=User.objects.none(),
        help_text=_(
            "Active people of the same role; for liaisons and district offices, of the same organisation."
        ),
    )
    leaves_open = forms.BooleanField(
        label=_("The work stays open"),
        required=False,
        help_text=_(
            "Only where nobody can take over yet: the posts then show as vacant until it is handed over."
        ),
    )
    reason = TidyField(label=_("Reason"), max_length=300, help_text=_("It stays on record."))

    def __init__(self, *args: Any, person: User, has_work: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_from(self, "successor", services.successors(person))
        if not (has_work and person.is_active):
            del self.fields["leaves_open"]


class LinkSheetForm(Form):
    """For which of some people without a password a link is made; those who hold one are not ticked."""

    people = RecordsField(
        label=_("People"),
        queryset=User.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one person.")},
    )

    def __init__(self, *args: Any, people: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = User.objects.filter(pk__in=[person.pk for person in people]).select_related("organisation")
        choose_from(self, "people", found.order_by("organisation__code", "username"), label=_with_account)
        self.fields["people"].initial = [person.pk for person in people if not _holds_link(person)]


def _holds_link(person: User) -> bool:
    ends = services.link_ends(person)
    return ends is not None and ends > timezone.now()


def _with_account(person: User) -> str:
    named = f"{person.name}（{person.organisation}，{person.username}）"
    if not _holds_link(person):
        return named
    ends = date_format(localtime(services.link_ends(person)), "SHORT_DATETIME_FORMAT")
    return _("%(named)s, has a link until %(ends)s") % {"named": named, "ends": ends}
