"""The office's review page, the leading group's batch page, and what came of it."""

import pytest
from django.urls import reverse

from accounts.enums import Role
from documents.models import Document
from documents.papers import DocumentKind
from sites import services
from sites.enums import FilingState, Stage
from sites.models import Determination, DeterminationLine, Opinion
from sites.services import Answer
from tests import factories
from tests.agreeing import resolved
from tests.sites import making

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

NEW = reverse("sites:determination_new")
LIST = reverse("sites:determinations")
REASON = "窗口尚未投入使用（示例）。"
ATTACK = "<script>alert(1)</script>"


def rows(filing):
    return list(filing.sites.order_by("pk"))


def review_url(filing):
    return reverse("sites:filing_review", args=[filing.pk])


def answered(filing, answer="yes", **exceptions):
    """What the review page sends: one answer for every site, and other fields on top."""
    data = {f"answer_{site.pk}": answer for site in rows(filing)}
    return {
        "version": filing.versions.latest("number").pk,
        "opinion": "拟同意（示例）。",
        **data,
        **exceptions,
    }


def batch(*lists, **changes):
    """What the batch page sends: these lists ticked, every site determined, and other fields on top."""
    data = {}
    for filing in lists:
        data[f"list_{filing.versions.latest('number').pk}"] = "on"
        data |= {f"answer_{site.pk}": "yes" for site in filing.sites.undetermined()}
    return {**data, "resolution": resolved("determination").pk, **changes}


def aside(site, reason=REASON):
    return {f"answer_{site.pk}": "no", f"text_{site.pk}": reason}


def state_of(filing):
    filing.refresh_from_db()
    return filing.state


# -- the review page -------------------------------------------------------------


def test_review_anonymous_is_sent_to_login(client):
    filing, _by = making.filed_list()
    for response in (client.get(review_url(filing)), client.post(review_url(filing), answered(filing))):
        assert response.status_code == 302
        assert response.url.startswith(reverse("account_login"))


def test_review_of_a_list_that_was_never_filed_says_why_not(client):
    filing, _by = making.complete_list()
    client.force_login(factories.user(Role.OFFICE))
    response = client.post(review_url(filing), {"opinion": "示例意见"})
    assert response.status_code == 422
    assert state_of(filing) == FilingState.DRAFT


def test_review_of_another_districts_list_is_not_found(client):
    filing, _by = making.filed_list()
    client.force_login(making.clerk(factories.district("乌达")))
    assert client.get(review_url(filing)).status_code == 404
    assert client.post(review_url(filing), answered(filing)).status_code == 404


def test_review_refused_to_the_filer_and_the_leading_group(client):
    filing, by = making.filed_list()
    for reader in (by, factories.user(Role.LEADING_GROUP)):
        client.force_login(reader)
        assert client.get(review_url(filing)).status_code == 403
        assert client.post(review_url(filing), answered(filing)).status_code == 403
    assert state_of(filing) == FilingState.FILED


def test_review_answers_no_other_method(client):
    filing, _by = making.filed_list()
    client.force_login(factories.user(Role.OFFICE))
    assert client.put(review_url(filing)).status_code == 405


def test_review_shows_every_row_and_chooses_nothing(client):
    filing, _by = making.filed_list()
    client.force_login(factories.user(Role.OFFICE))
    html = client.get(review_url(filing)).content.decode()
    for site in rows(filing):
        assert site.window_name in html
        assert html.count(f'name="answer_{site.pk}"') == 2
    assert "checked" not in html
    assert making.PHONE in html


def test_review_keeps_each_opinion_and_the_list_shows_it(client):
    filing, _by = making.filed_list()
    client.force_login(factories.user(Role.OFFICE))
    first = rows(filing)[0]
    response = client.post(review_url(filing), answered(filing, **aside(first)))
    assert response.url == filing.get_absolute_url()
    assert state_of(filing) == FilingState.REVIEWED
    assert Opinion.objects.get(is_supported=False).text == REASON
    html = client.get(filing.get_absolute_url()).content.decode()
    assert REASON in html
    assert html.count("not recommended by the office") == 1
    assert html.count("recommended by the office") == 4


def test_review_ticks_every_row_on_demand_keeps_what_was_typed_and_saves_nothing(client):
    filing, _by = making.filed_list()
    client.force_login(factories.user(Role.OFFICE))
    first = rows(filing)[0]
    sent = {"opinion": "写了一半（示例）", f"text_{first.pk}": "附注（示例）", "tick_all": "1"}
    response = client.post(review_url(filing), sent)
    html = response.content.decode()
    assert response.status_code == 200
    assert html.count("checked") == 4
    assert "写了一半（示例）" in html
    assert "附注（示例）" in html
    assert "error-summary" not in html
    assert state_of(filing) == FilingState.FILED


def test_review_without_choices_and_reasons_is_refused_at_the_fields(client):
    filing, _by = making.filed_list()
    client.force_login(factories.user(Role.OFFICE))
    first, second, *_others = rows(filing)
    sent = answered(filing, **aside(first, "  "), opinion=" ")
    del sent[f"answer_{second.pk}"]
    response = client.post(review_url(filing), sent)
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {f"text_{first.pk}", f"answer_{second.pk}", "opinion"}
    html = response.content.decode()
    assert f'href="#div_id_answer_{second.pk}"' in html
    assert f'id="div_id_answer_{second.pk}"' in html
    assert html.count("checked") == 3
    assert state_of(filing) == FilingState.FILED
    assert not Opinion.objects.exists()


@pytest.mark.parametrize("wrong", ["maybe", "yes" * 3000, "\u202eyes"])
def test_review_with_a_strange_choice_is_refused(client, wrong):
    filing, _by = making.filed_list()
    client.force_login(factories.user(Role.OFFICE))
    sent = answered(filing, **{f"answer_{rows(filing)[0].pk}": wrong})
    assert client.post(review_url(filing), sent).status_code == 422
    assert state_of(filing) == FilingState.FILED


def test_review_with_too_long_a_text_is_refused_and_kept(client):
    filing, _by = making.filed_list()
    client.force_login(factories.user(Role.OFFICE))
    first = rows(filing)[0]
    response = client.post(review_url(filing), answered(filing, **aside(first, "长" * 5000)))
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [f"text_{first.pk}"]
    assert "长" * 5000 in response.content.decode()


@pytest.mark.parametrize("version", ["", "x", "0", "9" * 30])
def test_review_with_a_strange_version_is_refused(client, version):
    filing, _by = making.filed_list()
    client.force_login(factories.user(Role.OFFICE))
    response = client.post(review_url(filing), answered(filing, version=version))
    assert response.status_code == 422
    assert state_of(filing) == FilingState.FILED


def test_review_of_a_list_filed_anew_since_the_page_was_opened_is_refused_with_words(client):
    filing, by = making.filed_list()
    sent, office = answered(filing), factories.user(Role.OFFICE)
    services.send_back(filing=filing, remarks="示例", by=office)
    making.file(filing, by)
    client.force_login(office)
    response = client.post(review_url(filing), sent)
    assert response.status_code == 422
    assert "no longer as the page showed it" in response.content.decode()
    assert state_of(filing) == FilingState.FILED


def test_review_twice_keeps_what_was_typed_and_changes_nothing(client):
    filing, _by = making.reviewed_list()
    client.force_login(factories.user(Role.OFFICE))
    assert client.get(review_url(filing)).url == filing.get_absolute_url()
    response = client.post(review_url(filing), answered(filing, opinion="再审（示例）"))
    assert response.status_code == 422
    assert "再审（示例）" in response.content.decode()
    assert Opinion.objects.count() == 4
    filing.refresh_from_db()
    assert filing.opinion != "再审（示例）"


def test_opinions_with_markup_are_shown_as_text(client):
    filing, _by = making.filed_list()
    client.force_login(factories.user(Role.OFFICE))
    client.post(review_url(filing), answered(filing, **aside(rows(filing)[0], ATTACK)))
    client.force_login(factories.user(Role.LEADING_GROUP))
    for url in (NEW, filing.get_absolute_url()):
        html = client.get(url).content.decode()
        assert ATTACK not in html
        assert "&lt;script&gt;alert(1)" in html


# -- the batch page -----------------------------------------------------------------


def test_batch_anonymous_is_sent_to_login(client):
    for response in (client.get(NEW), client.post(NEW)):
        assert response.status_code == 302
        assert response.url.startswith(reverse("account_login"))


@pytest.mark.parametrize("role", [role for role in Role if role != Role.LEADING_GROUP])
def test_batch_refused_to_others(client, role):
    filing, _by = making.reviewed_list()
    client.force_login(factories.user(role))
    assert client.get(NEW).status_code == 403
    assert client.post(NEW, batch(filing)).status_code == 403
    assert state_of(filing) == FilingState.REVIEWED


def test_batch_answers_no_other_method(client):
    client.force_login(factories.user(Role.LEADING_GROUP))
    assert client.put(NEW).status_code == 405


def test_batch_without_reviewed_lists_says_what_will_fill_it(client):
    making.filed_list()
    client.force_login(factories.user(Role.LEADING_GROUP))
    html = client.get(NEW).content.decode()
    assert "No list waits for the final approval" in html
    assert '<form class="form-shell"' not in html


def test_batch_begins_with_what_the_office_advised(client):
    filing, _by = making.filed_list()
    against, *others = rows(filing)
    opinions = {against.pk: Answer(yes=False, text=REASON), **{s.pk: Answer(yes=True) for s in others}}
    services.review(
        filing=filing, opinion="总体可行（示例）。", opinions=opinions, by=factories.user(Role.OFFICE)
    )
    client.force_login(factories.user(Role.LEADING_GROUP))
    response = client.get(NEW)
    form, html = response.context["form"], response.content.decode()
    assert [form[f"answer_{site.pk}"].value() for site in (against, *others)] == ["no", "yes", "yes", "yes"]
    assert form[f"text_{against.pk}"].value() == REASON
    assert all(site.window_name in html for site in rows(filing))
    assert "总体可行（示例）。" in html
    assert filing.reviewed_by is None or str(filing.reviewed_by) in html


def test_batch_ticks_all_lists_or_the_one_that_is_asked_for(client):
    filing, _by = making.reviewed_list()
    unit_list = making.reviewed_list_of_a_unit()
    client.force_login(factories.user(Role.LEADING_GROUP))

    def ticked(url):
        form = client.get(url).context["form"]
        return [one.filing for one, take, _rows in form.batch() if take.value()]

    assert ticked(NEW) == [unit_list, filing]
    assert ticked(f"{NEW}?filing={filing.pk}") == [filing]
    assert ticked(f"{NEW}?filing=nonsense") == []
    html = client.get(filing.get_absolute_url()).content.decode()
    assert f"{NEW}?filing={filing.pk}&amp;programme={filing.programme_id}" in html


def test_batch_determines_what_is_ticked_and_leads_to_its_page(client):
    filing, _by = making.reviewed_list()
    unit_list = making.reviewed_list_of_a_unit()
    leader = factories.user(Role.LEADING_GROUP)
    client.force_login(leader)
    response = client.post(NEW, batch(filing))
    made = Determination.objects.get()
    assert response.url == reverse("sites:determination", args=[made.pk])
    assert (state_of(filing), state_of(unit_list)) == (FilingState.APPROVED, FilingState.REVIEWED)
    assert {site.stage for site in rows(filing)} == {Stage.DETERMINED}
    assert Document.objects.get(kind=DocumentKind.DETERMINED_LIST).created_by == leader


def test_batch_sends_exceptions_back_with_their_reasons(client):
    filing, by = making.reviewed_list()
    first = rows(filing)[0]
    client.force_login(factories.user(Role.LEADING_GROUP))
    client.post(NEW, batch(filing, **aside(first)))
    assert state_of(filing) == FilingState.RETURNED
    line = DeterminationLine.objects.get(is_determined=False)
    assert (line.site, line.reason) == (first, REASON)
    client.force_login(by)
    assert REASON in client.get(filing.get_absolute_url()).content.decode()


def test_approved_list_leads_those_who_filed_it_to_the_public_page(client):
    filing, by = making.reviewed_list()
    made = making.determine(filing)
    client.force_login(by)
    html = client.get(filing.get_absolute_url()).content.decode()
    assert "4 sites determined" in html
    assert reverse("publicity:determination", args=[made.pk]) in html


def test_batch_forgets_the_reason_of_a_site_that_is_determined_after_all(client):
    filing, _by = making.reviewed_list()
    first = rows(filing)[0]
    client.force_login(factories.user(Role.LEADING_GROUP))
    client.post(NEW, batch(filing, **{f"text_{first.pk}": REASON}))
    assert state_of(filing) == FilingState.APPROVED
    assert not DeterminationLine.objects.exclude(reason="").exists()


def test_batch_with_an_exception_without_reason_is_refused_at_its_field_and_keeps_the_rest(client):
    filing, _by = making.reviewed_list()
    unit_list = making.reviewed_list_of_a_unit()
    first, second, *_others = rows(filing)
    client.force_login(factories.user(Role.LEADING_GROUP))
    response = client.post(NEW, batch(filing, unit_list, **aside(first, " "), **aside(second)))
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [f"text_{first.pk}"]
    assert REASON in response.content.decode()
    assert {state_of(filing), state_of(unit_list)} == {FilingState.REVIEWED}
    assert not Determination.objects.exists()


def test_batch_asks_nothing_of_the_lists_that_are_left_out(client):
    filing, _by = making.reviewed_list()
    unit_list = making.reviewed_list_of_a_unit()
    client.force_login(factories.user(Role.LEADING_GROUP))
    left_out = {**aside(rows(filing)[0], ""), f"answer_{rows(filing)[1].pk}": ""}
    assert client.post(NEW, {**batch(unit_list), **left_out}).status_code == 302
    assert (state_of(filing), state_of(unit_list)) == (FilingState.REVIEWED, FilingState.APPROVED)


def test_batch_of_no_list_is_refused(client):
    filing, _by = making.reviewed_list()
    client.force_login(factories.user(Role.LEADING_GROUP))
    answers = {f"answer_{site.pk}": "yes" for site in rows(filing)}
    response = client.post(NEW, batch(**answers))
    assert response.status_code == 422
    assert "Choose at least one list." in response.content.decode()
    assert state_of(filing) == FilingState.REVIEWED


def test_batch_sent_twice_is_one_determination_and_says_so(client):
    filing, _by = making.reviewed_list()
    client.force_login(factories.user(Role.LEADING_GROUP))
    sent = batch(filing)
    assert client.post(NEW, sent).status_code == 302
    response = client.post(NEW, sent)
    assert response.status_code == 422
    assert f"{filing} is “approved” now" in response.content.decode()
    assert Determination.objects.count() == 1


def test_batch_with_one_list_decided_meanwhile_decides_on_none(client):
    filing, _by = making.reviewed_list()
    unit_list = making.reviewed_list_of_a_unit()
    sent = batch(filing, unit_list)
    making.determine(unit_list)
    client.force_login(factories.user(Role.LEADING_GROUP))
    response = client.post(NEW, sent)
    assert response.status_code == 422
    assert str(unit_list) in response.content.decode()
    assert state_of(filing) == FilingState.REVIEWED
    assert Determination.objects.count() == 1


def test_batch_with_a_list_filed_anew_since_the_page_was_opened_decides_on_none(client):
    filing, by = making.reviewed_list()
    sent = batch(filing)
    leader, office = factories.user(Role.LEADING_GROUP), factories.user(Role.OFFICE)
    client.force_login(leader)
    client.post(NEW, batch(filing, **aside(rows(filing)[0])))
    making.file(filing, by)
    services.review(filing=filing, opinion="示例", by=office)
    response = client.post(NEW, sent)
    assert response.status_code == 422
    assert state_of(filing) == FilingState.REVIEWED
    assert Determination.objects.count() == 1


@pytest.mark.parametrize("name", ["list_x", "list_²", "list_-1", "list_", f"list_{'9' * 30}"])
def test_batch_with_a_strange_list_is_refused_or_ignored_but_never_breaks(client, name):
    filing, _by = making.reviewed_list()
    client.force_login(factories.user(Role.LEADING_GROUP))
    assert client.post(NEW, {name: "on"}).status_code == 422
    assert state_of(filing) == FilingState.REVIEWED


def test_batch_bars_whoever_reviewed_a_list_from_it(client):
    filing, _by = making.reviewed_list()
    unit_list = making.reviewed_list_of_a_unit()
    reviewer = filing.reviewed_by
    reviewer.role = Role.LEADING_GROUP
    reviewer.save()
    client.force_login(reviewer)
    html = client.get(NEW).content.decode()
    assert "You gave the review of this list" in html
    assert f'name="answer_{rows(filing)[0].pk}"' not in html
    response = client.post(NEW, batch(filing, unit_list))
    assert response.status_code == 302
    assert (state_of(filing), state_of(unit_list)) == (FilingState.REVIEWED, FilingState.APPROVED)


def test_batch_after_the_phase_says_its_dates_and_decides_on_nothing(client, on):
    filing, _by = making.reviewed_list()
    client.force_login(factories.user(Role.LEADING_GROUP))
    on("2008-02-05")
    response = client.post(NEW, batch(filing))
    assert response.status_code == 422
    assert "31 January 2008" in response.content.decode()
    assert state_of(filing) == FilingState.REVIEWED


# -- what came of it ----------------------------------------------------------------


def determined(**exceptions):
    """A determination of a district's list with one exception, and the list."""
    filing, _by = making.reviewed_list()
    first = rows(filing)[0]
    answers = {site.pk: Answer(yes=True) for site in rows(filing)}
    answers[first.pk] = Answer(yes=False, text=REASON)
    made = services.determine_batch(
        programme=filing.programme,
        decisions={filing.versions.latest("number").pk: answers},
        resolution=resolved("determination"),
        by=factories.user(Role.LEADING_GROUP),
    )
    return made, filing


def test_determinations_anonymous_is_sent_to_login(client):
    made, _filing = determined()
    for url in (LIST, made.get_absolute_url()):
        assert client.get(url).status_code == 302


@pytest.mark.parametrize("role", [role for role in Role if role not in Role.CITY_WIDE])
def test_determinations_are_not_found_by_others(client, role):
    made, _filing = determined()
    client.force_login(factories.user(role))
    assert client.get(LIST).status_code == 404
    assert client.get(made.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("role", Role.CITY_WIDE)
def test_determination_tells_who_decided_what_with_the_exceptions(client, role):
    made, filing = determined()
    client.force_login(factories.user(role))
    listed = client.get(LIST).content.decode()
    assert made.get_absolute_url() in listed
    assert str(made.by) in listed
    html = client.get(made.get_absolute_url()).content.decode()
    assert REASON in html
    assert str(made.by) in html
    assert all(site.window_name in html for site in rows(filing))
    assert Document.objects.get(kind=DocumentKind.DETERMINED_LIST).title in html
    assert client.post(made.get_absolute_url()).status_code == 405


def test_determinations_offers_the_batch_to_the_leading_group_alone(client):
    making.reviewed_list()
    for role in Role.CITY_WIDE:
        client.force_login(factories.user(role))
        assert (NEW in client.get(LIST).content.decode()) == (role == Role.LEADING_GROUP)


def test_determination_of_an_unknown_number_is_not_found(client):
    client.force_login(factories.user(Role.OFFICE))
    assert client.get(reverse("sites:determination", args=[999])).status_code == 404


# -- how often they ask the database ------------------------------------------------


def filed_list(district, count):
    """A district's filed list of so many rows, whatever the quota."""
    by = making.clerk(factories.district(district))
    filing = making.own_list(by)
    filing.programme.district_maximum = 99
    filing.programme.save()
    for _n in range(count):
        making.add_site(filing, by)
    making.file(filing, by)
    return filing


def test_pages_ask_as_often_for_thirty_rows_as_for_four(client, django_assert_max_num_queries):
    office, leader = factories.user(Role.OFFICE), factories.user(Role.LEADING_GROUP)

    def queries(reader, url):
        client.force_login(reader)
        with django_assert_max_num_queries(12) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    asked = []
    for district, count in (("海勃湾", 4), ("乌达", 30)):
        filing = filed_list(district, count)
        counts = [queries(office, review_url(filing))]
        services.review(filing=filing, opinion="示例", by=office)
        counts.append(queries(leader, NEW))
        made = making.determine(filing, leader)
        asked.append([*counts, queries(leader, made.get_absolute_url()), queries(leader, LIST)])
    assert asked[0] == asked[1]
