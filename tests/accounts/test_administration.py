"""Django's administration: of every page, what each of the three administrators and everybody else may do.

A model that is registered anew fails here until it stands in the table; what a rule of the workflow is about
has no page.
"""

import re
from collections.abc import Iterable

import pytest
from allauth.mfa.models import Authenticator
from auditlog.models import LogEntry
from auditlog.registry import auditlog
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import translation

from accounts.administration import AdministratorsPage
from accounts.enums import Role
from accounts.models import Organisation, User
from sites.enums import HolidayKind
from sites.models import Holiday
from tests import factories

pytestmark = pytest.mark.django_db

# By model: who reads its pages, and who writes by them.
REVIEWED: dict[type, tuple[set[str], set[str]]] = {
    Organisation: ({Role.SYSTEM, Role.SECURITY}, set()),
    User: ({Role.SECURITY}, set()),
    Authenticator: ({Role.SECURITY}, set()),
    Holiday: ({Role.SYSTEM}, {Role.SYSTEM}),
}
ENTERS = {Role.SYSTEM, Role.SECURITY}
INDEX = reverse("admin:index")
HOLIDAY = {"date": "2027-02-08", "kind": HolidayKind.OFF, "name": "春节", "source": "示例通知"}


def address(model, page, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def record_of(model):
    if model is Authenticator:
        return Authenticator.objects.create(
            user=factories.user(Role.OFFICE), type="totp", data={"secret": "示例密钥"}
        )
    return model._default_manager.order_by("pk").first()


def rows(models: Iterable[type]):
    return {model: list(model._default_manager.order_by("pk").values()) for model in models}


def test_every_page_is_in_the_table_and_built_on_the_base():
    assert set(admin.site._registry) == set(REVIEWED)
    for page in admin.site._registry.values():
        assert isinstance(page, AdministratorsPage)
        assert not page.inlines


def test_anonymous_is_sent_to_the_portals_own_log_in(client):
    answer = client.get(reverse("admin:login"))
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("account_login"))


@pytest.mark.parametrize("model", REVIEWED, ids=lambda model: model.__name__)
@pytest.mark.parametrize("role", ["", *Role])
def test_page_does_for_each_what_the_table_says(client, role, model):
    readers, writers = REVIEWED[model]
    reads, writes, enters = role in readers, role in writers, role in ENTERS
    person = factories.user(role)
    # Rights of Django's own making count for nothing.
    person.user_permissions.set(Permission.objects.filter(content_type__model=model._meta.model_name))
    client.force_login(person)
    record = record_of(model)
    before = rows(REVIEWED)

    def seen(may):
        return 302 if not enters else 200 if may else 403

    for page, args, may in (
        ("changelist", (), reads),
        ("add", (), writes),
        ("change", (record.pk,), reads),
        ("history", (record.pk,), reads),
        ("delete", (record.pk,), False),
    ):
        assert client.get(address(model, page, *args)).status_code == seen(may), page
    for page, args, data in (
        ("delete", (record.pk,), {"post": "yes"}),
        ("changelist", (), {"action": "delete_selected", "_selected_action": [record.pk], "post": "yes"}),
        ("history", (record.pk,), {}),
    ):
        client.post(address(model, page, *args), data)
        assert rows(REVIEWED) == before, page
    for page, args in (("add", ()), ("change", (record.pk,))):
        answer = client.post(address(model, page, *args), {"role": Role.SYSTEM, "name": "x"})
        assert answer.status_code == seen(writes), page  # 200: the form again, it was not filled in
        assert rows(REVIEWED) == before, page


def test_password_is_changed_by_the_portals_own_rules_alone(client):
    client.force_login(factories.user(Role.SYSTEM))
    for send in (client.get, client.post):
        assert send(reverse("admin:password_change")).url == reverse("account_change_password")


@pytest.mark.parametrize("role", ["", *Role])
def test_index_shows_what_one_may_do_and_nothing_else(client, role):
    client.force_login(factories.user(role))
    answer = client.get(INDEX)
    if role not in ENTERS:
        assert answer.status_code == 302
        return
    shown = {model["model"] for app in answer.context["app_list"] for model in app["models"]}
    assert shown == {model for model, (readers, _writers) in REVIEWED.items() if role in readers}


def test_an_account_that_is_switched_off_enters_no_more(client):
    person = factories.user(Role.SYSTEM)
    client.force_login(person)
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert client.get(INDEX).status_code == 302


def test_next_years_holiday_is_entered_and_stands_in_the_trail(client):
    person = factories.user(Role.SYSTEM)
    client.force_login(person)
    assert client.post(address(Holiday, "add"), HOLIDAY).status_code == 302
    holiday = Holiday.objects.get(date="2027-02-08")
    assert client.post(address(Holiday, "change", holiday.pk), {**HOLIDAY, "name": "示例"}).status_code == 302
    entries = LogEntry.objects.get_for_object(holiday)
    assert [entry.actor for entry in entries] == [person, person]


def test_every_model_that_is_written_here_stands_in_the_trail():
    written = {model for model, (_readers, writers) in REVIEWED.items() if writers}
    assert written <= set(auditlog.get_models())


def test_holiday_twice_is_refused(client):
    client.force_login(factories.user(Role.SYSTEM))
    answer = client.post(address(Holiday, "add"), {**HOLIDAY, "date": "2008-05-01", "kind": HolidayKind.WORK})
    assert answer.context["adminform"].form.errors.keys() == {"date"}
    assert Holiday.objects.get(date="2008-05-01").kind == HolidayKind.OFF


def test_secret_of_a_second_factor_and_a_password_are_not_shown(client):
    person = factories.user(Role.SECURITY)
    client.force_login(person)
    assert (
        "示例密钥"
        not in client.get(address(Authenticator, "change", record_of(Authenticator).pk)).content.decode()
    )
    assert person.password not in client.get(address(User, "change", person.pk)).content.decode()


@pytest.mark.parametrize(
    "model", sorted({*REVIEWED} - {Authenticator}, key=str)
)  # allauth gives its own no name
def test_each_kind_of_record_and_its_room_have_a_chinese_name(model):
    """Django makes one up where none is given: a word of English, with an s behind it."""
    with translation.override("zh-hans"):
        named = f"{apps.get_app_config(model._meta.app_label).verbose_name}{model._meta.verbose_name_plural}"
    assert not re.search("[A-Za-z]", named), named
