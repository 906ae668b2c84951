"""The system administrator's pages: one door, and nothing the workflow forbids."""

import pytest
from auditlog.models import LogEntry
from django.contrib import admin
from django.contrib.auth.models import Group
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Organisation, User
from audit.models import Seal
from audit.sealing import seal_trail
from sites.enums import HolidayKind, Stage
from sites.models import Filing, Holiday, Programme, Site, StageChange
from standards.models import Item, Rulebook, Section, Standard
from tests import factories

pytestmark = pytest.mark.django_db

READ_ONLY = [LogEntry, Seal, Standard, Section, Rulebook, Programme, Filing, Site, Organisation]


@pytest.fixture
def administrator():
    return User.objects.create_superuser(username="root", password=factories.PASSWORD, name="示例管理员")


@pytest.fixture
def rows():
    """At least one row of every read-only model."""
    site = factories.site(Stage.BUILDING)
    StageChange.objects.create(
        site=site,
        action="agree_plan",
        from_stage=Stage.DETERMINED,
        to_stage=Stage.BUILDING,
        by=factories.user(Role.OFFICE),
        on="2008-01-10",
    )
    seal_trail()
    return site


def address(model, page, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def test_anonymous_is_sent_to_the_portals_own_log_in(client):
    response = client.get(reverse("admin:login"))

    assert response.status_code == 302
    assert response.url.startswith(reverse("account_login"))


@pytest.mark.parametrize("role", Role.values)
def test_nobody_enters_by_role(client, role):
    client.force_login(factories.user(role))

    assert client.get(reverse("admin:login")).status_code == 403
    assert client.get(address(Site, "changelist")).status_code == 302


@pytest.mark.parametrize("model", READ_ONLY, ids=lambda model: model.__name__)
def test_record_is_shown_and_cannot_be_written(client, administrator, rows, model):
    client.force_login(administrator)
    record = model._default_manager.order_by("pk").first()
    before = list(model._default_manager.order_by("pk").values())

    assert client.get(address(model, "changelist")).status_code == 200
    assert client.get(address(model, "change", record.pk)).status_code == 200
    assert client.get(address(model, "add")).status_code == 403
    assert client.post(address(model, "add"), {}).status_code == 403
    assert client.post(address(model, "change", record.pk), {"stage": Stage.NAMED}).status_code == 403
    assert client.post(address(model, "delete", record.pk), {"post": "yes"}).status_code == 403
    selected = {"action": "delete_selected", "_selected_action": [record.pk], "post": "yes"}
    client.post(address(model, "changelist"), selected)
    assert list(model._default_manager.order_by("pk").values()) == before


def test_every_record_of_the_workflow_is_read_only(client, administrator, rf):
    """What is registered tomorrow is asked too: only these may be written here."""
    request = rf.get("/")
    request.user = administrator

    writable = {
        model.__name__
        for model, pages in admin.site._registry.items()
        if pages.has_change_permission(request)
    }

    assert writable == {"User", "Holiday"}


def test_item_is_shown_within_its_section(client, administrator):
    client.force_login(administrator)
    item = Item.objects.select_related("section").first()

    response = client.get(address(Section, "change", item.section_id))

    assert item.clause in response.content.decode()


def test_step_of_a_site_is_shown(client, administrator, rows):
    client.force_login(administrator)

    response = client.get(address(Site, "change", rows.pk))

    assert f"{Stage.DETERMINED.label} → {Stage.BUILDING.label}" in response.content.decode()


def test_trail_can_be_searched(client, administrator):
    client.force_login(administrator)
    unit = factories.unit()

    response = client.get(address(LogEntry, "changelist"), {"q": unit.name})

    assert [entry.object_repr for entry in response.context["cl"].result_list] == [unit.name]


def test_next_years_holiday_is_entered(client, administrator):
    client.force_login(administrator)
    fields = {"date": "2027-02-08", "kind": HolidayKind.OFF, "name": "春节", "source": "示例通知"}

    response = client.post(address(Holiday, "add"), fields)

    assert response.status_code == 302
    assert Holiday.objects.get(date="2027-02-08").name == "春节"


def test_holiday_twice_is_refused(client, administrator):
    client.force_login(administrator)
    fields = {"date": "2008-05-01", "kind": HolidayKind.WORK, "name": "示例", "source": "示例通知"}

    response = client.post(address(Holiday, "add"), fields)

    assert response.context["adminform"].form.errors.keys() == {"date"}
    assert Holiday.objects.get(date="2008-05-01").kind == HolidayKind.OFF


@pytest.mark.parametrize("model", [Organisation, User], ids=lambda model: model.__name__)
def test_organisation_and_person_are_not_deleted(client, administrator, model):
    client.force_login(administrator)
    record = model.objects.order_by("pk").first()

    response = client.post(address(model, "delete", record.pk), {"post": "yes"})

    assert response.status_code == 403
    assert model.objects.filter(pk=record.pk).exists()


def test_people_are_read_and_written_at_the_desk(client, administrator):
    client.force_login(administrator)
    person = factories.user(Role.LIAISON)

    assert client.get(address(User, "changelist")).status_code == 200
    assert client.get(address(User, "change", person.pk)).status_code == 200
    assert client.get(address(User, "add")).status_code == 403
    assert client.post(address(User, "change", person.pk), {"is_staff": "on"}).status_code == 403
    person.refresh_from_db()
    assert (person.is_active, person.is_staff) == (True, False)


def test_access_of_an_administrator_is_taken_away(client, administrator):
    client.force_login(administrator)
    other = User.objects.create_superuser(username="other", password=factories.PASSWORD, name="示例")

    response = client.post(address(User, "change", other.pk), {"name": "x", "username": "x"})

    assert response.status_code == 302
    other.refresh_from_db()
    assert (other.is_active, other.is_staff, other.is_superuser) == (False, False, False)
    assert other.username == "other"


def test_groups_and_mail_addresses_have_no_page():
    registered = {model.__name__ for model in admin.site._registry}

    assert Group not in admin.site._registry
    assert "EmailAddress" not in registered


def test_secret_of_a_second_factor_is_not_shown(client, administrator):
    from allauth.mfa.models import Authenticator

    client.force_login(administrator)
    factor = Authenticator.objects.create(user=administrator, type="totp", data={"secret": "示例密钥"})

    response = client.get(address(Authenticator, "change", factor.pk))

    assert response.status_code == 200
    assert "示例密钥" not in response.content.decode()
    client.post(address(Authenticator, "delete", factor.pk), {"post": "yes"})
    assert not Authenticator.objects.exists()
