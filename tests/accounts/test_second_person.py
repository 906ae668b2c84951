"""One person does not become the second one: role, link and factor never come from one hand."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from accounts import services
from accounts.enums import PersonState, Role
from accounts.models import Motion, Organisation, User
from accounts.services import appointing, motions
from core.acting import Refusal
from core.clock import today
from sites.enums import Register
from tests import factories
from tests.accounts.factors import with_app
from tests.sites.registers import judge

PASSWORD = "Tr0ub4dor-und-3-Hunde"
ADD = reverse("people:person_add")

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def home(role: str) -> Organisation:
    return factories.user(role).organisation


def proposed(role: str, *, by: User) -> Motion:
    """An account of nobody's, and that it be given this role."""
    person = factories.user("", home(role))
    return motions.move(kind="user.appoint", record=person, values={"role": role}, by=by)


def appointed(role: str, *, by: User, agreed_by: User) -> User:
    motion = proposed(role, by=by)
    motions.agree(motion=motion, by=agreed_by)
    return User.objects.get(pk=motion.record)


def linked(person: User, *, by: User) -> User:
    token = services.make_link(person=person, by=by)
    return services.take_link(key=services.link_key(person), token=token, password=PASSWORD)


@pytest.mark.parametrize("role", [Role.OFFICE, Role.INSPECTOR])
def test_office_alone_opens_no_account_that_counts_as_a_second_person(client, role):
    office = factories.user(Role.OFFICE)
    client.force_login(office)
    data = {"name": "张三丰", "role": role, "organisation": home(role).pk}
    assert client.post(ADD, data).url == User.objects.get(name="张三丰").get_absolute_url()
    person = User.objects.get(name="张三丰")
    assert (person.role, person.state, person.link_made_at) == ("", PersonState.INVITED, None)
    motion = Motion.objects.get(record=person.pk, kind="user.appoint")
    shown = client.get(person.get_absolute_url()).content.decode()
    assert motion.get_absolute_url() in shown
    for by in (office, factories.user(Role.OFFICE), factories.user(Role.SYSTEM)):
        with pytest.raises((PermissionDenied, motions.OnePerson)):
            motions.agree(motion=motion, by=by)
    with pytest.raises(PermissionDenied):
        services.make_link(person=person, by=office)
    client.force_login(leader := factories.user(Role.LEADING_GROUP))
    assert motion.get_absolute_url() in client.get(reverse("desk:home")).content.decode()
    page = client.get(motion.get_absolute_url()).content.decode()
    assert person.username in page
    assert person.get_absolute_url() not in page
    assert client.post(reverse("people:motion_agree", args=[motion.pk])).status_code == 302
    person.refresh_from_db()
    assert person.role == role
    motion.refresh_from_db()
    assert motion.decided_by == leader


@pytest.mark.parametrize("role", Role.GIVEN_BY_TWO)
@pytest.mark.parametrize("by", ["", *Role])
def test_nobody_gives_it_alone_by_any_service(role, by):
    by, place = factories.user(by), home(role)
    with pytest.raises((PermissionDenied, ValidationError)):
        services.add_person(name="示例甲某", role=role, organisation=place, by=by)
    for held in ("", Role.LIAISON, Role.DISTRICT):
        person = factories.user(held, place)
        facts = {"name": person.name, "organisation": place, "phone": "", "email": ""}
        with pytest.raises((PermissionDenied, ValidationError)):
            services.change_person(person=person, role=role, by=by, **facts)
        person.refresh_from_db()
        assert person.role == held


def test_new_portal_with_one_of_each_administrator_gets_its_office_and_leading_group(client):
    system, security = factories.user(Role.SYSTEM), factories.user(Role.SECURITY)
    for role in Role.GIVEN_BY_TWO:
        place = home(role)
        client.force_login(system)
        client.post(ADD, {"name": f"示例{role}", "organisation": place.pk})
        person = User.objects.get(name=f"示例{role}")
        answer = client.post(reverse("people:appoint", args=[person.pk]), {"role": role}, follow=True)
        assert person.username in answer.content.decode()
        motion = Motion.objects.get(record=person.pk)
        assert client.post(reverse("people:motion_agree", args=[motion.pk])).status_code in (403, 422)
        client.force_login(security)
        assert client.post(reverse("people:motion_agree", args=[motion.pk])).status_code == 302
        person.refresh_from_db()
        assert person.role == role
        assert linked(person, by=security).has_usable_password()


def test_who_proposed_the_role_hands_out_no_link():
    office, other = factories.user(Role.OFFICE), factories.user(Role.OFFICE)
    person = appointed(Role.INSPECTOR, by=office, agreed_by=factories.user(Role.LEADING_GROUP))
    with pytest.raises(Refusal, match="Somebody else makes the link"):
        services.make_link(person=person, by=office)
    assert services.make_link(person=person, by=other)


def ways_in(person: User, *, by: User) -> dict[str, Motion]:
    """All that may be proposed of somebody's way in, by this one."""
    values: dict[str, dict[str, str]] = {
        "user.appoint": {"role": Role.INSPECTOR},
        "user.second_factor": {"reason": "示例：手机丢失"},
    }
    return {kind: motions.move(kind=kind, record=person, values=each, by=by) for kind, each in values.items()}


@pytest.mark.parametrize("kind", ["user.appoint", "user.second_factor"])
def test_who_proposed_a_way_in_makes_no_link_before_it_is_agreed_either(kind):
    office, person = factories.user(Role.OFFICE), factories.user(Role.DISTRICT)
    with_app(person)
    motion = ways_in(person, by=office)[kind]
    Motion.objects.exclude(pk=motion.pk).delete()
    with pytest.raises(Refusal, match="Somebody else makes the link"):
        services.make_link(person=person, by=office)
    motions.take_back(motion=motion, reason="示例：误报", by=office)
    assert services.make_link(person=person, by=office)


@pytest.mark.parametrize("role", [Role.OFFICE, Role.SECURITY])
@pytest.mark.parametrize("kind", ["user.appoint", "user.second_factor"])
def test_who_made_the_link_proposes_no_way_in(on, kind, role):
    """Nobody makes an inspector of who they know the password of, or takes the factor from beside it."""
    on("2008-03-03")
    clerk, other = factories.user(role), factories.user(role)
    person = linked(factories.user(Role.DISTRICT), by=clerk)
    with_app(person)
    with pytest.raises(Refusal, match="You made the password link"):
        ways_in(person, by=clerk)
    assert ways_in(person, by=other)[kind].is_open
    Motion.objects.all().delete()
    on("2008-06-03")
    assert ways_in(person, by=clerk)[kind].is_open


def test_who_made_the_link_proposes_no_administrator():
    security = factories.user(Role.SECURITY)
    person = linked(factories.user("", home(Role.SYSTEM)), by=security)
    with pytest.raises(Refusal, match="You made the password link"):
        motions.move(kind="user.administer", record=person, values={"role": Role.AUDITOR}, by=security)


def test_security_administrator_does_not_chain_role_link_and_factor():
    """Who holds a colleague's account by a link that nobody watched agrees to nothing of theirs with it."""
    security, leader = factories.user(Role.SECURITY), factories.user(Role.LEADING_GROUP)
    motion = proposed(Role.OFFICE, by=security)
    taken = linked(leader, by=security)
    with pytest.raises(motions.NotIndependent):
        motions.agree(motion=motion, by=taken)
    assert motion not in Motion.objects.waiting_for(taken)
    lost = factories.user(Role.INSPECTOR)
    with_app(lost)
    reset = motions.move(
        kind="user.second_factor", record=lost, values={"reason": "示例：手机丢失"}, by=security
    )
    with pytest.raises(motions.NotIndependent):
        motions.agree(motion=reset, by=taken)
    motions.agree(motion=reset, by=factories.user(Role.LEADING_GROUP))


def test_who_holds_a_proposers_account_does_not_agree_to_it_either():
    security, office = factories.user(Role.SECURITY), factories.user(Role.OFFICE)
    taken = linked(office, by=security)
    motion = proposed(Role.INSPECTOR, by=taken)
    with pytest.raises(motions.NotIndependent):
        motions.agree(motion=motion, by=security)


def test_what_one_gave_binds_both_for_ninety_days(on):
    on("2008-03-03")
    office, leader = factories.user(Role.OFFICE), factories.user(Role.LEADING_GROUP)
    colleague = appointed(Role.LEADING_GROUP, by=factories.user(Role.SYSTEM), agreed_by=leader)
    linked(office, by=(security := factories.user(Role.SECURITY)))
    with pytest.raises(motions.NotIndependent):
        motions.agree(motion=proposed(Role.OFFICE, by=office), by=security)
    assert leader.pk in {each.pk for each in motions.bound_to(colleague)}
    on((today() + datetime.timedelta(days=91)).isoformat())
    motions.agree(motion=proposed(Role.OFFICE, by=office), by=security)
    assert not motions.bound_to(colleague).exists()


def test_link_of_a_role_of_weight_is_told_to_the_other_administrators_used_or_not():
    security, other = factories.user(Role.SECURITY), factories.user(Role.SECURITY)
    system = factories.user(Role.SYSTEM)
    person = appointed(Role.OFFICE, by=system, agreed_by=other)
    User.objects.filter(pk=person.pk).update(password="!never")
    person.refresh_from_db()
    services.make_link(person=person, by=security)
    for administrator in (other, system):
        assert "made a link to set the password" in str(administrator.notifications.first())
    assert not security.notifications.filter(text__contains="made a link").exists()


@pytest.mark.parametrize("role", Role.GIVEN_BY_TWO)
def test_switched_on_again_it_comes_back_without_the_role(role):
    security, person = factories.user(Role.SECURITY), factories.user(role)
    services.switch_off(person=person, successor=None, reason="示例", by=security)
    assert services.switch_on(person=person, by=security) == ""
    person.refresh_from_db()
    assert (person.is_active, person.role) == (True, "")


def test_role_is_given_of_no_work_at_a_fitting_organisation_and_to_somebody_else():
    system, security = factories.user(Role.SYSTEM), factories.user(Role.SECURITY)
    person = factories.liaison_of(factories.site("building"))
    with pytest.raises(ValidationError, match="work open"):
        motions.move(kind="user.appoint", record=person, values={"role": Role.INSPECTOR}, by=system)
    elsewhere = factories.user("")
    with pytest.raises(ValidationError, match="does not act for"):
        motions.move(kind="user.appoint", record=elsewhere, values={"role": Role.OFFICE}, by=system)
    for record in (security, factories.user(Role.AUDITOR)):
        with pytest.raises(PermissionDenied):
            motions.move(kind="user.appoint", record=record, values={"role": Role.OFFICE}, by=security)
    with pytest.raises(PermissionDenied):
        appointing.give_role(person=elsewhere, role=Role.LIAISON, by=security)


def test_office_proposes_nobody_over_itself(client):
    office, person = factories.user(Role.OFFICE), factories.user("", home(Role.LEADING_GROUP))
    client.force_login(office)
    page = reverse("people:appoint", args=[person.pk])
    assert set(dict(client.get(page).context["form"].fields["role"].choices)) == {"office", "inspector"}
    assert client.post(page, {"role": Role.LEADING_GROUP}).status_code == 422
    leader = factories.user(Role.LEADING_GROUP)
    assert client.get(reverse("people:appoint", args=[leader.pk])).status_code == 403
    for outsider in (Role.LEADING_GROUP, Role.DISTRICT, Role.LIAISON, Role.AUDITOR, Role.INSPECTOR):
        client.force_login(factories.user(outsider))
        assert client.get(page).status_code in (403, 404)


def test_new_name_on_an_account_that_two_people_gave_its_role_is_told():
    """Whoever renames it and makes its link has handed the role on."""
    office, security = factories.user(Role.OFFICE), factories.user(Role.SECURITY)
    for role, told in ((Role.INSPECTOR, 1), (Role.LIAISON, 0)):
        person = factories.user(role)
        facts = {"role": role, "organisation": person.organisation, "phone": person.phone, "email": ""}
        for name in (person.name, "示例乙某"):
            services.change_person(person=person, name=name, by=office, **facts)
        for reader in (person, security):
            lines = [str(line) for line in reader.notifications.all() if "示例乙某" in str(line)]
            assert len(lines) == told
        security.notifications.all().delete()


def test_import_renames_no_account_that_two_people_gave_its_role():
    for role, told in ((Role.INSPECTOR, [("wrong", ["name"])]), (Role.LIAISON, ["changed"])):
        person = factories.user(role)
        row = {
            "username": person.username,
            "name": "示例丙某",
            "role": str(Role(role).label),
            "is_active": "是",
        }
        assert judge(Register.PEOPLE, row | {"organisation": person.organisation.name}) == told
