"""Addresses of this room."""

from django.urls import path

from .views import defaults, drafts, instructions, kinds, papers, receipts, wordings

app_name = "documents"
urlpatterns = [
    path("documents/", papers.DocumentList.as_view(), name="list"),
    path("documents/drafts/", drafts.DraftList.as_view(), name="drafts"),
    path("documents/drafts/together/", drafts.together, name="drafts_together"),
    path("documents/drafts/<int:pk>/", drafts.draft, name="draft"),
    path("documents/drafts/<int:pk>/remark/", drafts.remark, name="draft_remark"),
    path("documents/drafts/<int:pk>/ask/", drafts.ask, name="draft_ask"),
    path("documents/drafts/<int:pk>/check/", drafts.check, name="draft_check"),
    path("documents/drafts/<int:pk>/countersign/", drafts.countersign, name="draft_countersign"),
    path("documents/drafts/<int:pk>/send-back/", drafts.send_back, name="draft_send_back"),
    path("documents/drafts/<int:pk>/hand-in/", drafts.hand_in, name="draft_hand_in"),
    path("documents/drafts/<int:pk>/sign/", drafts.sign, name="draft_sign"),
    path("documents/drafts/papers/<int:pk>/change/", drafts.paper_change, name="draft_paper_change"),
    path("documents/drafts/papers/<int:pk>/file/", drafts.paper_file, name="draft_paper_file"),
    path("documents/drafts/papers/<int:pk>/retry/", drafts.paper_retry, name="draft_paper_retry"),
    path("documents/received/", receipts.ReceivedList.as_view(), name="received"),
    path("documents/received/sign/", receipts.sign_all, name="sign_all"),
    path("documents/receipts/<int:pk>/sign/", receipts.sign, name="sign"),
    path("documents/receipts/<int:pk>/on-paper/", receipts.on_paper, name="on_paper"),
    path("documents/instructions/", instructions.InstructionList.as_view(), name="instructions"),
    path("documents/instructions/<int:pk>/", instructions.instruction, name="instruction"),
    path("documents/instructions/<int:pk>/edit/", instructions.edit, name="instruction_edit"),
    path("documents/instructions/<int:pk>/take-back/", instructions.take_back, name="instruction_take_back"),
    path("documents/instructions/answers/<int:pk>/", instructions.answer, name="instruction_answer"),
    path("documents/kinds/", kinds.kind_list, name="kinds"),
    path("documents/kinds/<slug:kind>/defaults/", defaults.default_edit, name="default_edit"),
    path("documents/kinds/<slug:kind>/series/", kinds.series, name="kind_series"),
    path("documents/kinds/<slug:kind>/wording/", wordings.wording, name="wording"),
    path("documents/kinds/<slug:kind>/wording/edit/", wordings.edit, name="wording_edit"),
    path("documents/kinds/<slug:kind>/wording/preview/", wordings.preview, name="wording_preview"),
    path("documents/kinds/<slug:kind>/wording/publish/", wordings.publish, name="wording_publish"),
    path("documents/kinds/<slug:kind>/wording/discard/", wordings.discard, name="wording_discard"),
    path("documents/<int:pk>/", papers.detail, name="detail"),
    path("documents/<int:pk>/status/", papers.status, name="status"),
    path("documents/<int:pk>/file/", papers.download, name="download"),
    path("documents/<int:pk>/retry/", papers.retry, name="retry"),
    path("documents/<int:pk>/instruct/", instructions.instruct, name="instruct"),
    path("documents/<int:pk>/copies/", receipts.copies_printed, name="copies_printed"),
    path("documents/<int:pk>/copies/hand-out/", receipts.copies_given, name="copies_given"),
]
