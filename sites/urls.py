"""Addresses of lists, work plans and the programme, mounted at /desk/."""

from django.urls import path

from .views import filings, imports, plans, programmes, rows, units

app_name = "sites"

# Lists: the overview, one list, and the steps it takes.
filing_urls = [
    path("filings/", filings.filing_list, name="filings"),
    path("filings/mine/", filings.my_filing, name="my_filing"),
    path("filings/<int:pk>/", filings.filing_detail, name="filing"),
    path("filings/<int:pk>/file/", filings.filing_file, name="filing_file"),
    path("filings/<int:pk>/review/", filings.filing_review, name="filing_review"),
    path("filings/<int:pk>/send-back/", filings.filing_send_back, name="filing_send_back"),
    path("filings/<int:pk>/determine/", filings.filing_determine, name="filing_determine"),
]

# The rows of a list, one by one or from a workbook, and the units they name.
row_urls = [
    path("filings/<int:pk>/add/", rows.site_add, name="site_add"),
    path("filings/<int:pk>/sites/<int:site_pk>/", rows.site_edit, name="site_edit"),
    path("filings/<int:pk>/sites/<int:site_pk>/remove/", rows.site_remove, name="site_remove"),
    path("filings/<int:pk>/units/add/", units.unit_add, name="unit_add"),
    path("filings/<int:pk>/template/", imports.filing_template, name="filing_template"),
    path("filings/<int:pk>/upload/", imports.filing_upload, name="filing_upload"),
    path("filings/<int:pk>/confirm/", imports.filing_confirm, name="filing_confirm"),
]

plan_urls = [
    path("sites/<int:site_pk>/plan/", plans.plan_detail, name="plan"),
    path("plans/<int:pk>/agree/", plans.plan_agree, name="plan_agree"),
    path("plans/<int:pk>/return/", plans.plan_return, name="plan_return"),
    path("plans/<int:pk>/file/", plans.plan_file, name="plan_file"),
]

programme_urls = [
    path("programmes/", programmes.programme_detail, name="programme"),
    path("programmes/phases/<int:pk>/extend/", programmes.phase_extend, name="phase_extend"),
]

urlpatterns = [*filing_urls, *row_urls, *plan_urls, *programme_urls]
