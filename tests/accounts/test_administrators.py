"""三员: made on the machine or by two, one of the three each; nobody changes their own rights."""

import io
import re

import pytest
from auditlog.models import LogEntry
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.enums import MotionState, PersonState, Role
from accounts.models import Motion, User
from accounts.services import administrators, motions
from core.acting import Refusal
from core.enums import Severity
from core.health import conditions
from desk.open_steps import bring_up_to_date
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

THREE = {"system": "示例张某", "security": "示例李某", "audit": "示例王某"}


def command(*args, **options):
    out = io.StringIO()
    call_command("administrators", *args, **options, stdout=out)
    return out.getvalue()


def page(person):
    return reverse("people:administer", args=[person.pk])


def move(person, role, *, by):
    return motions.move(kind="user.administer", record=person, values={"role": role}, by=by)


# -- on the machine --------------------------------------------------------------------------------


def test_one_command_makes_the_three_each_with_a_link_that_serves_once(client):
    told = command(**THREE)
    made = User.objects.filter(role__in=Role.ADMINISTRATORS)
    assert dict(made.values_list("username", "role")) == {
        "xitong01": Role.SYSTEM,
        "anquan01": Role.SECURITY,
        "shenji01": Role.AUDITOR,
    }
    assert {person.state for person in made} == {PersonState.INVITED}
    links = re.findall(r"https?://[^/]+(/\S+)", told)
    assert len(links) == 3
    for link in links:
        assert client.get(link, follow=True).context["validlink"]
    assert "anquan01" in command()
    assert "http" not in command()


def test_the_three_are_three_people():
    with pytest.raises(CommandError, match="one person has one account"):
        command(system="示例张某", security="示例张某", audit="示例王某")
    assert not User.objects.filter(role__in=Role.ADMINISTRATORS).exists()


@pytest.mark.parametrize("name", ["管理员", "admin", "7", ""])
def test_an_administrator_bears_a_persons_name(name):
    if name:
        with pytest.raises(CommandError):
            command(security=name)
    else:
        command(security=name)
    assert not User.objects.filter(role=Role.SECURITY).exists()


def test_a_new_link_for_an_administrator_ends_the_password_and_everybody_concerned_is_told():
    system, security = factories.user(Role.SYSTEM), factories.user(Role.SECURITY)
    assert "http" in command(link=system.username)
    system.refresh_from_db()
    assert system.state == PersonState.INVITED
    for person in (system, security):
        assert "root made a link" in str(person.notifications.get())
    with pytest.raises(CommandError):
        command(link=factories.user(Role.OFFICE).username)


def test_nobody_is_made_who_may_do_everything():
    with pytest.raises(CommandError, match="portal manage administrators makes"):
        call_command("createsuperuser")
    with pytest.raises(AttributeError):
        User.objects.create_superuser("root")
    assert {"is_superuser", "is_staff"} & {field.name for field in User._meta.get_fields()} == set()


def test_database_knows_no_other_role():
    person = factories.user(Role.SECURITY)
    for role in ("root", "system_admin,security_admin", "office "):
        with pytest.raises(IntegrityError, match="user_has_one_known_role"), transaction.atomic():
            User.objects.filter(pk=person.pk).update(role=role)


def test_health_tells_who_of_the_three_is_missing():
    [condition] = [each for each in conditions if each.id == "administrators"]
    assert condition.look().severity == Severity.WARNING
    command(**THREE)
    assert condition.look().severity == Severity.OK
    assert "one security administrator" in condition.look().words
    User.objects.filter(role=Role.AUDITOR).update(is_active=False)
    assert "auditor" in condition.look().words
    assert condition.look().severity == Severity.WARNING


# -- at the desk -----------------------------------------------------------------------------------


def test_two_security_administrators_appoint_a_third(client):
    first, second = factories.user(Role.SECURITY), factories.user(Role.SECURITY)
    person = factories.user("")
    client.force_login(first)
    assert page(person) in client.get(person.get_absolute_url()).content.decode()
    answer = client.post(page(person), {"role": Role.SECURITY}, follow=True)
    motion = Motion.objects.get()
    assert "waits for another person" in answer.content.decode()
    assert client.post(reverse("people:motion_agree", args=[motion.pk])).status_code == 422
    person.refresh_from_db()
    assert person.role == ""
    client.force_login(second)
    assert motion.get_absolute_url() in client.get(reverse("desk:home")).content.decode()
    assert "security administrator" in client.get(motion.get_absolute_url()).content.decode()
    assert client.post(reverse("people:motion_agree", args=[motion.pk])).status_code == 302
    person.refresh_from_db()
    assert person.role == Role.SECURITY
    entry = LogEntry.objects.get_for_object(person).filter(action=LogEntry.Action.UPDATE).latest("pk")
    assert entry.actor == second
    assert entry.changes["role"] == ["", Role.SECURITY]


@pytest.mark.parametrize("role", ["", *(role for role in Role if role != Role.SECURITY)])
def test_nobody_else_proposes_or_agrees(client, role):
    person, outsider = factories.user(""), factories.user(role)
    client.force_login(outsider)
    for send in (client.get, lambda url: client.post(url, {"role": Role.SYSTEM})):
        assert send(page(person)).status_code in (403, 404)
    with pytest.raises(PermissionDenied):
        move(person, Role.SYSTEM, by=outsider)
    motion = move(person, Role.SYSTEM, by=factories.user(Role.SECURITY))
    with pytest.raises(PermissionDenied):
        motions.agree(motion=motion, by=outsider)
    assert client.get(motion.get_absolute_url()).status_code == 404
    with pytest.raises(PermissionDenied):
        administrators.give_role(person=person, role=Role.SYSTEM, by=outsider)


def test_nobody_gives_themselves_a_role_nor_agrees_to_it(client):
    first, second = factories.user(Role.SECURITY), factories.user(Role.SECURITY)
    client.force_login(first)
    for role in ("", *Role):
        assert client.post(page(first), {"role": role}).status_code == 403
        data = {"name": first.name, "role": role, "organisation": first.organisation_id}
        assert client.post(reverse("people:person_edit", args=[first.pk]), data).status_code == 403
    with pytest.raises(PermissionDenied):
        move(first, Role.AUDITOR, by=first)
    about_first = move(first, Role.AUDITOR, by=second)
    with pytest.raises(PermissionDenied):
        motions.agree(motion=about_first, by=first)
    assert client.post(reverse("people:motion_agree", args=[about_first.pk])).status_code in (403, 404)
    first.refresh_from_db()
    assert first.role == Role.SECURITY


def test_database_refuses_it_too():
    first, second = factories.user(Role.SECURITY), factories.user(Role.SECURITY)
    motion = move(factories.user(""), Role.SYSTEM, by=first)
    for column in ("proposed_by", "decided_by"):
        agreed = {"state": MotionState.AGREED, "ended_on": motion.proposed_on, "decided_by": second}
        about = {"record": first.pk} if column == "proposed_by" else {"record": second.pk, **agreed}
        with pytest.raises(IntegrityError, match="motion_nobody_appoints_themselves"), transaction.atomic():
            Motion.objects.filter(pk=motion.pk).update(**about)


def test_who_has_a_part_in_the_campaign_is_no_administrator():
    security = factories.user(Role.SECURITY)
    for role in set(Role) - set(Role.ADMINISTRATORS):
        with pytest.raises(PermissionDenied):
            move(factories.user(role), Role.SYSTEM, by=security)


def test_role_is_one_of_the_three_or_none():
    security, person = factories.user(Role.SECURITY), factories.user("")
    for role in ("office", "root"):
        with pytest.raises((ValidationError, PermissionDenied)):
            move(person, role, by=security)
    with pytest.raises(ValidationError, match="has this role already"):
        move(person, "", by=security)


def test_last_of_a_kind_stays_until_there_is_another_one():
    first, second = factories.user(Role.SECURITY), factories.user(Role.SECURITY)
    auditor = factories.user(Role.AUDITOR)
    with pytest.raises(ValidationError, match="the only auditor"):
        move(auditor, "", by=first)
    factories.user(Role.AUDITOR)
    motions.agree(motion=move(auditor, "", by=first), by=second)
    auditor.refresh_from_db()
    assert auditor.role == ""


def test_switched_off_meanwhile_nothing_is_given():
    first, second, person = factories.user(Role.SECURITY), factories.user(Role.SECURITY), factories.user("")
    motion = move(person, Role.SYSTEM, by=first)
    User.objects.filter(pk=person.pk).update(is_active=False)
    with pytest.raises((PermissionDenied, Refusal)):
        motions.agree(motion=motion, by=second)


def test_system_administrator_is_promised_no_link(client, english):
    """Who gives the role hands it out."""
    client.force_login(factories.user(Role.SYSTEM))
    page = client.get(reverse("people:person_add")).content.decode()
    assert "next page shows a link" not in page
    assert "make the link" not in page
    assert "Links for many" not in client.get(reverse("people:people")).content.decode()


def test_security_administrator_is_told_of_an_account_that_waits_for_its_role(client, english):
    person, home = factories.user(""), reverse("desk:home")
    client.force_login(factories.user(Role.SECURITY))
    assert person.get_absolute_url() in client.get(home).content.decode()
    User.objects.filter(pk=person.pk).update(role=Role.AUDITOR)
    bring_up_to_date()
    assert person.get_absolute_url() not in client.get(home).content.decode()
