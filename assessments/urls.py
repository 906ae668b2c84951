"""Addresses of this room."""

from django.urls import path

from .views import (
    acceptances,
    evidence,
    rectifications,
    recusals,
    rounds,
    sheets,
    signing,
    simulation,
    teams,
    worklist,
)

app_name = "assessments"

round_urls = [
    path("rounds/", rounds.RoundList.as_view(), name="rounds"),
    path("rounds/open/", rounds.round_open, name="round_open"),
    path("rounds/<int:pk>/", rounds.round_detail, name="round"),
    path("rounds/<int:pk>/teams/add/", teams.team_add, name="team_add"),
    path("rounds/<int:pk>/assign/", teams.assign, name="assign"),
    path("rounds/<int:pk>/close/", rounds.round_close, name="round_close"),
    path("rounds/<int:pk>/re-run/", simulation.round_rerun, name="rerun"),
    path("sites/<int:site_pk>/recuse/", recusals.recuse, name="recuse"),
]
sheet_urls = [
    path("sheets/", worklist.my_sheets, name="my_sheets"),
    path("sites/<int:site_pk>/self-assessment/", worklist.self_sheet, name="self_sheet"),
    path("assessments/<int:pk>/inspect/", worklist.inspect, name="inspect"),
    path("sheets/<int:pk>/", sheets.sheet_detail, name="sheet"),
    path("sheets/<int:pk>/items/<int:item_pk>/", sheets.score, name="score"),
    path("sheets/<int:pk>/items/<int:item_pk>/consent/", sheets.consent, name="consent"),
    path("sheets/<int:pk>/submit/", sheets.sheet_submit, name="sheet_submit"),
    path("sheets/<int:pk>/sign/", signing.sheet_sign, name="sheet_sign"),
]
evidence_urls = [
    path("sites/<int:site_pk>/evidence/add/", evidence.evidence_add, name="evidence_add"),
    path("evidence/files/<int:pk>/", evidence.evidence_file, name="evidence_file"),
]
rectification_urls = [
    path("rectifications/", rectifications.RectificationList.as_view(), name="rectifications"),
    path("rectifications/<int:site_pk>/", rectifications.rectification_detail, name="rectification"),
    path(
        "rectifications/<int:site_pk>/close/", rectifications.rectification_close, name="rectification_close"
    ),
    path("rectifications/<int:site_pk>/reopen/", rectifications.reopen, name="reopen"),
    path("findings/<int:pk>/answer/", rectifications.finding_answer, name="finding_answer"),
    path("findings/<int:pk>/verify/", rectifications.finding_verify, name="finding_verify"),
    path("findings/<int:pk>/send-back/", rectifications.finding_send_back, name="finding_send_back"),
]
acceptance_urls = [
    path("acceptances/", acceptances.AcceptanceList.as_view(), name="acceptances"),
    path("acceptances/<int:site_pk>/", acceptances.acceptance_detail, name="acceptance"),
    path("acceptances/<int:site_pk>/recommend/", acceptances.recommend, name="recommend"),
    path("acceptances/<int:site_pk>/decide/", acceptances.decide, name="decide"),
]
urlpatterns = [*round_urls, *sheet_urls, *evidence_urls, *rectification_urls, *acceptance_urls]
