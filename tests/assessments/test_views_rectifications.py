"""The list of sites in rectification, and one site's threads."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from assessments.enums import FindingState
from assessments.forms.rectification import ReopenForm
from assessments.marks import standard_items
from assessments.models import Finding
from assessments.queries import items_below_full
from assessments.services import rectification
from assessments.services.escalation import escalate_overdue
from core.templatetags.portal import form_fields
from documents.models import Document
from documents.papers import DocumentKind
from sites.enums import Stage
from sites.models import Site
from tests import factories
from tests.assessments import builders
from tests.scenes import made_once

pytestmark = pytest.mark.django_db


@made_once("2008-04-18")
def site():
    made = builders.building()
    builders.inspected(made)
    return made


@pytest.fixture
def liaison(client, site):
    client.force_login(builders.liaison(site))


def url(name, *args):
    return reverse(f"assessments:{name}", args=args)


def listed(client, **query):
    return list(client.get(url("rectifications"), query).context["object_list"])


def test_list_counts(client, site, on):
    client.force_login(builders.office())
    (row,) = listed(client)
    assert (row.open, row.answered, row.verified, row.overdue) == (2, 0, 0, 0)
    on("2008-04-23")
    (row,) = listed(client)
    assert (row.open, row.overdue) == (2, 2)


def test_list_filters(client, site, finding, on):
    client.force_login(builders.office())
    assert (
        listed(client, show="answered")
        == listed(client, show="overdue")
        == listed(client, show="closed")
        == []
    )
    Finding.objects.filter(pk=finding.pk).update(state=FindingState.ANSWERED)
    assert listed(client, show="answered") == [site]
    assert listed(client, q=site.window_name) == listed(client, q=site.organisation.name) == [site]
    assert listed(client, q="没有这个") == []
    assert listed(client, show="nonsense") == [site]
    Site.objects.filter(pk=site.pk).update(stage=Stage.RECTIFIED)
    assert (listed(client), listed(client, show="closed")) == ([], [site])


def test_list_of_another_unit_is_empty(client, site):
    client.force_login(builders.liaison(builders.building()))
    assert listed(client) == []


def test_detail_shows_threads_and_papers(client, site, liaison):
    page = client.get(url("rectification", site.pk)).context["page"]
    assert [thread.finding.pk for thread in page.threads] == [f.pk for f in builders.findings(site)]
    assert [paper.kind for paper in page.papers] == [DocumentKind.RECTIFICATION_NOTICE]
    assert [set(thread.acts) for thread in page.threads] == [{"answer"}, {"answer"}]
    assert (page.left, page.is_unit, page.is_office) == (2, True, False)


def test_detail_tells_that_somebody_was_told(client, site, liaison, on, english):
    on("2008-04-25")
    escalate_overdue()
    client.post(url("finding_answer", builders.findings(site)[0].pk), {"text": "示例整改"})
    threads = client.get(url("rectification", site.pk)).context["page"].threads
    noticed = ["finding raised", "the unit agrees", "rectification notice issued"]
    assert [[str(entry.what) for entry in thread.entries] for thread in threads] == [
        [*noticed, "escalated", "escalated", "answer"],
        [*noticed, "escalated", "escalated"],
    ]
    assert [entry.on.isoformat() for entry in threads[0].entries[:3]] == ["2008-04-08"] * 3
    assert threads[0].entries[-1].late == "late by 3 working days"
    assert [thread.remark for thread in threads] == ["", "overdue"]


def test_before_and_after_stand_side_by_side(client, on):
    site = builders.building()
    item = standard_items(builders.self_sheet(site))[0]
    with builders.on("2008-03-20"):
        before = builders.filed(site, builders.upload("before.png"), pointers={item: ""})
    builders.inspected(site, weak=1)
    on("2008-04-18")
    # Filed for the item after the inspection was signed: it shows no gap.
    builders.filed(site, builders.upload("later.png", builders.drawing("blue")), pointers={item: ""})
    client.force_login(builders.liaison(site))
    finding = builders.findings(site)[0]
    body = {"text": "示例", "files": [builders.upload("after.png", builders.drawing("red"))]}
    client.post(url("finding_answer", finding.pk), body)
    response = client.get(url("rectification", site.pk))
    (thread,) = response.context["page"].threads
    assert thread.pictures.before == list(before.files.all())
    assert [file.name for file in thread.pictures.after] == ["after.png"]
    html = response.content.decode()
    for file in (*thread.pictures.before, *thread.pictures.after):
        assert url("evidence_thumbnail", file.pk) in html


def test_answer(client, site, finding, liaison):
    body = {"text": "示例整改", "files": [builders.upload()]}
    assert client.post(url("finding_answer", finding.pk), body).url == finding.get_absolute_url()
    finding.refresh_from_db()
    assert finding.state == FindingState.ANSWERED
    page = client.get(url("rectification", site.pk)).content.decode()
    assert url("evidence_file", finding.replies.get(kind="answer").evidence.files.get().pk) in page


def test_answer_by_script_leads_on(client, finding, liaison):
    """Where files go with their progress, the page that asked goes on by itself."""
    body = {"text": "示例整改", "files": [builders.upload()]}
    response = client.post(url("finding_answer", finding.pk), body, headers={"HX-Request": "true"})
    assert response["HX-Redirect"] == finding.get_absolute_url()


def filed(site, **more):
    with builders.on("2008-04-18"):
        return builders.filed(site, builders.upload("台账.png", builders.drawing("red")), **more)


def test_answer_points_to_what_is_filed(client, site, finding, liaison):
    piece = filed(site)
    assert "示例材料" in client.get(url("finding_answer", finding.pk)).content.decode()
    body = {"text": "示例整改", "filed": piece.pk}
    assert client.post(url("finding_answer", finding.pk), body).url == finding.get_absolute_url()
    assert finding.replies.get(kind="answer").evidence == piece
    assert finding.item in piece.items.all()
    assert piece.files.count() == 1


def test_answer_points_to_one_thing_of_the_own_site(client, site, finding, liaison):
    piece = filed(site)
    other = builders.building()
    builders.self_sheet(other)
    foreign = builders.filed(other, builders.upload("别处.png", builders.drawing("blue")))
    for wrong in (
        {"filed": piece.pk, "files": [builders.upload()]},
        {"filed": foreign.pk},
        {"filed": 10**20},
        {"filed": "x"},
    ):
        body = {"text": "示例整改", **wrong}
        assert client.post(url("finding_answer", finding.pk), body).status_code == 422
    assert not finding.replies.filter(kind="answer").exists()
    assert not piece.items.exists()
    with pytest.raises(PermissionDenied):
        rectification.answer(finding=finding, text="示例", files=(), filed=foreign, by=builders.liaison(site))


@pytest.mark.parametrize(("text", "content"), [("", builders.PNG), ("保留的话", b"MZ")])
def test_answer_refused_keeps_what_was_typed(client, finding, liaison, text, content):
    response = client.post(
        url("finding_answer", finding.pk), {"text": text, "files": [builders.upload(content=content)]}
    )
    assert response.status_code == 422
    assert text in response.content.decode()
    assert not finding.replies.filter(kind="answer").exists()


def test_verify_send_back_and_close(client, site, on):
    first, second = builders.answered(site)
    on("2008-04-21")
    client.force_login(builders.office())
    assert client.post(url("finding_send_back", first.pk), {"text": ""}).status_code == 422
    assert "有 2 项答复待复核。" in client.get(url("rectification", site.pk)).content.decode()
    wanting = {"text": "照片看不清（示例）"}
    assert client.post(url("finding_send_back", first.pk), wanting).url == first.get_absolute_url()
    client.post(url("finding_verify", second.pk))
    assert list(Finding.objects.values_list("state", flat=True)) == [
        FindingState.SENT_BACK,
        FindingState.VERIFIED,
    ]
    response = client.post(url("rectification_close", site.pk), follow=True)
    assert [message.level_tag for message in response.context["messages"]] == ["success", "error"]
    Finding.objects.update(state=FindingState.VERIFIED)
    client.post(url("rectification_close", site.pk))
    site.refresh_from_db()
    assert site.stage == Stage.RECTIFIED
    assert Document.objects.filter(kind=DocumentKind.RECTIFICATION_REPORT).count() == 1


def test_answer_anew_shows_what_was_wanting(client, site, on):
    first, _second = builders.answered(site)
    rectification.send_back(finding=first, text="照片看不清（示例）", working_days=None, by=builders.office())
    client.force_login(builders.liaison(site))
    page = client.get(url("rectification", site.pk)).content.decode()
    assert "有 1 项差距待您答复。" in page
    assert "照片看不清（示例）" in client.get(url("finding_answer", first.pk)).content.decode()


def test_verify_out_of_order_says_so(client, finding):
    client.force_login(builders.office())
    response = client.post(url("finding_verify", finding.pk), follow=True)
    assert [message.level_tag for message in response.context["messages"]] == ["error"]
    assert not finding.replies.filter(kind="verify").exists()


def test_reopen(client, site):
    Site.objects.filter(pk=site.pk).update(stage=Stage.NOT_ACCEPTED)
    client.force_login(builders.office())
    assert url("reopen", site.pk) in client.get(url("rectification", site.pk)).content.decode()
    assert client.post(url("reopen", site.pk), {"text": ""}).status_code == 422
    assert client.post(url("reopen", site.pk), {"text": "示例原因"}).url == url("rectification", site.pk)
    site.refresh_from_db()
    assert (site.stage, Finding.objects.filter(item=None).get().reason) == (Stage.RECTIFYING, "示例原因")


def test_reopen_in_another_stage(client):
    client.force_login(builders.office())
    site = factories.site(Stage.RECTIFIED)
    assert client.post(url("reopen", site.pk), {"text": "示例"}).status_code == 422


# -- many findings ------------------------------------------------------------------


def test_few_findings_are_shown_as_they_are(client, site, liaison):
    html = client.get(url("rectification", site.pk)).content.decode()
    assert "finding-section" not in html


def test_many_findings_are_folded_by_section_with_what_is_to_be_done(client):
    site = builders.building()
    builders.inspected(site, weak=12)
    client.force_login(builders.liaison(site))
    found = builders.findings(site)
    Finding.objects.filter(pk=found[0].pk).update(state=FindingState.ANSWERED)
    response = client.get(url("rectification", site.pk))
    parts = response.context["page"].parts
    html = response.content.decode()
    assert html.count("finding-section") == len(parts) == len({each.item.section_id for each in found})
    assert sum(len(part.threads) for part in parts) == len(found)
    assert (parts[0].to_answer, parts[0].to_verify) == (len(parts[0].threads) - 1, 1)
    for part in parts:
        assert part.section.name in html
        assert f"{len(part.threads)} 项差距" in html
    assert f"{parts[0].to_answer} 项待答复" in html
    assert "1 项待复核" in html


def test_many_items_to_be_left_out_are_folded_by_section():
    scores = items_below_full(builders.put(builders.building(), weak=12))
    form = ReopenForm(scores=scores)
    html = form_fields({}, form)
    assert html.count("<details") == len({score.item.section_id for score in scores})
    assert all(f'name="item-{score.item_id}"' in html for score in scores)
    assert "<details" not in form_fields({}, ReopenForm(scores=scores[:5]))
