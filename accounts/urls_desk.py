"""Addresses of people and organisations, one's own account, exports, messages; mounted at /desk/."""

from django.urls import path

from .views import (
    account,
    administrators,
    deputies,
    exports,
    leaving,
    links,
    messages,
    motions,
    organisations,
    people,
    personal,
    second_factor,
    secrecy,
    sessions,
)

app_name = "people"

people_urls = [
    path("people/", people.PeopleList.as_view(), name="people"),
    path("people/add/", people.person_add, name="person_add"),
    path("people/<int:pk>/", people.person_detail, name="person"),
    path("people/<int:pk>/edit/", people.person_edit, name="person_edit"),
    path("people/<int:pk>/administrator/", administrators.administer, name="administer"),
    path("people/<int:pk>/role/", administrators.appoint, name="appoint"),
    path("people/links/", links.link_sheet, name="link_sheet"),
    path("people/links/make/", links.link_sheet_make, name="link_sheet_make"),
    path("people/<int:pk>/link/", links.link_made, name="link"),
    path("people/<int:pk>/link/make/", links.link_make, name="link_make"),
    path("people/<int:pk>/second-factor/", second_factor.second_factor_reset, name="second_factor_reset"),
    path("people/<int:pk>/switch-off/", leaving.switch_off, name="switch_off"),
    path("people/<int:pk>/switch-on/", leaving.switch_on, name="switch_on"),
]

organisation_urls = [
    path("organisations/", organisations.OrganisationList.as_view(), name="organisations"),
    path("organisations/add/", organisations.organisation_add, name="organisation_add"),
    path("organisations/<int:pk>/", organisations.organisation_edit, name="organisation"),
]

deputy_urls = [
    path("deputies/", deputies.DeputyList.as_view(), name="deputies"),
    path("deputies/<int:pk>/end/", deputies.deputy_end, name="deputy_end"),
    path("people/<int:pk>/deputy/", deputies.deputy_add, name="deputy_add"),
    path("account/away/", deputies.my_deputy, name="my_deputy"),
]

account_urls = [
    path("account/", account.my_account, name="my_account"),
    path("account/mail/", account.wants_mail, name="wants_mail"),
    path("account/second-factor/", second_factor.second_factor, name="second_factor"),
    path("account/data/", personal.my_data, name="my_data"),
    path("account/data/file/", personal.my_data_file, name="my_data_file"),
    path("account/sessions/", sessions.session_list, name="sessions"),
    path("account/sessions/<int:pk>/end/", sessions.session_end, name="session_end"),
    path("account/sessions/end-others/", sessions.session_end_others, name="sessions_end_others"),
]

export_urls = [
    path("exports/", exports.ExportList.as_view(), name="exports"),
    path("exports/<int:pk>/", exports.export_detail, name="export"),
    path("exports/<int:pk>/progress/", exports.export_progress, name="export_progress"),
    path("exports/<int:pk>/cancel/", exports.export_cancel, name="export_cancel"),
    path("exports/<int:pk>/download/", exports.export_download, name="export_download"),
]

motion_urls = [
    path("motions/", motions.MotionList.as_view(), name="motions"),
    path("motions/<int:pk>/", motions.motion, name="motion"),
    path("motions/<int:pk>/agree/", motions.agree, name="motion_agree"),
    path("motions/<int:pk>/decline/", motions.decline, name="motion_decline"),
    path("motions/<int:pk>/take-back/", motions.take_back, name="motion_take_back"),
]

secrecy_urls = [
    path("secrecy/", secrecy.SecrecyReviewList.as_view(), name="secrecy_reviews"),
    path("secrecy/<int:pk>/", secrecy.secrecy_review, name="secrecy_review"),
    path("secrecy/<int:pk>/give/", secrecy.give, name="secrecy_give"),
    path("secrecy/<int:pk>/take-back/", secrecy.take_back, name="secrecy_take_back"),
    path("secrecy/<int:pk>/publish/", secrecy.put_out, name="secrecy_put_out"),
    path("secrecy/ask/<str:kind>/", secrecy.ask, name="secrecy_ask"),
]

urlpatterns = [
    *people_urls,
    *organisation_urls,
    *deputy_urls,
    *account_urls,
    *export_urls,
    *motion_urls,
    *secrecy_urls,
    path("messages/", messages.MessageList.as_view(), name="messages"),
]
