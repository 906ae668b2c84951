"""Notices, objections and namings for a test, made through the services on the plan's own dates."""

import datetime
from collections.abc import Callable, Sequence
from typing import Any

from django.test import Client

from accounts.enums import Role
from accounts.models import Organisation, User
from assessments.enums import RoundKind
from assessments.models import Assessment, Round
from publicity.enums import ObjectionState
from publicity.models import (
    Appraisal,
    AppraisalResponse,
    Article,
    Commendation,
    CommendationLine,
    Event,
    Naming,
    Notice,
    NoticeOutlet,
    Objection,
    Reuse,
    Revocation,
    RevocationHearing,
    SecondEntry,
    TrackingNote,
    Warned,
    WarningAnswer,
)
from publicity.models.appraisal import QUESTIONS
from publicity.services import (
    appraisals,
    articles,
    commendations,
    events,
    handling,
    naming,
    notices,
    objections,
    outlets,
    paper_answers,
    reuse,
    tracking,
)
from publicity.services import warned as warnings
from publicity.services.tracking import Visit
from sites.calendar import pinned, today
from sites.enums import Action, Stage
from sites.models import Determination, DeterminationLine, Site
from sites.signals import sites_determined
from standards.models import Rulebook, Standard
from tests import factories, reviewing
from tests.agreeing import resolved
from tests.assessments import photos

NAME, PHONE, LETTER = "示例举报人王某", "13900001234", "示例异议内容：公开栏长期空白。"
EVENT: dict[str, object] = {
    "kind": "exchange",
    "title": "示例经验交流会",
    "held_on": datetime.date(2008, 5, 22),
    "begins_at": datetime.time(9, 0),
    "place": "示例会议室",
    "agenda": "示例单位介绍做法\n讨论",
}
CONTACT = notices.Contact(
    office="示例受理办公室",
    address="示例地址1号",
    postcode="016000",
    telephone="0473-0000000（示例）",
    hours="工作日8:30—12:00",
)


def sign_in(client: Client, role: Role, organisation: Organisation | None = None) -> User:
    """Somebody of this role is signed in."""
    user = factories.user(role, organisation)
    client.force_login(user)
    return user


def accepted(count: int = 1) -> list[Site]:
    """Sites that passed acceptance, once inspected: what an upheld objection finds is recorded there."""
    made = [factories.site(Stage.ACCEPTED) for _ in range(count)]
    for site in made:
        Assessment.objects.create(
            round=_inspection(), site=site, standard=Standard.objects.get(kind=site.kind)
        )
    return made


def _inspection() -> Round:
    made, _created = Round.objects.get_or_create(
        programme=factories.programme(),
        kind=RoundKind.INSPECTION,
        ordinal=1,
        defaults={
            "title": "示例督查",
            "rulebook": Rulebook.objects.get(),
            "opened_on": "2008-04-01",
            "due_on": "2008-04-30",
            "opened_by": factories.user(Role.OFFICE),
        },
    )
    return made


def publish(
    *sites: Site,
    length: int | None = 5,
    title: str = "",
    grounds: str = "经实地检查、社会评议",
    forms: Sequence[str] = notices.USUAL_FORMS,
) -> Notice:
    """A notice published today (the business date)."""
    by = factories.user(Role.OFFICE)
    return announced(list(sites) or accepted(), by, length=length, title=title, grounds=grounds, forms=forms)


def announced(
    sites: Sequence[Site],
    by: User,
    *,
    length: int | None = 5,
    title: str = "",
    grounds: str = "经实地检查、社会评议",
    forms: Sequence[str] = notices.USUAL_FORMS,
) -> Notice:
    """Reviewed for secrets as it stands, its sites for the naming as well, and published."""
    rulebook = factories.programme().rulebook_used
    before = Notice.objects.count()
    title = title or (f"示例公示（{before + 1}）" if before else "示例公示")
    values = notices.as_typed(
        sites=sites,
        title=title,
        grounds=grounds,
        contact=CONTACT,
        length=length or rulebook.notice_days,
        unit=rulebook.notice_unit,
        forms=forms,
    )
    reviewing.clear("notice", *sites, values=values)
    reviewing.clear("site", *sites)
    return notices.announce(
        programme=factories.programme(),
        sites=sites,
        title=title,
        grounds=grounds,
        contact=CONTACT,
        length=length,
        forms=forms,
        by=by,
    )


def outlet(notice: Notice, **changes: object) -> NoticeOutlet:
    """It hung on a board on the day it was published, as a picture shows; it waits for its review."""
    words = {
        "kind": "board",
        "on": notice.published_on,
        "medium": "示例公示栏",
        "note": "",
        "shows": "示例画面",
    }
    return outlets.record(
        notice=notice, words=words | changes, picture=photos.upload(), by=factories.user(Role.OFFICE)
    )


def outlet_in_public(notice: Notice, **changes: object) -> NoticeOutlet:
    """The same, reviewed and shown with the notice."""
    made = outlet(notice, **changes)
    reviewing.clear("outlet", made)
    outlets.publish(outlet=made, by=factories.user(Role.OFFICE))
    made.refresh_from_db()
    return made


def object_to(notice: Notice, site: Site | None = None) -> Objection:
    site = site or notice.entries.first().site
    return objections.receive(notice=notice, site=site, name=NAME, phone=PHONE, text=LETTER).objection


def take_up(letter: Objection, by: User | None = None) -> Objection:
    """Taken up by the office; an inspector looks into it."""
    by = by or factories.user(Role.OFFICE)
    handling.accept(objection=letter, investigator=factories.user(Role.INSPECTOR), by=by)
    return letter


def look_into(letter: Objection) -> Objection:
    """Taken up, where it is not yet, and looked into by the person named."""
    if letter.state == ObjectionState.RECEIVED:
        take_up(letter)
    assert letter.investigator
    handling.report(objection=letter, findings="示例核查情况", by=letter.investigator)
    return letter


def draft(letter: Objection, result: str, by: User | None = None) -> Objection:
    """Looked into, where it is not yet, and the answer drafted; what is upheld has to be mended."""
    if letter.state in (ObjectionState.RECEIVED, ObjectionState.ACCEPTED):
        look_into(letter)
    handling.conclude(
        objection=letter,
        result=ObjectionState(result),
        reply="示例答复",
        opinion="须整改" if result in ObjectionState.AGAINST else "",
        by=by or factories.user(Role.OFFICE),
    )
    return letter


def approve(letter: Objection, by: User | None = None) -> Objection:
    """What is drafted holds, as it stands."""
    by = by or factories.user(Role.LEADING_GROUP)
    handling.approve(objection=letter, seen=letter.handlings.latest("pk").pk, by=by)
    return letter


def conclude(letter: Objection, result: str, by: User | None = None) -> Objection:
    """Everything that is still to be done with it, by different people; the answer is approved `by`."""
    return approve(draft(letter, result), by)


def decline(letter: Objection, reply: str = "示例", by: User | None = None) -> Objection:
    """Not taken up, as somebody of the office proposed and another person approved."""
    handling.decline(objection=letter, reply=reply, by=by or factories.user(Role.OFFICE))
    return approve(letter)


def determined(*sites: Site) -> Determination:
    """A batch that determined these sites, with its paper."""
    programme, leader = factories.programme(), factories.user(Role.LEADING_GROUP)
    made = Determination.objects.create(
        programme=programme,
        ordinal=programme.determinations.count() + 1,
        resolution=resolved("determination", used_on=today()),
        by=leader,
        on=today(),
    )
    for site in sites or [factories.site(Stage.DETERMINED)]:
        DeterminationLine.objects.create(determination=made, site=site, is_determined=True)
    sites_determined.send(sender=Determination, determination=made)
    return made


def named(*sites: Site) -> list[Naming]:
    """Namings after a notice that ran from 5 to 12 May; the business date of the test stays."""
    with pinned(datetime.date(2008, 5, 5)):
        notice = publish(*sites)
    with pinned(notice.ends_on + datetime.timedelta(days=1)):
        return naming.name_sites(
            notice=notice,
            sites=[entry.site for entry in notice.entries.select_related("site__organisation")],
            resolution=resolved("naming"),
            by=factories.user(Role.LEADING_GROUP),
        )


def visit(
    naming: Naming, *visitors: User, is_met: bool = False, on: str = "", text: str = "示例记录"
) -> Visit:
    """What somebody of the office, or whoever is named, found today, or on another day."""
    found = {"met" if is_met else "not_met": ["示例公开栏"]}
    return Visit(
        visitors=visitors or [factories.user(Role.OFFICE)],
        visited_on=datetime.date.fromisoformat(on) if on else today(),
        text=text,
        **found,
    )


def rechecked(
    naming: Naming, by: User | None = None, *, is_met: bool = False, files=(), **more
) -> TrackingNote:
    """A recheck on file, put there by a new person of the office unless somebody is named."""
    seen = visit(naming, is_met=is_met, **more)
    return tracking.record_recheck(
        naming=naming, visit=seen, files=files, by=by or factories.user(Role.OFFICE)
    )


def complained(naming: Naming, text: str = "示例投诉", by: User | None = None) -> TrackingNote:
    return tracking.record_complaint(naming=naming, text=text, by=by or factories.user(Role.OFFICE))


def ready(action: Action, naming: Naming, by: User, **typed) -> Callable[[], Any]:
    """Read by another person for secrets, as far as it is not yet; the step itself is left to be taken."""
    reviewing.clear(warnings.review_kind(action), naming, values=warnings.as_typed(typed))
    return lambda: warnings.STEPS[action](naming=naming, by=by, **typed)


def step(action: Action, naming: Naming, by: User, **typed) -> Any:
    """Read by another person for secrets, as far as it is not yet, and taken."""
    return ready(action, naming, by, **typed)()


def warned(naming: Naming, by: User | None = None, *, reason: str = "示例警告理由", **more) -> Warned:
    """Rechecked by one person of the office, warned by another."""
    rechecked(naming)
    by = by or factories.user(Role.OFFICE)
    made: Warned = step(Action.WARN, naming, by, reason=reason, resolution=resolved("warning"), **more)
    return made


def answers(naming: Naming, text: str = "示例整改情况", files=()) -> WarningAnswer:
    """The unit's answer to its warning."""
    return warnings.answer(naming=naming, text=text, files=files, by=factories.liaison_of(naming.site))


def restored(naming: Naming, by: User | None = None, *, reason: str = "示例解除理由") -> None:
    """Rechecked by one person of the office, who found it mended, and the warning lifted by another."""
    rechecked(naming, is_met=True)
    lifted(naming, by or factories.user(Role.OFFICE), reason=reason)


def lifted(naming: Naming, by: User, *, reason: str = "示例解除理由") -> None:
    """Upon a recheck that is on file already."""
    step(Action.RESTORE, naming, by, reason=reason, resolution=resolved("restoration"))


def heard(naming: Naming, text: str = "示例陈述意见") -> RevocationHearing:
    """A revocation proposed by the office, and the unit's view on it."""
    hearing = warnings.hear(naming=naming, grounds="示例事由", by=factories.user(Role.OFFICE))
    if not text:
        return hearing
    return warnings.state_view(naming=naming, text=text, by=factories.liaison_of(naming.site))


def revoked(
    naming: Naming, by: User | None = None, *, reason: str = "示例撤销理由", why_early: str = ""
) -> Revocation:
    """Heard, where it was not yet, and revoked; `why_early` is needed while the site has time to mend."""
    if not RevocationHearing.objects.filter(warned__naming=naming).standing().exists():
        heard(naming)
    made: Revocation = step(
        Action.REVOKE,
        naming,
        by or factories.user(Role.LEADING_GROUP),
        reason=reason,
        why_early=why_early,
        resolution=resolved("revocation"),
    )
    return made


def taken_up(article: Article, unit: Organisation | None = None, note: str = "示例") -> Reuse:
    """Entered by the office, reviewed for secrets and out."""
    office = factories.user(Role.OFFICE)
    entry = reuse.record(
        article=article, organisation=unit or factories.unit(), note=note, on=today(), by=office
    )
    reviewing.clear("reuse", entry)
    reuse.confirm(reuse=entry, by=office)
    return entry


def drafted(*sites: Site, by: User | None = None, files=(), items=(), grounds=(), **words) -> Article:
    """A draft about these sites, or one; by the office, unless somebody else is named."""
    return articles.draft(
        programme=factories.programme(),
        words={"title": "示例经验", "text": "示例正文。", **words},
        sites=sites or [factories.site(Stage.BUILDING)],
        items=items,
        grounds=grounds,
        files=files,
        by=by or factories.user(Role.OFFICE),
    )


def put_out(draft: Article) -> Article:
    """Reviewed for secrets as it stands, and published today by the office."""
    reviewing.clear("article", draft)
    articles.publish(article=draft, seen=articles.of_article(draft), by=factories.user(Role.OFFICE))
    draft.refresh_from_db()
    return draft


def article(*sites: Site, **more) -> Article:
    return put_out(drafted(*sites, **more))


def appraisal(site: Site | None = None, *, days: int = 5, codes: int = 0) -> Appraisal:
    """A window that opens today, of a site whose rectification is closed unless another is given."""
    office = factories.user(Role.OFFICE)
    opened = appraisals.open_window(
        site=site or factories.site(Stage.RECTIFIED),
        opens_on=today(),
        closes_on=today() + datetime.timedelta(days=days - 1),
        by=office,
    )
    if codes:
        appraisals.make_codes(appraisal=opened, number=codes, by=office)
        opened.refresh_from_db()
    return opened


def answered(
    window: Appraisal,
    number: int = 1,
    *,
    step: int = 3,
    text: str = "",
    device: str = "",
    seconds: float = 60,
) -> list[AppraisalResponse]:
    """So many codes used, each by a device of its own unless one is named."""
    used = list(window.responses.on_slips().unused()[:number])
    for response in used:
        appraisals.answer(
            response=response,
            answers=[step] * len(QUESTIONS),
            text=text,
            device=device or f"device {response.pk}",
            seconds=seconds,
        )
    return used


def forms(window: Appraisal, number: int = 1) -> list[str]:
    """The codes of so many forms, printed by the office."""
    run = paper_answers.print_forms(appraisal=window, number=number, by=factories.user(Role.OFFICE))
    return list(run.responses.values_list("code", flat=True))


def entered(window: Appraisal, by: User, number: int = 1, *, step: int = 2) -> list[AppraisalResponse]:
    """So many forms printed and entered from paper."""
    return [
        paper_answers.enter(appraisal=window, code=code, answers=[step] * len(QUESTIONS), text="", by=by)
        for code in forms(window, number)
    ]


def drawn(window: Appraisal, by: User) -> list[SecondEntry]:
    """Of what was entered since the last draw, the forms to be entered again."""
    return list(paper_answers.draw(appraisal=window, by=by).second_entries.all())


def entered_again(entry: SecondEntry, by: User, *, step: int | None = None) -> SecondEntry:
    """Entered again as it was first, or with this answer to each question."""
    answers = entry.first_answers if step is None else [step] * len(QUESTIONS)
    return paper_answers.enter_again(
        appraisal=entry.response.appraisal,
        code=entry.response.code,
        answers=answers,
        text=entry.first_text,
        by=by,
    )


def checked(window: Appraisal, by: User) -> None:
    """A draw from what was entered, and the drawn forms entered again by somebody else, as they were."""
    for entry in drawn(window, by):
        entered_again(entry, factories.user(Role.OFFICE))


def event(site: Site, *, by: User, **words: object) -> Event:
    """An exchange meeting about a site, to which its unit is invited."""
    return events.plan(
        programme=site.programme, words=EVENT | words, sites=[site], invited=[site.organisation], by=by
    )


PERSON: dict[str, object] = {
    "person": "示例李某",
    "post": "示例科长",
    "reason": "示例个人事迹",
    "consented_on": datetime.date(2008, 5, 19),
    "consent": "示例本人书面同意",
}


def commendation(*sites: Site, by: User | None = None) -> Commendation:
    """A draft that commends these named sites, or one."""
    by = by or factories.user(Role.OFFICE)
    made = commendations.draft(
        programme=factories.programme(), title="关于表彰示例先进的决定", grounds="示例成效显著", by=by
    )
    for site in sites or [factories.site(Stage.NAMED)]:
        commend(made, by, site=site, reason="示例集体事迹")
    return made


def commend(made: Commendation, by: User, **words: object) -> CommendationLine:
    return commendations.write_line(commendation=made, words=words, by=by)


def commend_person(
    made: Commendation, by: User, organisation: Organisation, **words: object
) -> CommendationLine:
    return commend(made, by, organisation=organisation, **PERSON | words)


def put_forward(made: Commendation, by: User | None = None) -> Commendation:
    """Before the leading group, and reviewed for secrets."""
    commendations.put_forward(commendation=made, by=by or factories.user(Role.OFFICE))
    reviewing.clear("commendation", made)
    made.refresh_from_db()
    return made


def decided(made: Commendation, by: User | None = None) -> Commendation:
    """Put forward, where it is not yet, and decided by somebody of the leading group."""
    if made.is_draft:
        put_forward(made)
    commendations.decide(
        commendation=made,
        resolution=resolved("commendation"),
        by=by or factories.user(Role.LEADING_GROUP),
    )
    made.refresh_from_db()
    return made
