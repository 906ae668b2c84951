"""The staff's addresses of this room, under /desk/."""

from django.urls import path

from .views import desk_namings, desk_notices, desk_objections

app_name = "publicity_desk"
urlpatterns = [
    path("notices/", desk_notices.NoticeList.as_view(), name="notices"),
    path("notices/add/", desk_notices.add, name="notice_add"),
    path("notices/<int:pk>/", desk_notices.notice, name="notice"),
    path("notices/<int:pk>/withdraw/", desk_notices.withdraw, name="notice_withdraw"),
    path("notices/<int:pk>/name/", desk_notices.name, name="notice_name"),
    path("objections/", desk_objections.ObjectionList.as_view(), name="objections"),
    path("objections/<int:pk>/", desk_objections.objection, name="objection"),
    path("objections/<int:pk>/accept/", desk_objections.accept, name="objection_accept"),
    path("objections/<int:pk>/decline/", desk_objections.decline, name="objection_decline"),
    path("objections/<int:pk>/conclude/", desk_objections.conclude, name="objection_conclude"),
    path("namings/", desk_namings.NamingList.as_view(), name="namings"),
    path("namings/<int:pk>/", desk_namings.naming, name="naming"),
    path("namings/<int:pk>/plaque/", desk_namings.plaque, name="naming_plaque"),
    path("namings/<int:pk>/tracking/", desk_namings.tracking, name="naming_tracking"),
    path("namings/<int:pk>/warn/", desk_namings.warn, name="naming_warn"),
    path("namings/<int:pk>/restore/", desk_namings.restore, name="naming_restore"),
    path("namings/<int:pk>/revoke/", desk_namings.revoke, name="naming_revoke"),
]
