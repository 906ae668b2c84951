"""Ties: declared, what they take at once, ended by somebody else."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from accounts.enums import Role
from accounts.models import Notification
from assessments.models import Recusal, Tie
from assessments.services import recusals, ties
from sites.models import Site
from sites.workflow import WorkflowError
from tests import factories
from tests.assessments import builders

pytestmark = pytest.mark.django_db


def declared(person, unit, by=None):
    return ties.declare(user=person, organisation=unit, reason="示例亲属", by=by or person)


def test_tie_takes_the_sites_one_is_sent_to_at_once():
    site, other = builders.building(), builders.building()
    made = builders.team()
    for each in (site, other):
        builders.assigned(each, made)
    person = made.leader
    tie = declared(person, site.organisation)
    recusal = Recusal.objects.get()
    assert (recusal.user, recusal.site, recusal.tie, recusal.reason) == (person, site, tie, "示例亲属")
    assert list(Site.objects.visible_to(person)) == [other]


def test_tie_of_the_office_takes_the_unit_s_sites():
    site = builders.building()
    office = factories.user(Role.OFFICE)
    declared(office, site.organisation)
    assert not Site.objects.visible_to(office).exists()


def test_tie_of_an_auditor_takes_the_unit_s_sites_out_of_the_trail():
    site, auditor = builders.building(), factories.user(Role.AUDITOR)
    declared(auditor, site.organisation)
    assert Recusal.objects.get().user == auditor


def test_office_declares_for_somebody_but_not_over_it():
    unit, office = factories.unit(), builders.office()
    inspector = factories.user(Role.INSPECTOR)
    assert declared(inspector, unit, by=office).declared_by == office
    for role in (Role.LEADING_GROUP, Role.AUDITOR):
        with pytest.raises(PermissionDenied):
            declared(factories.user(role), unit, by=office)
    with pytest.raises(PermissionDenied):
        declared(factories.user(Role.INSPECTOR), unit, by=inspector)


def test_tie_twice_to_the_own_unit_or_without_reason():
    person, unit = factories.user(Role.INSPECTOR), factories.unit()
    declared(person, unit)
    for organisation, reason in ((unit, "示例"), (person.organisation, "示例"), (factories.unit(), " ")):
        with pytest.raises(ValidationError):
            ties.declare(user=person, organisation=organisation, reason=reason, by=person)
    assert Tie.objects.count() == 1


def test_tie_is_ended_by_somebody_else_of_the_office_with_a_reason(on):
    office, colleague, deputy = builders.office(), factories.user(Role.OFFICE), factories.user(Role.OFFICE)
    tie = declared(office, factories.unit())
    factories.send_away(office, deputy)
    for by in (office, deputy, factories.user(Role.INSPECTOR), builders.leader()):
        with pytest.raises(PermissionDenied):
            ties.end(tie=tie, reason="示例", by=by)
    with pytest.raises(ValidationError):
        ties.end(tie=tie, reason=" ", by=colleague)
    on("2008-04-10")
    ties.end(tie=tie, reason="示例调离", by=colleague)
    tie.refresh_from_db()
    assert (tie.ended_on, tie.ended_by, tie.end_reason) == (datetime.date(2008, 4, 10), colleague, "示例调离")
    with pytest.raises(WorkflowError):
        ties.end(tie=tie, reason="示例", by=colleague)


def test_recusals_stay_when_the_tie_ends():
    site = builders.building()
    person = builders.assigned(site).assignment.team.leader
    tie = declared(person, site.organisation)
    ties.end(tie=tie, reason="示例", by=builders.office())
    assert not Site.objects.visible_to(person).exists()


def test_database_lets_nobody_end_their_own_tie():
    tie = declared(factories.user(Role.INSPECTOR), factories.unit())
    tie.ended_on, tie.ended_by, tie.end_reason = datetime.date(2008, 4, 1), tie.user, "示例"
    with pytest.raises(IntegrityError), transaction.atomic():
        tie.save()


# -- recusals ------------------------------------------------------------------


def test_recusal_is_declared_by_the_office_for_somebody():
    site, office = builders.building(), builders.office()
    for role in (Role.INSPECTOR, Role.OFFICE, Role.DISTRICT):
        person = factories.user(role)
        made = recusals.recuse(user=person, site=site, reason="示例", by=office)
        assert (made.declared_by, Site.objects.visible_to(person).exists()) == (office, False)


def test_liaison_is_never_shut_out_of_the_own_site():
    site, office = builders.building(), builders.office()
    liaison = factories.liaison_of(site)
    for by in (office, liaison):
        with pytest.raises(PermissionDenied):
            recusals.recuse(user=liaison, site=site, reason="示例", by=by)
        with pytest.raises(PermissionDenied):
            declared(liaison, factories.unit(), by=by)
    assert Site.objects.visible_to(liaison).get() == site


def test_recusal_of_those_over_the_office_is_their_own_to_declare():
    site = builders.building()
    for role in (Role.LEADING_GROUP, Role.AUDITOR):
        person = factories.user(role)
        with pytest.raises(PermissionDenied):
            recusals.recuse(user=person, site=site, reason="示例", by=builders.office())
        recusals.recuse(user=person, site=site, reason="示例")
    with pytest.raises(PermissionDenied):
        recusals.recuse(
            user=factories.user(Role.INSPECTOR), site=site, reason="示例", by=factories.user(Role.INSPECTOR)
        )


def test_last_of_the_office_is_told_of_and_the_leading_group_hears():
    site, leader = builders.building(), builders.leader()
    office = builders.office()
    assert recusals.is_last_of_office(office, site)
    colleague = factories.user(Role.OFFICE)
    assert not recusals.is_last_of_office(office, site)
    recusals.recuse(user=colleague, site=site, reason="示例")
    assert not Notification.objects.filter(user=leader).exists()
    recusals.recuse(user=office, site=site, reason="示例")
    assert "Nobody of the office" in Notification.objects.get(user=leader).text


def test_leader_is_told_and_the_office_where_too_few_are_left(english):
    site, made = builders.building(), builders.team(size=3)
    office, (first, second, third) = builders.office(), builders.members(made)
    builders.assigned(site, made)

    def told(person):
        found = [str(one) for one in Notification.objects.filter(user=person, site_key=site.pk)]
        Notification.objects.all().delete()
        return found

    Notification.objects.all().delete()
    recusals.recuse(user=third, site=site, reason="示例")
    assert not [line for line in told(office) if "too few" in line]
    recusals.recuse(user=first, site=site, reason="示例")
    assert told(second) == [f"{first} stands aside from {site}; you lead the team there."]
    recusals.recuse(user=second, site=site, reason="示例")
    assert f"Of the team at {site} too few are left: add a member, or send another team." in told(office)


def test_recusal_after_the_signature_tells_no_team():
    site = builders.building()
    leader, member = builders.members(builders.inspected(site).assessment.assignment.team)
    Notification.objects.all().delete()
    recusals.recuse(user=member, site=site, reason="示例")
    assert not Notification.objects.filter(user=leader).exists()


def test_leading_group_hears_whom_the_office_shut_out(english):
    site, leader, office = builders.building(), builders.leader(), builders.office()
    member = factories.user(Role.INSPECTOR)
    recusals.recuse(user=member, site=site, reason="示例", by=office)
    told = [str(one) for one in Notification.objects.filter(user=leader, site_key=site.pk)]
    assert told == [f"{office} declared that {member} stands aside from {site}."]
