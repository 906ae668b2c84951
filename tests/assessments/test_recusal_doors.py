"""Whoever stood aside from a site finds it behind no door, whatever the role: pages, lists, search, exports,
counts, papers, files, what they are told, and what they post."""

import pytest
from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Notification
from accounts.services import notify
from assessments.models import EvidenceFile, Finding, Sheet
from assessments.services import recusals, ties
from desk.todo import todos
from documents.models import Document
from publicity.models import Notice
from sites.enums import Level, Outcome, Register, Stage
from sites.models import Filing, Liaison, Site
from sites.registers import REGISTRARS
from sites.services.steps import tell
from tables.table import Line
from tests import factories
from tests.assessments import builders
from tests.assessments.pages import addresses, cells_of, of_desk, text_of
from tests.publicity import scene
from tests.scenes import made_once
from tests.sites import making

pytestmark = pytest.mark.django_db


class Case:
    """An inspected site with findings, evidence and papers; another one like it, that stays in sight."""

    def __init__(self):
        self.site, self.other = builders.building(), builders.building()
        for each in (self.site, self.other):
            builders.self_sheet(each)
            with builders.on("2008-03-20"):
                builders.filed(each, builders.upload(content=builders.drawing("red")))
        team = builders.team()
        self.leader, self.member = builders.members(team)
        for each in (self.site, self.other):
            builders.self_assessed(each)
            assessment = builders.assigned(each, team)
            with builders.on("2008-04-08"):
                for person in (self.leader, self.member):
                    sheet = builders.own_sheet(assessment, person)
                    builders.fill(sheet, person, weak=2)
                    builders.sheets.submit_inspector_sheet(sheet=sheet, by=person)
            builders.sign(assessment.sheets.get(role="final"))
            each.refresh_from_db()
            builders.noticed(each)
        self.round = team.round
        self.office, self.colleague = factories.user(Role.OFFICE), builders.office()

    @property
    def people(self):
        return {"inspector": self.member, "office": self.office, "group": self.group}

    @property
    def group(self):
        return builders.leader()


@made_once("2008-04-18")
def case():
    return Case()


WHO = ["inspector", "office", "group"]
# One's own data names what one has declared oneself, and no more of the site than that.
OWN = {"people:my_data"}


@pytest.fixture(params=WHO)
def aside(request, case, client):
    """The person who has stood aside, signed in."""
    person = case.people[request.param]
    client.force_login(person)
    recusals.recuse(user=person, site=case.site, reason="示例亲属")
    return person


# -- pages and lists -----------------------------------------------------------


def test_every_list_of_the_desk_leaves_the_site_out(client, case, aside):
    seen = 0
    for name in set(addresses()) - OWN:
        text = text_of(client.get(reverse(name), follow=True))
        assert case.site.window_name not in text, name
        seen += case.other.window_name in text
    assert seen >= 3


def records_of(site):
    """Words an address begins with → the site's records whose keys follow them."""
    return {
        "acceptances/": [site],
        "assessments/": site.assessments.all(),
        "documents/": site.documents.filter(is_public=False),
        "evidence/": site.evidence.all(),
        "evidence/files/": EvidenceFile.objects.filter(evidence__site=site),
        "filings/": [site.filing],
        "findings/": Finding.objects.filter(assessment__site=site),
        "rectifications/": [site],
        "sheets/": Sheet.objects.filter(assessment__site=site),
        "sites/": [site],
    }


def test_every_page_of_a_record_of_the_site_is_gone(client, case, aside):
    """Whatever page is added later: where it is about the site, it is not found."""
    item = Finding.objects.filter(assessment__site=case.site).first().item
    records, shut = records_of(case.site), 0
    for name, words, parameters in of_desk():
        for record in list(records.get(words, ()) if parameters else ())[:2]:
            more = {"site_pk": case.site.pk, "item_pk": item.pk, "filing_pk": record.pk, "pk": record.pk}
            kwargs = {each: more.get(each, 1) for each in parameters}
            page = reverse(name, kwargs=kwargs)
            answers = {client.get(page).status_code, client.post(page).status_code}
            assert answers <= {404, 405}, f"{name} {answers}"
            shut += 1
    assert shut > 100


def test_every_page_of_the_round_leaves_the_site_out(client, case, aside):
    team = case.round.teams.get()
    seen = 0
    for name, words, parameters in of_desk():
        if words == "rounds/" and parameters <= {"pk", "team_pk"} and "pk" in parameters:
            known = {"pk": case.round.pk, "team_pk": team.pk}
            answer = client.get(reverse(name, kwargs={each: known[each] for each in parameters}))
            assert answer.status_code in (200, 403, 404), name
            assert case.site.window_name not in text_of(answer), name
            seen += case.other.window_name in text_of(answer)
    assert seen


def test_what_is_posted_is_not_found(client, case, aside):
    final = Sheet.objects.get(assessment__site=case.site, role="final")
    own = Sheet.objects.get(assessment__site=case.site, author=case.member)
    finding = Finding.objects.filter(assessment__site=case.site).first()
    item = final.scores.first().item_id
    posts = {
        reverse("assessments:score", args=[own.pk, item]): {"level": "met", "version": 1},
        reverse("assessments:consent", args=[final.pk, item]): {},
        reverse("assessments:sheet_unlock", args=[final.pk]): {"reason": "示例"},
        reverse("assessments:finding_verify", args=[finding.pk]): {"text": "示例"},
        reverse("assessments:finding_send_back", args=[finding.pk]): {"text": "示例"},
        reverse("assessments:finding_extend", args=[finding.pk]): {"reason": "示例"},
        reverse("assessments:evidence_on_site", args=[own.assessment_id]): {"title": "示例"},
        reverse("assessments:visit", args=[own.assessment_id]): {"visit_on": "2008-04-14"},
        reverse("assessments:rectification_close", args=[case.site.pk]): {},
    }
    for page, body in posts.items():
        assert client.post(page, body).status_code == 404, page


# -- search, exports, counts ---------------------------------------------------


def test_search_finds_nothing(client, case, aside):
    found = client.get(reverse("desk:sites"), {"q": case.site.window_name})
    assert list(found.context["sites"]) == []


def test_exports_leave_the_site_out(client, case, aside):
    exports = {
        reverse("desk:sites"): {"format": "csv"},
        reverse("assessments:round_export", args=[case.round.pk]): {"format": "csv"},
        reverse("sites:timetables"): {"format": "csv"},
    }
    for page, query in exports.items():
        response = client.get(page, query)
        if response.status_code == 403:  # not this role's at all
            continue
        assert case.site.window_name not in text_of(response), page
    cells = cells_of(client.get(reverse("assessments:round_export", args=[case.round.pk])))
    assert case.site.window_name not in cells
    assert case.other.window_name in cells


def test_register_leaves_the_site_out_and_takes_no_row_about_it(client):
    filing, _by = making.complete_list()
    site, other, *_rest = filing.sites.all()
    office = factories.user(Role.OFFICE)
    recusals.recuse(user=office, site=site, reason="示例")
    client.force_login(office)
    text = text_of(client.get(reverse("sites:register_export", args=["sites"]), {"format": "csv"}))
    assert site.window_name not in text
    assert other.window_name in text
    registrar = REGISTRARS[Register.SITES](by=office)
    cells = {name: registrar.text(name, value) for name, value in registrar.values_of(site).items()}
    entry = registrar.judge(Line(2, {**cells, "address": "示例路9号"}, {}), {})
    assert (entry.outcome, entry.changes) == (Outcome.WRONG, [])


def test_round_counts_the_others_alone(client, case, aside):
    page = client.get(reverse("assessments:round", args=[case.round.pk]))
    assert [each.site for each in page.context["page_obj"]] == [case.other]
    assert page.context["page_obj"].paginator.count == 1
    (panel,) = page.context["teams"]
    assert panel.sites == 1
    assert case.site.window_name not in page.content.decode()


def test_to_do_list_and_its_count(case, aside):
    about = {todo.about for todo in todos(aside)}
    assert str(case.site) not in about


# -- papers --------------------------------------------------------------------


def test_papers_of_the_site_are_hidden_but_for_public_ones(case, aside):
    assert case.site.documents.exists()
    assert not Document.objects.visible_to(aside).filter(sites=case.site, is_public=False).exists()
    notice = Document.objects.filter(sites=case.site).first()
    notice.sites.add(case.other)
    assert not Document.objects.visible_to(aside).filter(pk=notice.pk).exists()
    Document.objects.filter(pk=notice.pk).update(is_public=True)
    assert Document.objects.visible_to(aside).filter(pk=notice.pk).exists()


# -- what one is told ----------------------------------------------------------


def test_notifications_vanish_and_none_follow(client, case, english):
    for person in (case.office, case.member):
        notify([person], text="%(site)s示例", about={"site": case.site}, url="/desk/")
        notify([person], text="%(site)s示例", about={"site": case.other}, url="/desk/")
        recusals.recuse(user=person, site=case.site, reason="示例")
        notify([person], text="%(site)s again", about={"site": case.site}, url="/desk/")
        told = Notification.objects.visible_to(person).unread()
        assert not any(case.site.window_name in str(one) for one in told)
        assert any(case.other.window_name in str(one) for one in told)
        assert not Notification.objects.filter(user=person, text="%(site)s again").exists()
        client.force_login(person)
        assert case.site.window_name not in client.get(reverse("desk:home")).content.decode()


def test_what_the_whole_office_is_told_leaves_the_recused_out(case):
    recusals.recuse(user=case.office, site=case.site, reason="示例")
    Notification.objects.all().delete()
    with builders.on("2008-04-18"):
        builders.answered(case.site)
    assert Notification.objects.filter(user=case.colleague).exists()
    assert not Notification.objects.filter(user=case.office).exists()


def test_notification_about_a_finding_counts_as_one_about_its_site(case):
    finding = Finding.objects.filter(assessment__site=case.site).first()
    notify([case.office], text="%(finding)s", about={"finding": finding}, url="/desk/")
    assert Notification.objects.latest("pk").site_key == case.site.pk


# -- other roles, other rooms --------------------------------------------------


def test_district_office_loses_the_site_and_its_list(client):
    site = factories.site(Stage.BUILDING, level=Level.DISTRICT)
    person = factories.user(Role.DISTRICT, factories.district_office(factories.district()))
    assert Site.objects.visible_to(person).exists()
    recusals.recuse(user=person, site=site, reason="示例")
    assert not Site.objects.visible_to(person).exists()
    assert not Filing.objects.visible_to(person).exists()
    client.force_login(person)
    assert client.get(site.filing.get_absolute_url()).status_code == 404


def test_page_of_a_person_does_not_say_of_which_site_they_are_the_liaison(client, english):
    site, manager = factories.site(Stage.BUILDING), factories.user(Role.OFFICE)
    liaison = factories.liaison_of(site)
    client.force_login(manager)
    pages = [reverse(f"people:{name}", args=[liaison.pk]) for name in ("person", "switch_off")]
    assert all(site.window_name in text_of(client.get(page)) for page in pages)
    recusals.recuse(user=manager, site=site, reason="示例")
    assert not [page for page in pages if site.window_name in text_of(client.get(page))]


def test_what_was_told_about_a_list_goes_with_it_and_nothing_more_is_told(client):
    site = factories.site(Stage.BUILDING, level=Level.DISTRICT)
    person, colleague = (
        factories.user(Role.DISTRICT, factories.district_office(factories.district())) for _n in range(2)
    )
    told = "%(list)s again"
    notify([person], text="something else", about={}, url="/desk/")
    tell([person], told, site.filing)
    recusals.recuse(user=person, site=site, reason="示例")
    tell([person, colleague], told, site.filing)
    assert [one.user for one in Notification.objects.filter(text=told)] == [colleague, person]
    client.force_login(person)
    shown = client.get(reverse("desk:home")).context["notifications"]
    assert [one.text for one in shown] == ["something else"]


def test_page_of_a_person_does_not_lead_to_a_list_that_is_shut(client):
    """The posts a district's people hold, and the list its only clerk would leave alone."""
    site, manager = factories.site(Stage.BUILDING, level=Level.DISTRICT), factories.user(Role.OFFICE)
    clerk = factories.user(Role.DISTRICT, factories.district_office(factories.district()))
    Liaison.objects.create(filing=site.filing, user=clerk)
    client.force_login(manager)
    page = reverse("people:person", args=[clerk.pk])
    post = reverse("sites:district_liaisons", args=[site.filing_id])
    assert post in client.get(page).content.decode()
    recusals.recuse(user=manager, site=site, reason="示例")
    assert f"filings/{site.filing_id}/" not in client.get(page).content.decode()
    assert client.get(post).status_code == 404


def test_list_that_waits_for_the_leading_group(client):
    """Whoever stood aside from one site of a reviewed list does not determine the list."""
    (filing, *_rest), group = making.reviewed_list(), builders.leader()
    recusals.recuse(user=group, site=filing.sites.first(), reason="示例")
    client.force_login(group)
    assert client.get(reverse("sites:determinations")).context["waiting"] == 0
    text = client.get(reverse("sites:determination_new")).content.decode()
    assert filing.sites.first().window_name not in text


def test_determination_leaves_the_site_out(client, case):
    made = scene.determined(case.site, case.other)
    recusals.recuse(user=case.office, site=case.site, reason="示例")
    client.force_login(case.office)
    page = client.get(made.get_absolute_url())
    assert [line.site for line in page.context["lines"]] == [case.other]
    (listed,) = client.get(reverse("sites:determinations")).context["object_list"]
    assert (listed.determined, listed.set_aside) == (1, 0)


def test_notices_and_letters_of_the_site(client, on):
    site, other = scene.accepted(2)
    on("2008-05-05")
    notice = scene.publish(site, other)
    letter, answered = scene.object_to(notice, site), scene.object_to(notice, other)
    office = factories.user(Role.OFFICE)
    recusals.recuse(user=office, site=site, reason="示例")
    client.force_login(office)
    page = reverse("publicity_desk:notice", args=[notice.pk])
    shown = client.get(page).context
    assert [entry.site for entry, _why in shown["rows"]] == [other]
    assert shown["withdraw_form"] is None
    withdrawn = client.post(reverse("publicity_desk:notice_withdraw", args=[notice.pk]), {"reason": "示例"})
    assert withdrawn.status_code == 403
    (listed,) = client.get(reverse("publicity_desk:notices")).context["object_list"]
    assert (listed.site_count, listed.open_objections) == (1, 1)
    assert client.get(letter.get_absolute_url()).status_code == 404
    assert client.get(answered.get_absolute_url()).status_code == 200
    assert Notice.objects.get().state == "published"


def test_announcing_and_naming_offer_the_others_alone(client, on):
    site, other = scene.accepted(2)
    on("2008-05-05")
    office, group = factories.user(Role.OFFICE), builders.leader()
    for person in (office, group):
        recusals.recuse(user=person, site=site, reason="示例")
    client.force_login(office)
    form = client.get(reverse("publicity_desk:notice_add")).context["form"]
    assert list(form.fields["sites"].queryset) == [other]
    notice = scene.publish(site, other)
    on("2008-05-20")
    client.force_login(group)
    form = client.get(reverse("publicity_desk:notice", args=[notice.pk])).context["name_form"]
    assert list(form.fields["sites"].queryset) == [other]


def test_trail_of_an_auditor_leaves_the_site_out(client, case):
    auditor = factories.user(Role.AUDITOR)
    client.force_login(auditor)
    page = reverse("desk:trail")

    def told_of(site):
        """Entries about the site and its sheets, findings, evidence."""
        keys = {Site: [site.pk], Sheet: Sheet.objects.filter(assessment__site=site).values("pk")}
        keys[Finding] = Finding.objects.filter(assessment__site=site).values("pk")
        types = {model: ContentType.objects.get_for_model(model) for model in keys}
        return {
            entry
            for model, found in keys.items()
            for entry in LogEntry.objects.filter(content_type=types[model], object_id__in=found)
        }

    gone, stays = told_of(case.site), told_of(case.other)
    ties.declare(user=auditor, organisation=case.site.organisation, reason="示例", by=auditor)
    shown = set()
    before = ""
    while before is not None:
        answer = client.get(page, {"before": before})
        assert case.site.window_name not in answer.content.decode()
        shown |= {line.entry for line in answer.context["lines"]}
        before = answer.context["older"]
    assert not shown & gone
    assert stays <= shown
    assert client.get(page).status_code == 200


def test_draw_leaves_the_site_out(client, on):
    """Who held the draw, or stands aside later, does not read of the site what the draw says of it."""
    site, other, team = builders.building(), builders.building(), builders.team()
    draw = builders.drawn(team)
    office = factories.user(Role.OFFICE)
    recusals.recuse(user=office, site=site, reason="示例")
    client.force_login(office)
    text = client.get(draw.get_absolute_url()).content.decode()
    assert site.window_name not in text
    assert other.window_name in text


def test_recused_office_sends_no_team_to_the_site(client, on):
    on("2008-04-10")
    site, team = builders.building(), builders.team()
    office = factories.user(Role.OFFICE)
    recusals.recuse(user=office, site=site, reason="示例")
    client.force_login(office)
    page = reverse("assessments:assign", args=[team.round_id])
    assert site.window_name not in client.get(page).content.decode()
    assert client.post(page, {f"team-{site.pk}": team.pk}).status_code == 422
    assert not site.assessments.exists()


def test_timetables_lead_to_no_list_that_is_shut(client):
    site, district = builders.building(level=Level.DISTRICT), factories.user(Role.DISTRICT)
    client.force_login(district)
    page, plan = reverse("sites:timetables"), reverse("sites:district_plan", args=[site.filing.pk])
    assert plan in client.get(page).content.decode()
    recusals.recuse(user=district, site=site, reason="示例")
    assert client.get(plan).status_code == 404
    assert plan not in client.get(page).content.decode()


def test_nobody_lifts_a_recusal(client, case, aside):
    """No address changes or ends one; a second declaration changes nothing."""
    recusal = aside.recusals.get()
    recusals.recuse(user=aside, site=case.site, reason="示例另一个理由")
    recusal.refresh_from_db()
    assert recusal.reason == "示例亲属"
    assert not [name for name in addresses("pk") if "recusal" in name]
