"""Addresses of lists, work plans and the programme, mounted at /desk/."""

from django.urls import path

from .views import (
    determinations,
    filings,
    imports,
    means,
    meetings,
    plans,
    posts,
    programmes,
    registers,
    replacements,
    research,
    rows,
    site_means,
    timetables,
    units,
)

app_name = "sites"

# Lists: the overview, one list, and the steps it takes.
filing_urls = [
    path("filings/", filings.filing_list, name="filings"),
    path("filings/mine/", filings.my_filing, name="my_filing"),
    path("filings/remind/", filings.filing_remind, name="filing_remind"),
    path("filings/<int:pk>/", filings.filing_detail, name="filing"),
    path("filings/<int:pk>/check-up/", filings.filing_check_up, name="filing_check_up"),
    path("filings/<int:pk>/put-forward/", filings.filing_put_forward, name="filing_put_forward"),
    path("filings/<int:pk>/decide/", filings.filing_decide, name="filing_decide"),
    path("filings/<int:pk>/hand-back/", filings.filing_hand_back, name="filing_hand_back"),
    path("filings/<int:pk>/file/", filings.filing_file, name="filing_file"),
    path("filings/<int:pk>/send-back/", filings.filing_send_back, name="filing_send_back"),
    path("filings/<int:pk>/take-back/", filings.filing_recall, name="filing_recall"),
    path("filings/<int:pk>/versions/", filings.filing_versions, name="filing_versions"),
    path("filings/<int:pk>/receipt/", filings.filing_receipt, name="filing_receipt"),
]

# 初审 and 审定.
determination_urls = [
    path("filings/<int:pk>/review/", determinations.filing_review, name="filing_review"),
    path("determinations/", determinations.DeterminationList.as_view(), name="determinations"),
    path("determinations/new/", determinations.determination_new, name="determination_new"),
    path("determinations/<int:pk>/", determinations.determination_detail, name="determination"),
]

# How the leading group decides.
meeting_urls = [
    path("meetings/", meetings.MeetingList.as_view(), name="meetings"),
    path("meetings/new/", meetings.meeting_new, name="meeting_new"),
    path("meetings/<int:pk>/", meetings.meeting_detail, name="meeting"),
    path("meetings/<int:pk>/edit/", meetings.meeting_edit, name="meeting_edit"),
    path("meetings/<int:pk>/items/", meetings.meeting_item, name="meeting_item"),
    path("meetings/<int:pk>/record/", meetings.meeting_record, name="meeting_record"),
    path("meetings/<int:pk>/confirm/", meetings.meeting_confirm, name="meeting_confirm"),
    path("meetings/<int:pk>/issue/", meetings.meeting_issue, name="meeting_issue"),
    path("resolutions/", meetings.ResolutionList.as_view(), name="resolutions"),
    path("resolutions/decided/", meetings.decision_note, name="decision_note"),
    path("resolutions/circulate/", meetings.circulate, name="circulate"),
    path("resolutions/<int:pk>/", meetings.resolution_detail, name="resolution"),
    path("resolutions/<int:pk>/answer/", meetings.resolution_answer, name="resolution_answer"),
    path("resolutions/<int:pk>/slip/", meetings.resolution_slip, name="resolution_slip"),
    path("resolutions/<int:pk>/take-back/", meetings.resolution_take_back, name="resolution_take_back"),
    path("slips/<int:pk>/scan/", meetings.slip_scan, name="slip_scan"),
]

# The rows of a list, one by one or from a workbook, and the units they name.
row_urls = [
    path("filings/<int:pk>/add/", rows.site_add, name="site_add"),
    path("filings/<int:pk>/sites/<int:site_pk>/", rows.site_edit, name="site_edit"),
    path("filings/<int:pk>/sites/<int:site_pk>/remove/", rows.site_remove, name="site_remove"),
    path("filings/<int:pk>/sites/<int:site_pk>/withdraw/", rows.site_withdraw, name="site_withdraw"),
    path("filings/<int:pk>/units/add/", units.unit_add, name="unit_add"),
    path("filings/<int:pk>/template/", imports.filing_template, name="filing_template"),
    path("filings/<int:pk>/upload/", imports.filing_upload, name="filing_upload"),
    path("filings/<int:pk>/preview/", imports.filing_preview, name="filing_preview"),
    path("filings/<int:pk>/confirm/", imports.filing_confirm, name="filing_confirm"),
    path("filings/<int:pk>/errors/", imports.filing_errors, name="filing_errors"),
    path("filings/<int:pk>/export/", imports.filing_export, name="filing_export"),
    path("filings/<int:pk>/imports/<int:batch_pk>/undo/", imports.batch_undo, name="batch_undo"),
]

# A determined window replaced by another one.
replacement_urls = [
    path("sites/<int:site_pk>/replacement/", replacements.replacement, name="replacement"),
    path("replacements/<int:pk>/review/", replacements.replacement_review, name="replacement_review"),
    path("replacements/<int:pk>/decide/", replacements.replacement_decide, name="replacement_decide"),
]

# A site (and a district, by its list) has a plan, a timetable and liaisons.
plan_urls = [
    path("sites/<int:site_pk>/plan/", plans.plan_detail, name="plan"),
    path("filings/<int:filing_pk>/plan/", plans.plan_detail, name="district_plan"),
    path("plans/<int:pk>/agree/", plans.plan_agree, name="plan_agree"),
    path("plans/<int:pk>/return/", plans.plan_return, name="plan_return"),
    path("plans/<int:pk>/compare/", plans.plan_compare, name="plan_compare"),
    path("plans/<int:pk>/file/", plans.plan_file, name="plan_file"),
]

timetable_urls = [
    path("timetables/", timetables.timetable_list, name="timetables"),
    path("sites/<int:site_pk>/timetable/", timetables.timetable_detail, name="timetable"),
    path("filings/<int:filing_pk>/timetable/", timetables.timetable_detail, name="district_timetable"),
    path("measures/<int:pk>/tick/", timetables.measure_tick, name="measure_tick"),
    path("measures/<int:pk>/take-back/", timetables.measure_take_back, name="measure_take_back"),
    path("measures/<int:pk>/file/", timetables.measure_file, name="measure_file"),
]

post_urls = [
    path("sites/<int:site_pk>/liaisons/", posts.liaison_list, name="liaisons"),
    path("filings/<int:filing_pk>/liaisons/", posts.liaison_list, name="district_liaisons"),
    path("liaisons/<int:pk>/", posts.liaison_correct, name="liaison"),
    path("liaisons/<int:pk>/account/", posts.liaison_account, name="liaison_account"),
    path("liaisons/<int:pk>/hand-over/", posts.liaison_hand_over, name="hand_over"),
    path("vacancies/", posts.vacancy_list, name="vacancies"),
]

programme_urls = [
    path("programmes/", programmes.programme_list, name="programmes"),
    path("programmes/<int:pk>/", programmes.programme_detail, name="programme"),
    path("programmes/<int:pk>/edit/", programmes.programme_edit, name="programme_edit"),
    path("programmes/<int:pk>/phases/", programmes.phases_edit, name="phases_edit"),
    path("programmes/<int:pk>/designate/", programmes.programme_designate, name="programme_designate"),
    path("programmes/<int:pk>/new/", programmes.programme_new, name="programme_new"),
    path("programmes/<int:pk>/run/", programmes.programme_run, name="programme_run"),
    path("programmes/phases/<int:pk>/extend/", programmes.phase_extend, name="phase_extend"),
]

# What is done for sites: guidance, money, facilities.
means_urls = [
    path("guidance/", means.GuidanceList.as_view(), name="guidance"),
    path("guidance/<int:pk>/reply/", site_means.guidance_reply, name="guidance_reply"),
    path("investments/", means.InvestmentList.as_view(), name="investments"),
    path("investments/<int:pk>/", site_means.investment_edit, name="investment_edit"),
    path("facilities/", means.FacilityList.as_view(), name="facilities"),
    path("facilities/<int:pk>/", site_means.facility_edit, name="facility_edit"),
    path("facilities/<int:pk>/before/", site_means.facility_photo, {"when": "before"}, name="photo_before"),
    path("facilities/<int:pk>/after/", site_means.facility_photo, {"when": "after"}, name="photo_after"),
    path(
        "investments/<int:pk>/remove/",
        site_means.means_remove,
        {"record": "investment"},
        name="investment_remove",
    ),
    path(
        "facilities/<int:pk>/remove/", site_means.means_remove, {"record": "facility"}, name="facility_remove"
    ),
    path("research/", research.ResearchList.as_view(), name="research_visits"),
    path("research/add/", research.research_add, name="research_add"),
    path("research/<int:pk>/", research.research, name="research"),
    path("research/<int:pk>/edit/", research.research_edit, name="research_edit"),
    path("research/<int:pk>/guidance/", research.research_guide, name="research_guide"),
    path("research/<int:pk>/draft/", research.research_into_draft, name="research_into_draft"),
    path("research/<int:pk>/close/", research.research_close, name="research_close"),
    path("sites/<int:site_pk>/means/", site_means.site_means, name="means"),
    path("sites/<int:site_pk>/guidance/", site_means.guidance_add, name="guidance_add"),
    path("sites/<int:site_pk>/investments/", site_means.investment_add, name="investment_add"),
    path("sites/<int:site_pk>/facilities/", site_means.facility_add, name="facility_add"),
]

# Whole registers, loaded by the office.
import_urls = [
    path("imports/", registers.import_list, name="imports"),
    path("imports/registers/<str:register>/", registers.register_export, name="register_export"),
    path("imports/<int:pk>/", registers.import_detail, name="import"),
    path("imports/<int:pk>/progress/", registers.import_progress, name="import_progress"),
    path("imports/<int:pk>/confirm/", registers.import_confirm, name="import_confirm"),
    path("imports/<int:pk>/discard/", registers.import_discard, name="import_discard"),
    path("imports/<int:pk>/undo/", registers.import_undo, name="import_undo"),
    path("imports/<int:pk>/errors/", registers.import_errors, name="import_errors"),
]

urlpatterns = [
    *filing_urls,
    *determination_urls,
    *meeting_urls,
    *row_urls,
    *replacement_urls,
    *plan_urls,
    *timetable_urls,
    *post_urls,
    *programme_urls,
    *means_urls,
    *import_urls,
]
