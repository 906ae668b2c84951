"""A district determines its own sites: a clerk puts the list forward, the head decides, then it is filed."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Notification
from core.acting import Refusal
from documents.models import Document
from documents.papers import OFFICE, DocumentKind
from documents.rendering import paper_html
from sites import services
from sites.enums import Action, FilingState, Stage
from sites.models import Filing, Site, StageChange
from sites.workflow import InvalidTransition, OnePerson, PhaseClosed
from tests import factories
from tests.sites import making

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
WHY = "示例：还要再商量"


@pytest.fixture
def ready():
    """A complete list of a district, its clerk, and who heads the office."""
    filing, clerk = making.complete_list()
    return filing, clerk, making.head(filing.organisation)


def again(filing: Filing) -> Filing:
    return Filing.objects.get(pk=filing.pk)


def stages(filing: Filing) -> set[str]:
    return set(filing.sites.values_list("stage", flat=True))


def paper_of(filing: Filing) -> Document:
    return Document.objects.filter(kind=DocumentKind.DISTRICT_DETERMINATION, sites__filing=filing).latest(
        "pk"
    )


def change(filing: Filing, by, **fields) -> Site:
    site = filing.sites.order_by("pk")[0]
    for name, value in fields.items():
        setattr(site, name, value)
    post = site.liaisons.get()
    return services.save_site(
        filing=filing, site=site, by=by, liaison_name=post.name, liaison_phone=post.phone
    )


# -- the road ---------------------------------------------------------------------------------------


def test_list_is_put_forward_decided_filed_reviewed_and_determined(ready):
    filing, clerk, head = ready
    services.put_forward(filing=filing, by=clerk)
    assert Notification.objects.get(user=head).text == "%(list)s waits for your determination."
    services.decide(filing=filing, by=head)
    assert stages(filing) == {Stage.DECIDED}
    decided = again(filing)
    assert (decided.state, decided.prepared_by, decided.decided_by) == (FilingState.DECIDED, clerk, head)
    assert Notification.objects.filter(user=clerk).latest("pk").url == filing.get_absolute_url()
    services.file_list(filing=filing, by=clerk)
    services.review(filing=again(filing), opinion="同意（示例）。", by=factories.user(Role.OFFICE))
    making.determine(again(filing))
    assert stages(filing) == {Stage.DETERMINED}
    assert again(filing).decided_by == head


def test_list_is_not_filed_before_its_head_has_decided(ready):
    filing, clerk, head = ready
    with pytest.raises(InvalidTransition, match="put it, as it stands now, before the head"):
        services.file_list(filing=filing, by=clerk)
    services.put_forward(filing=filing, by=clerk)
    with pytest.raises(InvalidTransition, match="has not determined this list yet"):
        services.file_list(filing=filing, by=head)
    assert stages(filing) == {Stage.DRAFT}


def test_where_the_programme_does_not_ask_for_it_a_list_is_filed_as_it_is(ready):
    filing, clerk, head = ready
    programme = filing.programme
    programme.districts_determine = False
    programme.save()
    for act in (services.put_forward, services.decide):
        with pytest.raises(InvalidTransition):
            act(filing=filing, by=head)
    services.file_list(filing=filing, by=clerk)
    assert stages(filing) == {Stage.FILED}


def test_list_of_a_designated_unit_is_filed_as_it_is():
    by = factories.user(Role.LIAISON, making.designated())
    filing = making.own_list(by)
    making.add_site(filing, by)
    with pytest.raises(InvalidTransition):
        services.put_forward(filing=filing, by=by)
    services.file_list(filing=filing, by=by)
    assert stages(filing) == {Stage.FILED}


# -- two people ---------------------------------------------------------------------------------------


def test_who_put_it_forward_does_not_decide(ready):
    filing, _clerk, head = ready
    making_it = factories.user(Role.DISTRICT, head.organisation, is_head=True)
    services.put_forward(filing=filing, by=making_it)
    with pytest.raises(OnePerson):
        services.decide(filing=filing, by=making_it)
    factories.send_away(making_it, head)
    with pytest.raises(OnePerson):
        services.decide(filing=filing, by=head)
    assert stages(filing) == {Stage.DRAFT}


def test_clerk_who_is_made_head_does_not_decide_on_his_own_draft(ready, client):
    filing, clerk, _head = ready
    services.put_forward(filing=filing, by=clerk)
    clerk.is_head = True
    clerk.save()
    with pytest.raises(OnePerson):
        services.decide(filing=filing, by=clerk)
    client.force_login(clerk)
    page = reverse("sites:filing_decide", args=[filing.pk])
    html = client.get(page).content.decode()
    assert "You prepared this list" in html
    assert "Determine these sites" not in html
    client.post(page)
    assert again(filing).state == FilingState.DRAFT


def test_database_refuses_one_person_too(ready):
    filing, clerk, _head = ready
    rows = Filing.objects.filter(pk=filing.pk)
    decided = {"state": FilingState.DECIDED, "decided_by": clerk, "decided_on": "2008-01-10"}
    for prepared_by in (clerk, None):
        with pytest.raises(IntegrityError, match="filing_decided_by_another"), transaction.atomic():
            rows.update(prepared_by=prepared_by, **decided)
    with pytest.raises(IntegrityError, match="filing_decided_says_by_whom"), transaction.atomic():
        rows.update(state=FilingState.DECIDED)


def test_only_the_head_of_the_own_district_decides(ready):
    filing, clerk, _head = ready
    services.put_forward(filing=filing, by=clerk)
    elsewhere = making.head(factories.district("乌达"))
    others = [factories.user(role) for role in Role if role != Role.DISTRICT]
    for person in (factories.user(Role.DISTRICT, clerk.organisation), elsewhere, *others):
        with pytest.raises(PermissionDenied):
            services.decide(filing=filing, by=person)
    for person in (elsewhere, *others):
        with pytest.raises(PermissionDenied):
            services.put_forward(filing=filing, by=person)


def test_what_nobody_has_put_forward_is_not_decided(ready):
    filing, clerk, head = ready
    with pytest.raises(InvalidTransition, match="Nobody has put this list forward"):
        services.decide(filing=filing, by=head)
    services.put_forward(filing=filing, by=clerk)
    change(filing, clerk, reason="另一个理由（示例）")
    with pytest.raises(InvalidTransition, match="Nobody has put this list forward"):
        services.decide(filing=filing, by=head)


def test_incomplete_list_is_neither_put_forward_nor_decided(ready):
    filing, clerk, head = ready
    services.put_forward(filing=filing, by=clerk)
    filing.sites.order_by("pk")[0].liaisons.all().delete()
    with pytest.raises(ValidationError, match="no liaison is named"):
        services.decide(filing=filing, by=head)
    with pytest.raises(ValidationError, match="no liaison is named"):
        services.put_forward(filing=filing, by=clerk)


def test_after_the_phase_nothing_is_decided(ready, on):
    filing, clerk, head = ready
    services.put_forward(filing=filing, by=clerk)
    on("2008-02-01")
    with pytest.raises(PhaseClosed):
        services.decide(filing=filing, by=head)


def test_without_a_head_the_page_says_who_makes_one(client):
    filing, clerk = making.complete_list()
    with pytest.raises(Refusal, match="the municipal office opens such an account"):
        services.put_forward(filing=filing, by=clerk)
    client.force_login(clerk)
    html = client.get(filing.get_absolute_url()).content.decode()
    assert "The municipal office opens such an account" in html
    assert reverse("people:person_add") not in html
    client.force_login(factories.user(Role.OFFICE))
    assert f"{reverse('people:person_add')}?organisation={clerk.organisation_id}&amp;role=district" in (
        client.get(filing.get_absolute_url()).content.decode()
    )


def test_head_hands_it_back_with_what_is_to_be_changed(ready, client):
    filing, clerk, head = ready
    with pytest.raises(InvalidTransition):
        services.hand_back(filing=filing, reason=WHY, by=head)
    services.put_forward(filing=filing, by=clerk)
    with pytest.raises(PermissionDenied):
        services.hand_back(filing=filing, reason=WHY, by=clerk)
    with pytest.raises(ValidationError):
        services.hand_back(filing=filing, reason=" ", by=head)
    page = reverse("sites:filing_hand_back", args=[filing.pk])
    client.force_login(head)
    assert page in client.get(filing.get_absolute_url()).content.decode()
    assert client.post(page, {"reason": WHY}).status_code == 302
    assert again(filing).put_forward_on is None
    assert "handed %(list)s back" in Notification.objects.filter(user=clerk).latest("pk").text
    client.force_login(clerk)
    assert client.get(page).status_code == 403
    assert WHY in client.get(filing.get_absolute_url()).content.decode()
    with pytest.raises(InvalidTransition):
        services.decide(filing=filing, by=head)


# -- a change voids it --------------------------------------------------------------------------------


def added(filing, by) -> None:
    making.add_site(filing, by)


def changed(filing, by) -> None:
    change(filing, by, window_name="另一个窗口（示例）")


def other_liaison(filing, by) -> None:
    site = filing.sites.order_by("pk")[0]
    services.save_site(
        filing=filing, site=site, by=by, liaison_name="示例新联络员", liaison_phone=making.PHONE
    )


def taken_off(filing, by) -> None:
    services.withdraw_site(site=filing.sites.order_by("pk")[0], reason=WHY, by=by)


def imported(filing, by) -> None:
    making.taken(filing, by, [making.row(factories.unit(filing.organisation))])


@pytest.mark.parametrize("act", [added, changed, other_liaison, taken_off, imported])
def test_change_after_the_decision_voids_it(ready, act):
    filing, clerk, head = ready
    making.add_site(filing, clerk)
    making.decide(filing, clerk)
    paper = paper_of(filing)
    act(again(filing), clerk)
    voided = again(filing)
    assert (voided.state, voided.decided_by, voided.put_forward_on) == (FilingState.DRAFT, None, None)
    assert stages(filing) - {Stage.WITHDRAWN} == {Stage.DRAFT}
    assert StageChange.objects.filter(action=Action.LAPSE, by=clerk).count() == 5
    paper.refresh_from_db()
    assert "名单在确定后作了改动" in paper.withdrawn_why
    assert "what was determined is void" in Notification.objects.filter(user=head).latest("pk").text
    with pytest.raises(InvalidTransition, match="put it, as it stands now, before the head"):
        services.file_list(filing=filing, by=clerk)
    making.file(filing, clerk)
    assert stages(filing) - {Stage.WITHDRAWN} == {Stage.FILED}


def test_saving_a_row_as_it_is_voids_nothing():
    filing, clerk = making.decided_list()
    change(filing, clerk)
    assert again(filing).state == FilingState.DECIDED


def test_row_that_was_decided_on_stays_on_record():
    filing, clerk = making.decided_list()
    site = filing.sites.order_by("pk")[0]
    with pytest.raises(ValidationError, match="determined or filed before"):
        services.remove_site(site=site, by=clerk)
    assert again(filing).state == FilingState.DECIDED


def test_row_that_came_back_is_returned_again_and_keeps_what_replaces_it(client):
    filing, clerk = making.filed_list()
    services.send_back(filing=filing, remarks=WHY, by=factories.user(Role.OFFICE))
    making.decide(again(filing), clerk)
    site = filing.sites.order_by("pk")[0]
    client.force_login(clerk)
    page = reverse("sites:site_edit", args=[filing.pk, site.pk])
    assert "replacement_reason" in client.get(page).context["form"].fields
    site.window_name = "另一个窗口（示例）"
    with pytest.raises(ValidationError, match="replaced"):
        services.save_site(filing=filing, site=site, by=clerk)
    liaison = {"liaison_name": "示例联络员", "liaison_phone": making.PHONE}
    services.save_site(filing=filing, site=site, by=clerk, replacement_reason=WHY, **liaison)
    assert site.replacements.get().before["window_name"] != site.window_name
    assert (again(filing).state, stages(filing)) == (FilingState.RETURNED, {Stage.RETURNED})


# -- taken back ---------------------------------------------------------------------------------------


def test_decision_is_taken_back_by_who_took_it_until_it_is_filed(client):
    filing, clerk = making.decided_list()
    head, other = filing.decided_by, factories.user(Role.DISTRICT, clerk.organisation, is_head=True)
    with pytest.raises(InvalidTransition):
        services.recall(filing=filing, reason=WHY, by=other)
    with pytest.raises(PermissionDenied):
        services.recall(filing=filing, reason=WHY, by=clerk)
    client.force_login(head)
    assert client.post(reverse("sites:filing_recall", args=[filing.pk]), {"reason": WHY}).status_code == 302
    assert (again(filing).state, stages(filing)) == (FilingState.DRAFT, {Stage.DRAFT})
    assert paper_of(filing).withdrawn_why == WHY
    making.file(filing, clerk)
    assert head.organisation_id == clerk.organisation_id
    with pytest.raises((InvalidTransition, PermissionDenied)):
        services.recall(filing=filing, reason=WHY, by=other)


# -- the paper ----------------------------------------------------------------------------------------


def test_paper_is_the_districts_own():
    filing, _clerk = making.decided_list()
    paper, office = paper_of(filing), factories.district_office(filing.organisation)
    assert paper.full_number == "海勃湾政公办〔2008〕1号"
    assert paper.title == f"{office}关于确定海勃湾区政务公开示范点的通知"
    assert set(paper.sites.all()) == set(filing.sites.all())
    assert not paper.is_public
    html = paper_html(paper.kind, paper.context)
    assert f"{office}文件" in html
    assert "为海勃湾区区级政务公开示范点" in html
    assert f"抄送：{OFFICE}。" in html
    for site in filing.sites.all():
        assert site.window_name in html


def test_later_decision_replaces_the_paper_of_the_earlier_one():
    filing, clerk = making.filed_list()
    first = paper_of(filing)
    services.send_back(filing=filing, remarks=WHY, by=factories.user(Role.OFFICE))
    making.file(again(filing), clerk)
    assert paper_of(filing).number == 2
    first.refresh_from_db()
    assert "重新确定" in first.withdrawn_why


# -- the pages ----------------------------------------------------------------------------------------


def test_pages_lead_clerk_and_head_along_the_road(ready, client):
    filing, clerk, head = ready

    def page(person) -> str:
        client.force_login(person)
        return str(client.get(filing.get_absolute_url()).content.decode())

    forward, decide, file = (
        reverse(f"sites:{name}", args=[filing.pk])
        for name in ("filing_put_forward", "filing_decide", "filing_file")
    )
    assert forward in page(clerk)
    assert file not in page(clerk)
    assert "File it, for good" not in client.get(file).content.decode()
    assert "a colleague of yours puts it before you" in page(head)
    client.force_login(clerk)
    assert client.get(decide).status_code == 403
    assert str(head) in client.get(forward).content.decode()
    client.post(forward)
    assert "waits for the determination" in page(clerk)
    assert decide in page(head)
    assert str(clerk) in client.get(decide).content.decode()
    client.post(decide)
    assert file in page(clerk)
    assert paper_of(filing).title in page(clerk)
    edit = reverse("sites:site_edit", args=[filing.pk, filing.sites.order_by("pk")[0].pk])
    assert "If you change it, that is void" in client.get(edit).content.decode()
    client.post(file)
    assert again(filing).state == FilingState.FILED
