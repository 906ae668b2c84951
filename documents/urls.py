"""Addresses of this room."""

from django.urls import path

from .views import instructions, papers, receipts

app_name = "documents"
urlpatterns = [
    path("documents/", papers.DocumentList.as_view(), name="list"),
    path("documents/received/", receipts.ReceivedList.as_view(), name="received"),
    path("documents/received/sign/", receipts.sign_all, name="sign_all"),
    path("documents/receipts/<int:pk>/sign/", receipts.sign, name="sign"),
    path("documents/receipts/<int:pk>/on-paper/", receipts.on_paper, name="on_paper"),
    path("documents/instructions/", instructions.InstructionList.as_view(), name="instructions"),
    path("documents/instructions/<int:pk>/", instructions.instruction, name="instruction"),
    path("documents/instructions/<int:pk>/edit/", instructions.edit, name="instruction_edit"),
    path("documents/instructions/<int:pk>/take-back/", instructions.take_back, name="instruction_take_back"),
    path("documents/instructions/answers/<int:pk>/", instructions.answer, name="instruction_answer"),
    path("documents/<int:pk>/", papers.detail, name="detail"),
    path("documents/<int:pk>/status/", papers.status, name="status"),
    path("documents/<int:pk>/file/", papers.download, name="download"),
    path("documents/<int:pk>/retry/", papers.retry, name="retry"),
    path("documents/<int:pk>/instruct/", instructions.instruct, name="instruct"),
    path("documents/<int:pk>/copies/", receipts.copies_printed, name="copies_printed"),
    path("documents/<int:pk>/copies/hand-out/", receipts.copies_given, name="copies_given"),
]
