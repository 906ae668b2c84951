"""Every page asks the database as often for thirty rows as for three, and at most twelve times."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.enums import Role
from desk.open_steps import bring_up_to_date
from publicity.enums import EnquiryKind, LetterKind
from publicity.models import Appraisal, Article, Commendation, Naming, Notice, PaperDraw, RecheckDraw
from publicity.services import letters, paper_answers, tracking
from publicity.services import notices as notices_service
from publicity.services.appraisals import make_codes
from sites.calendar import today
from sites.enums import Level, Stage
from sites.models import Determination, Site
from standards.models import Item
from tests import factories
from tests.assessments import builders, photos
from tests.files import pdf
from tests.publicity import enquiring, scene
from tests.publicity.test_views_enquiries import published
from tests.publicity.whole_site import TODAY, publish_everything

pytestmark = pytest.mark.django_db


def sites(count):
    for _ in range(count):
        factories.site(Stage.BUILDING, level=Level.DISTRICT)


def notices(count):
    for _ in range(count):
        scene.publish()


def namings(count):
    scene.named(*scene.accepted(count))


def rechecks(count):
    """Drawn ones that wait, and as many that are done."""
    office = factories.user(Role.OFFICE)
    made = scene.named(*scene.accepted(2 * count))
    for naming in made[count:]:
        tracking.plan_recheck(naming=naming, due_on=today(), by=office)
        scene.rechecked(naming, office, files=[photos.upload()])
    drawn(count)


def drawn(count):
    """A draw of so many."""
    scene.named(*scene.accepted(count))
    tracking.draw_rechecks(
        programme=factories.programme(), wanted=count, due_on=today(), by=factories.user(Role.OFFICE)
    )


def draws(count):
    scene.named(*scene.accepted(count))
    for _ in range(count):
        tracking.draw_rechecks(
            programme=factories.programme(), wanted=1, due_on=today(), by=factories.user(Role.OFFICE)
        )


# The page of a naming shows twelve kinds of records: rechecks with what they found, those proposed and those
# declined, answers, hearings, letters, the reviews of what its next steps would say.
OF_A_STORY = 22
# The office's page of a notice: what it promises, and where it was made known, beside all else.
OF_A_NOTICE = 15


def long_story(count):
    """One site, warned, mended and restored over and over."""
    naming = Naming.objects.first() or scene.named()[0]
    for _ in range(count):
        scene.complained(naming)
        scene.warned(naming)
        scene.answers(naming)
        scene.restored(naming)
        naming.site.refresh_from_db()


def story_page(prefix):
    return lambda: f"{prefix}/{Naming.objects.get().pk}/"


def story_site():
    return f"/sites/{Naming.objects.get().site_id}/"


def draw_page():
    return f"/desk/rechecks/draws/{RecheckDraw.objects.latest('pk').pk}/"


def commendations(count):
    for _ in range(count):
        scene.decided(scene.commendation())


def long_commendation(count):
    """One of so many sites that bear the title, and as many people."""
    office = factories.user(Role.OFFICE)
    made = scene.commendation(*[naming.site for naming in scene.named(*scene.accepted(count))], by=office)
    for line in made.lines.all():
        scene.commend_person(made, office, line.organisation)
    scene.decided(made)


def commendation_page(prefix):
    return lambda: f"{prefix}/commendations/{Commendation.objects.latest('pk').pk}/"


def objections(count):
    notice = scene.publish()
    for _ in range(count):
        scene.object_to(notice)


def enquiries_of_all_kinds(count):
    bodies = [factories.user(Role.LIAISON).organisation for _ in range(count)]
    for body in bodies:
        enquiring.handed(enquiring.ask(), body)
        enquiring.answered(enquiring.ask(EnquiryKind.INFORMATION))


def asked_often(count):
    for _ in range(count):
        published()


def late_letters(count):
    notice = scene.publish()
    for entry in [notice.entries.get()] * count:
        letters.log_letter(
            notice=notice,
            site=entry.site,
            kind=LetterKind.ANONYMOUS,
            received_on=today(),
            text="示例",
            dealt_with="示例",
            by=factories.user(Role.OFFICE),
        )


def extensions(count):
    notice = Notice.objects.first() or scene.publish()
    for _ in range(count):
        notice.refresh_from_db()
        notices_service.extend(
            notice=notice,
            counted_from=notice.ends_on,
            length=1,
            reason="示例",
            by=factories.user(Role.OFFICE),
        )


def long_notice(count):
    notice = scene.publish(*scene.accepted(count))
    for entry in notice.entries.all():
        scene.object_to(notice, entry.site)


def made_known(count):
    """Each with its picture."""
    notice = scene.publish()
    for _ in range(count):
        scene.outlet_in_public(notice)


def determinations(count):
    for _ in range(count):
        scene.determined()


def long_determination(count):
    scene.determined(*[factories.site(Stage.DETERMINED, level=Level.DISTRICT) for _ in range(count)])


def articles(count):
    """About many sites and items, with pictures, taken up by many."""
    about = [factories.site(Stage.BUILDING) for _ in range(2)]
    for _ in range(count):
        files = [builders.upload("示例.pdf", pdf(b"sample"))]
        made = scene.article(*about, items=Item.objects.all()[:3], files=files)
        scene.taken_up(made)


def long_article(count):
    on_item = Item.objects.all()[:count]
    made = scene.article(*[factories.site(Stage.BUILDING) for _ in range(count)], items=on_item)
    for _ in range(count):
        scene.taken_up(made)


def long_draft(count):
    files = [builders.upload(f"{n}.pdf", pdf(bytes([n]))) for n in range(count % 8)]
    scene.drafted(*[factories.site(Stage.BUILDING) for _ in range(count)], files=files)


def site_articles(count):
    site = Site.objects.first() or factories.site(Stage.BUILDING)
    for _ in range(count):
        scene.article(site)


def site_notices(count):
    """One site on many notices, each withdrawn before the next."""
    key = (Site.objects.first() or scene.accepted()[0]).pk
    for _ in range(count):
        notice = scene.publish(Site.objects.get(pk=key))
        notices_service.withdraw(notice=notice, reason="示例", by=factories.user(Role.OFFICE))


def drafts(count):
    for _ in range(count):
        site = factories.site(Stage.NAMED)
        scene.drafted(site, by=factories.liaison_of(site))


def article_page(prefix):
    return lambda: f"{prefix}/{Article.objects.latest('pk').pk}/"


def site_page():
    return f"/sites/{Site.objects.earliest('pk').pk}/"


def determination_page():
    return f"/determinations/{Determination.objects.latest('pk').pk}/"


def appraisals(count):
    for _ in range(count):
        scene.answered(scene.appraisal(codes=2))


def long_appraisal(count):
    window = Appraisal.objects.first() or scene.appraisal()
    make_codes(appraisal=window, number=count, by=factories.user(Role.OFFICE))
    scene.answered(window, count, text="示例意见")


def long_papers(count):
    """Forms from paper, each with its draw: entered again or not, alike, or settled; with scans."""
    window = Appraisal.objects.first() or scene.appraisal()
    first, second = (factories.user(Role.OFFICE) for _ in range(2))
    for number in range(count):
        scene.entered(window, first)
        [entry] = scene.drawn(window, first)
        if number % 3 == 0:
            entry = scene.entered_again(entry, second, step=0)
            paper_answers.settle(entry=entry, says=dict.fromkeys(entry.differing, 1), by=second)
        elif number % 3 == 1:
            scene.entered_again(entry, second, step=0)
        scan = SimpleUploadedFile("a.pdf", pdf(str(entry.pk).encode()))
        paper_answers.attach_scans(appraisal=window, files=[scan], by=first)


def second_page():
    return f"{appraisal_page()}second/"


def paper_draw(count):
    """One draw of so many forms, the latest."""
    window = Appraisal.objects.first() or scene.appraisal()
    office = factories.user(Role.OFFICE)
    scene.entered(window, office, count)
    scene.drawn(window, office)


def paper_draw_page():
    return PaperDraw.objects.latest("pk").get_absolute_url()


def appraisal_page():
    return f"/desk/appraisals/{Appraisal.objects.get().pk}/"


def notice_page(prefix):
    return lambda: f"{prefix}/notices/{Notice.objects.order_by('-pk')[0].pk}/"


PAGES = [
    ("/", sites, None),
    ("/", notices, None),
    ("/", namings, None),
    ("/", articles, None),
    ("/", appraisals, None),
    ("/programme/", determinations, None),
    ("/programme/", notices, None),
    ("/programme/", namings, None),
    ("/sites/", sites, None),
    ("/determinations/", determinations, None),
    (determination_page, long_determination, None),
    ("/desk/determinations/", determinations, Role.OFFICE),
    ("/notices/", notices, None),
    (notice_page(""), long_notice, None),
    (notice_page(""), made_known, None),
    ("/namings/", namings, None),
    ("/commendations/", commendations, None),
    (commendation_page(""), long_commendation, None),
    ("/desk/commendations/", commendations, Role.OFFICE),
    (commendation_page("/desk"), long_commendation, Role.LEADING_GROUP),
    ("/experience/", articles, None),
    (article_page("/experience"), long_article, None),
    (site_page, site_articles, None),
    (site_page, site_notices, None),
    ("/standards/government-affairs/", articles, None),
    ("/desk/articles/", articles, Role.OFFICE),
    ("/desk/articles/", articles, Role.LIAISON),
    (article_page("/desk/articles"), long_article, Role.OFFICE),
    (article_page("/desk/articles"), long_draft, Role.OFFICE),
    ("/desk/", drafts, Role.OFFICE),
    ("/sitemap.xml", sites, None),
    ("/sitemap.xml", articles, None),
    ("/search/?q=示例", sites, None),
    ("/search/?q=示例", articles, None),
    ("/open-data/", sites, None),
    ("/api/v1/", sites, None),
    ("/api/v1/sites/", sites, None),
    ("/ask/", asked_often, None),
    ("/desk/enquiries/", enquiries_of_all_kinds, Role.OFFICE),
    ("/desk/enquiries/", enquiries_of_all_kinds, Role.LEADING_GROUP),
    ("/desk/questions/", asked_often, Role.OFFICE),
    ("/feeds/notices.atom", notices, None),
    ("/feeds/notices.atom", namings, None),
    ("/desk/notices/", notices, Role.OFFICE),
    (notice_page("/desk"), long_notice, Role.LEADING_GROUP),
    (notice_page("/desk"), long_notice, Role.OFFICE),
    (notice_page("/desk"), made_known, Role.OFFICE),
    ("/desk/notices/add/", scene.accepted, Role.OFFICE),
    ("/desk/objections/", objections, Role.OFFICE),
    ("/desk/appraisals/", appraisals, Role.OFFICE),
    ("/desk/appraisals/", appraisals, Role.LEADING_GROUP),
    (appraisal_page, long_appraisal, Role.OFFICE),
    (appraisal_page, long_papers, Role.OFFICE),
    (second_page, long_papers, Role.OFFICE),
    (paper_draw_page, paper_draw, Role.OFFICE),
    ("/desk/", long_papers, Role.OFFICE),
    ("/desk/appraisals/add/", appraisals, Role.OFFICE),
    ("/desk/objections/letters/", late_letters, Role.OFFICE),
    (notice_page(""), extensions, None),
    (lambda: f"{notice_page('')()}object/", long_notice, None),
    (notice_page("/desk"), extensions, Role.OFFICE),
    ("/desk/namings/", namings, Role.OFFICE),
    (story_page("/namings"), long_story, None),
    (story_site, long_story, None),
    (story_page("/desk/namings"), long_story, Role.OFFICE),
    ("/desk/rechecks/", rechecks, Role.OFFICE),
    ("/desk/rechecks/add/", namings, Role.OFFICE),
    ("/desk/rechecks/draw/", namings, Role.OFFICE),
    ("/desk/rechecks/draws/", draws, Role.OFFICE),
    (draw_page, drawn, Role.LEADING_GROUP),
]


@pytest.mark.parametrize(("address", "make", "role"), PAGES)
def test_page_asks_as_often_for_nine_rows_as_for_three(client, on, address, make, role):
    on("2008-05-20")
    if role:
        client.force_login(factories.user(role))

    def queries() -> int:
        where = address() if callable(address) else address
        bring_up_to_date()
        with CaptureQueriesContext(connection) as asked:
            assert client.get(where).status_code == 200
        return len(asked)

    make(3)
    few = queries()
    make(6)
    most = {long_story: OF_A_STORY, **dict.fromkeys((long_notice, extensions, made_known), OF_A_NOTICE)}
    assert queries() == few <= (most.get(make, 13) if role == Role.OFFICE else 13)


# Nothing on them grows.
FIXED = [
    "/programme/",
    "/standards/",
    "/standards/service/",
    "/objections/",
    "/appraise/",
    "/verify/",
    "/report-an-error/",
    "/site-map/",
    "/robots.txt",
]


def test_site_map_of_everything_asks_at_most_twelve_times(client, on, django_assert_max_num_queries):
    on(TODAY)
    publish_everything()
    with django_assert_max_num_queries(12):
        client.get("/sitemap.xml")


@pytest.mark.parametrize("address", FIXED)
def test_page_asks_at_most_twelve_times(client, address, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        client.get(address)
