"""What each kind of paper is filled with.

A context is a frozen, JSON-serialisable snapshot: every date is ISO 8601 text, every
score is text as printed ("86.5"), so the paper cannot change after it was issued.
The texts are Chinese whatever the reader's language: official papers exist in Chinese only.
"""

from collections.abc import Mapping
from typing import NotRequired, TypedDict

from sites.calendar import CountedDayJson

from .papers import DocumentKind


class IssueFields(TypedDict):
    """What issuing adds to every context."""

    number: str  # 乌政公办〔2008〕3号
    title: str  # in full: issuer, matter and kind of paper, ××关于…的通知
    issued_on: str  # ISO date
    addressee: str  # 主送 without the colon; "" = none
    copies_to: str  # 抄送 without the full stop; "" = none
    signer: str  # 签发人 of a paper that goes upward; "" leaves the place to sign by hand
    verification_url: str
    verification_code: str
    sample_note: str  # "" or the 示例 mark of rehearsal data
    words: NotRequired[dict[str, str]]  # its standing text by passages; without it, as the portal comes with
    printer: NotRequired[str]  # 印发机关; "" = the organ whose paper it is
    note: NotRequired[str]  # 附注 without its brackets; "" = none
    corrects: NotRequired[str]  # number of the paper that this one corrects and replaces
    print_run: NotRequired[int]  # 份数; 0 = not printed on the paper
    draft: NotRequired[str]  # 第1稿, of a paper that is no paper yet
    cited: NotRequired[str]  # 《…》（…）和《…》（…）; "" = none; papers from before the library lack it


class ProgrammeFields(TypedDict):
    programme_title: str  # without 《》
    programme_number: str


class ScoredFields(TypedDict):
    """Only on papers issued since points cite the rules they follow; older ones lack it."""

    scored_by: NotRequired[str]  # 《…考评办法》（第1版）


class FiledSite(TypedDict):
    ordinal: int
    organisation: str
    unit_type: str  # 部门, 公用事业单位, 镇, 街道办事处 …
    window_name: str
    kind: str  # 政务公开 or 办事公开
    reason: str
    working_body: str
    liaison_name: str
    liaison_phone: str


class DistrictDeterminationContext(IssueFields, ProgrammeFields):
    issuer: str  # the district's office, which heads and signs the paper
    district: str  # 海勃湾区
    sites: list["ListedSite"]
    minimum: int  # how many sites the plan asks of a district
    maximum: int


class FilingFormContext(IssueFields, ProgrammeFields):
    filer: str  # the district's office or the designated unit
    level: str  # 市级 or 区级
    filed_on: str
    filed_by: str
    sites: list[FiledSite]


class TeamPerson(TypedDict):
    name: str
    unit: str  # the department
    role: str  # 组长 or 成员


class TeamDays(TypedDict):
    starts_on: str
    ends_on: str


class PrintedTeam(TeamDays):
    name: str
    people: list[TeamPerson]  # the leader first


class HearingFields(TypedDict):
    """Only on papers issued since the unit is heard before the notice; older ones lack these fields."""

    unit_view: NotRequired[str]  # 有异议：…, 无异议, 已撤回异议; "" = it said nothing
    office_answer: NotRequired[str]  # "" = none was needed


class NoticeFinding(HearingFields):
    code: str  # ZW-1.1; "" = a gap of the whole site
    section: str
    item: str
    clause: str  # the plan's own words
    points: str
    max_points: str
    reason: str
    opinion: str
    working_days: NotRequired[int]
    deadline: str  # ISO date


class SiteFields(ProgrammeFields):
    site: str
    organisation: str
    kind: str  # 政务公开 or 办事公开


class RectificationNoticeContext(IssueFields, SiteFields, ScoredFields):
    inspected_on: str  # the day the final sheet was signed
    team: str
    inspectors: str  # 组长…、成员…
    total: str
    maximum: str
    pass_mark: str
    findings: list[NoticeFinding]
    deadline: str
    deadline_counted: str  # one sentence, with its full stop


class ReportFinding(HearingFields):
    code: str  # "" = a gap of the whole site
    item: str
    reason: NotRequired[str]
    opinion: str
    deadline: NotRequired[str]
    late: NotRequired[str]  # 逾期2个工作日; "" = the first answer came in time
    sent_back: NotRequired[int]  # how many answers were
    extended: NotRequired[int]  # how many times the deadline was
    pictures_before: NotRequired[int]
    pictures_after: NotRequired[int]
    answer: str
    answered_on: str  # ISO date or ""
    verified_on: str  # ISO date or "" while open
    files: int


class RectificationReportContext(IssueFields, SiteFields, ScoredFields):
    notice_number: str
    total: str
    maximum: str
    findings: list[ReportFinding]
    unit_summary: NotRequired[str]  # the unit's own words, with their full stop; "" = it wrote none


class SummarySection(TypedDict):
    name: str
    findings: int
    verified: int
    answered: int
    open: int
    overdue: int


class SummarySite(TypedDict):
    ordinal: int
    site: str
    organisation: str
    level: str  # 市级 or 区级
    inspected_on: str
    total: str
    maximum: str
    findings: int
    verified: int
    overdue: int
    standing: str  # 无需整改, 整改完成, 整改中, 征求意见中


class OverdueFinding(TypedDict):
    site: str
    code: str
    item: str
    deadline: str
    late: str  # 逾期3个工作日


class RectificationSummaryContext(IssueFields, ProgrammeFields, ScoredFields):
    round: str
    round_key: int
    sites_total: int  # in the round
    sections: list[SummarySection]
    sites: list[SummarySite]  # the inspected ones
    overdue: list[OverdueFinding]
    put: int  # findings whose notice is not out


class SectionScore(TypedDict):
    name: str
    inspection: str  # points at the inspection (督查); "" = not inspected
    points: str
    maximum: str


class ResolvedFields(TypedDict):
    """How the leading group came to its decision: papers issued before it was asked lack it."""

    resolved: NotRequired[str]  # a clause: 经2008年1月21日市政务公开领导小组会议研究; "" = it did not decide


class AcceptedFields(SiteFields, ResolvedFields, ScoredFields):
    """What the unit is told of its result, and the leading group as well."""

    level: str  # 市级 or 区级
    inspected_on: str  # the day the on-site sheet was signed
    sections: list[SectionScore]
    standard_total: str
    standard_maximum: str
    inspection_total: str  # "" = not inspected
    pass_mark: str
    appraisal_sample: int
    appraisal_score: str
    bonus: str
    bonus_grounds: str
    veto_reason: str  # "" = none
    veto_grounds: NotRequired[str]  # without its end mark; papers from before it was asked for lack it
    composite: str
    band: str  # 优秀, 良好 …; not printed where the site did not pass
    decision: str  # 通过验收, 未通过验收
    decided_on: str
    decision_note: str  # with its full stop; "" = none
    rectifications_closed: int
    rectifications_total: int


class AcceptanceNoticeContext(IssueFields, AcceptedFields):
    pass


class AcceptanceReportContext(IssueFields, AcceptedFields):
    appraisal_details: NotRequired[str]  # margin, answers on paper, doubtful ones; "" = none
    appraisal_weight: str  # as printed: 20%
    further: str  # 座谈会 and the like, without a full stop; "" where there was none
    standard_weight: str  # as printed: 80%
    working: str  # the arithmetic written out, for an annex: 92.5×80%+88×20%+0=91.6
    recommendation: str  # 通过验收, 不予通过验收
    opinion: str  # with its full stop
    recommended_on: str


class ListedSite(TypedDict):
    ordinal: int
    name: str
    organisation: str
    level: str
    kind: str


class VisitedSite(ListedSite):
    team: str


class TeamNoticeContext(IssueFields, ProgrammeFields):
    round: str
    round_key: int  # not printed
    replaces: str  # the number of the notice it takes the place of; "" = none
    occasion: str  # 督查, 验收, 复查
    departments: list[str]
    teams: list[PrintedTeam]
    sites: list[VisitedSite]


class IntroductionLetterContext(IssueFields, SiteFields, TeamDays):
    visit_key: int  # not printed
    round: str
    occasion: str  # 督查, 验收, 复查
    team: str
    people: list[TeamPerson]  # who go there, the leader first


class DeterminedSite(ListedSite):
    place: str  # 市级, or the district: 海勃湾区


class DeterminedListContext(IssueFields, ProgrammeFields, ResolvedFields):
    sites: list[DeterminedSite]  # the city's first, then district by district
    is_supplement: bool  # an earlier list was published in this programme


class PrintedArticle(TypedDict):
    number: str  # 第十二条
    text: str  # numbers filled in


class PrintedChapter(TypedDict):
    title: str  # 第二章 考评对象
    articles: list[PrintedArticle]


class RulebookNoticeContext(IssueFields, ProgrammeFields):
    rulebook: str  # without 《》
    version: int
    replaces: str  # the title of the version before, without 《》; "" = it is the first
    replaces_version: int  # 0 = it is the first
    chapters: list[PrintedChapter]


class PublicNoticeContext(IssueFields, ProgrammeFields):
    grounds: str  # a clause without its end mark: 经实地检查、社会评议…，有关示范点…通过验收
    sites: list[ListedSite]
    starts_on: str
    ends_on: str
    length: int
    unit: str  # 工作日 or 自然日
    counted: list[CountedDayJson]
    made_known: str  # the whole sentence: 本公示在本网站和公示栏同时公布。
    office: str
    address: str
    postcode: str
    telephone: str
    hours: str
    web: str


class NoticeExtensionContext(IssueFields, ProgrammeFields):
    notice_title: str
    notice_number: str
    old_end: str
    ends_on: str
    length: int  # of what was added
    unit: str  # 工作日 or 自然日
    counted: list[CountedDayJson]
    reason: str  # a clause without its end mark
    office: str
    telephone: str
    web: str


class AcceptedSite(TypedDict):
    ordinal: int
    name: str
    organisation: str
    level: str  # 市级 or 区级
    kind: str  # 政务公开 or 办事公开
    standard: str  # 92.5/100
    appraisal: str  # 88
    sample: int  # people who answered
    composite: str
    band: str
    decision: str  # 通过验收, 未通过验收


class ProgrammeGoal(TypedDict):
    goal: str  # the plan's words: 组织领导机制健全
    government_affairs: (
        str  # 得分率 of the section over the accepted sites, as printed: 91.3%; "" = a display
    )
    service: str
    shown_by: str  # for the two goals without a section: what stands for them, in a sentence


class ProgrammeAcceptanceContext(IssueFields, ProgrammeFields, ScoredFields):
    as_of: str  # ISO date
    sites_total: int  # determined
    examined: int  # decided
    passed: int
    failed: int
    waiting: int
    sites: list[AcceptedSite]
    goals: list[ProgrammeGoal]


class ObjectionReplyContext(IssueFields, SiteFields):
    notice_title: str
    notice_number: str
    received_on: str
    channel: str  # 网上, 来信, 来电, 来访
    result: str  # 不予受理, 成立, 部分成立, 不成立
    was_looked_into: bool
    reply: str  # with its full stop; names nobody


class InformationReplyContext(IssueFields, ProgrammeFields):
    received_on: str
    channel: str  # 网上, 来信, 来电, 来访
    result: str  # 予以公开, 部分公开, 不予公开, 非本机关, 不存在
    reply: str  # with its full stop; names nobody


class NamedSite(ListedSite):
    objection: str  # 无异议, 异议不成立, 异议不予受理
    mongolian: NotRequired[str]  # its name in that script; "" = none


class NamingDecisionContext(IssueFields, ProgrammeFields, ResolvedFields):
    grounds: str  # the notice's
    sites: list[NamedSite]
    notice_number: str


class CommendedBody(TypedDict):
    ordinal: int
    name: str  # the site's, or the body's
    organisation: str  # of a site: its unit; "" = the body itself


class CommendedPerson(TypedDict):
    ordinal: int
    name: str
    organisation: str
    post: str


class CommendationDecisionContext(IssueFields, ProgrammeFields, ResolvedFields):
    grounds: str  # with its full stop
    collectives: list[CommendedBody]
    people: list[CommendedPerson]


class TrackingFields(SiteFields, ResolvedFields):
    level: str  # 市级 or 区级
    decision_number: str  # of the naming
    named_on: str
    plaque_number: str
    reason: str  # with its full stop


class WarningNoticeContext(IssueFields, TrackingFields):
    found_on: str  # the day of the visit, or of the complaint, it rests on
    found: str  # 复查 or 投诉核查
    unmet: str  # what a recheck found not met, one after another; "" for a complaint
    rectify_by: str
    length: int  # of the time to mend
    unit: str  # 工作日
    counted: list[CountedDayJson]


class RestorationNoticeContext(IssueFields, TrackingFields):
    warning_number: str
    warned_on: str
    answered_on: str  # the day of the unit's last answer; "" = it gave none
    found_on: str  # the day of the visit of the recheck it rests on
    looked_at: str  # what was looked at, one after another


class RevocationDecisionContext(IssueFields, TrackingFields):
    warning_number: str
    warned_on: str
    answered_on: str  # the day of the unit's last answer; "" = it gave none
    found_on: str  # the day of the visit of the last recheck since the warning; "" = none
    unmet: str  # what that found not met; "" = nothing, or no recheck
    heard_on: str  # the day the unit was told that a revocation is considered
    state_by: str
    stated_on: str  # "" = no view came by that day
    rectify_by: str
    why_early: str  # with its full stop; "" = the time to mend was over


class PrintedVoice(TypedDict):
    name: str
    role: str  # 组长 or 成员
    signs: str  # the name, or of a leader who is away the deputy's with it


class ResultSite(ListedSite):
    standard_name: str  # title and version
    standard: str  # 92.5/100
    appraisal: str  # 88
    sample: int  # people who answered
    composite: str
    band: str
    decision: str  # 通过验收, 未通过验收
    decided_on: str
    naming: str  # 已命名（乌政公发〔2008〕2号）, 公示中, 未命名 …
    findings: int
    mended: int


class ResultFinding(TypedDict):
    site: str
    code: str  # "" = a gap of the whole site
    item: str
    reason: str
    opinion: str
    deadline: str
    verified_on: str  # "" = not mended


class ResultSheetContext(IssueFields, ProgrammeFields, ScoredFields):
    organisation: str  # the unit
    unit_key: int  # not printed
    replaces: str  # the number of the sheet it takes the place of; "" = none
    sites: list[ResultSite]
    findings: list[ResultFinding]


class SheetFields(SiteFields):
    sheet: int  # the final sheet it tells of; not printed
    round: str
    standard: str  # title and version
    version: int  # of the final sheet; counts on when it is unlocked
    team: str
    signed_on: str
    voices: list[PrintedVoice]  # the members, the leader first: one column each


class PrintedMark(TypedDict):
    level: str  # 符合, 部分符合, 不符合, 不适用; "" = no mark
    points: str  # "" where there are none
    differs: bool  # from the final mark


class MemberMark(PrintedMark):
    name: str
    reason: str


class SheetLine(TypedDict):
    code: str
    item: str
    maximum: str
    own: PrintedMark  # self-assessment
    members: list[PrintedMark]  # in the order of `voices`
    final: PrintedMark
    reason: str
    not_due: str  # why it is not due; "" = due
    deliberated: bool


class SheetSection(TypedDict):
    name: str
    points: str
    maximum: str
    lines: list[SheetLine]


class ScoreSheetContext(IssueFields, SheetFields, ScoredFields):
    total: str
    maximum: str
    pass_mark: str  # in points of this maximum
    sections: list[SheetSection]


class PrintedAnswer(TypedDict):
    by: str
    agrees: bool
    text: str
    on: str


class PrintedProposal(TypedDict):
    ordinal: int
    mark: PrintedMark
    reason: str
    by: str
    on: str
    answers: list[PrintedAnswer]


class PrintedArgument(TypedDict):
    by: str
    text: str
    on: str


class PrintedRecusal(TypedDict):
    name: str
    on: str
    by: str  # who declared it, the member or the office


class DeliberatedItem(TypedDict):
    code: str
    item: str
    clause: str
    maximum: str
    gap: str  # percent of the item's points
    opened_on: str
    settled_on: str
    members: list[MemberMark]
    arguments: list[PrintedArgument]
    proposals: list[PrintedProposal]
    recusals: NotRequired[list[PrintedRecusal]]  # declared while it was deliberated on
    result: PrintedMark


class PrintedConfirmation(TypedDict):
    by: str
    on: str
    code: str  # of the marks confirmed, by their content
    at_device_of: str  # "" = at the own


class DeliberationRecordContext(IssueFields, SheetFields):
    allowed_gap: str  # percent
    items: list[DeliberatedItem]
    confirmations: NotRequired[list[PrintedConfirmation]]  # of all marks at once, at one table


class MinutesItem(TypedDict):
    title: str
    text: str  # what was proposed; "" = nothing beside the title
    agreed: bool
    outcome: str  # with its full stop; "" = agreed to as proposed


class MinutesContext(IssueFields, ProgrammeFields):
    meeting: int  # its key; not printed
    held_on: str
    place: str
    chair: str
    present: str  # names, one after another
    absent: str  # "" = nobody
    guests: str  # "" = nobody
    items: list[MinutesItem]
    remarks: str  # with its full stop; "" = none
    recorder: str
    confirmed_by: str
    confirmed_on: str


class UpwardFigure(TypedDict):
    what: str  # 确定示范点
    number: str  # 21个（市级8个、区级13个）


class UpwardReportContext(IssueFields, ProgrammeFields):
    phase: str  # 确定示范点和制定方案阶段
    starts_on: str
    ends_on: str  # extensions included
    tasks: str  # the plan's words
    as_of: str
    figures: list[UpwardFigure]
    practice: list[str]  # paragraphs, as the office wrote them
    problems: list[str]
    next_steps: list[str]


CONTEXTS: dict[DocumentKind, type] = {
    DocumentKind.DISTRICT_DETERMINATION: DistrictDeterminationContext,
    DocumentKind.FILING_FORM: FilingFormContext,
    DocumentKind.DETERMINED_LIST: DeterminedListContext,
    DocumentKind.RULEBOOK_NOTICE: RulebookNoticeContext,
    DocumentKind.TEAM_NOTICE: TeamNoticeContext,
    DocumentKind.INTRODUCTION_LETTER: IntroductionLetterContext,
    DocumentKind.RECTIFICATION_NOTICE: RectificationNoticeContext,
    DocumentKind.RECTIFICATION_REPORT: RectificationReportContext,
    DocumentKind.RECTIFICATION_SUMMARY: RectificationSummaryContext,
    DocumentKind.ACCEPTANCE_NOTICE: AcceptanceNoticeContext,
    DocumentKind.ACCEPTANCE_REPORT: AcceptanceReportContext,
    DocumentKind.PUBLIC_NOTICE: PublicNoticeContext,
    DocumentKind.PROGRAMME_ACCEPTANCE: ProgrammeAcceptanceContext,
    DocumentKind.NOTICE_EXTENSION: NoticeExtensionContext,
    DocumentKind.OBJECTION_REPLY: ObjectionReplyContext,
    DocumentKind.INFORMATION_REPLY: InformationReplyContext,
    DocumentKind.NAMING_DECISION: NamingDecisionContext,
    DocumentKind.COMMENDATION_DECISION: CommendationDecisionContext,
    DocumentKind.WARNING_NOTICE: WarningNoticeContext,
    DocumentKind.RESTORATION_NOTICE: RestorationNoticeContext,
    DocumentKind.REVOCATION_DECISION: RevocationDecisionContext,
    DocumentKind.RESULT_SHEET: ResultSheetContext,
    DocumentKind.SCORE_SHEET: ScoreSheetContext,
    DocumentKind.DELIBERATION_RECORD: DeliberationRecordContext,
    DocumentKind.MINUTES: MinutesContext,
    DocumentKind.UPWARD_REPORT: UpwardReportContext,
}


def missing_fields(kind: DocumentKind, context: Mapping[str, object]) -> list[str]:
    """The fields a context of this kind lacks: a paper is never issued with a blank in it."""
    required: frozenset[str] = CONTEXTS[kind].__required_keys__  # type: ignore[attr-defined]  # TypedDicts have it
    return sorted(required - set(context))
