"""Notices, objections, what follows a naming, articles."""

from enum import nonmember

from django.db import models
from django.utils.translation import gettext_lazy as _


class NoticeState(models.TextChoices):
    PUBLISHED = "published", _("running")
    ENDED = "ended", _("ended")
    WITHDRAWN = "withdrawn", _("withdrawn")


class ObjectionState(models.TextChoices):
    RECEIVED = "received", _("received")
    ACCEPTED = "accepted", _("being looked into")
    DECLINED = "declined", _("not taken up")
    UPHELD = "upheld", _("upheld")
    PARTLY = "partly", _("partly upheld")
    NOT_UPHELD = "not_upheld", _("not upheld")

    # While one stands here nobody is named.
    OPEN = nonmember(("received", "accepted"))
    # The results that keep the site from being named.
    AGAINST = nonmember(("upheld", "partly"))


class TrackingKind(models.TextChoices):
    """On what grounds a named site is looked at again (plan, part six, three: 动态跟踪管理)."""

    RECHECK = "recheck", _("recheck")
    COMPLAINT = "complaint", _("complaint")


class ArticleKind(models.TextChoices):
    """The plan's forms of making good practice known (part five, four)."""

    EXCHANGE = "exchange", _("exchange meeting")
    ON_SITE = "on_site", _("on-site meeting")
    COMMENDATION = "commendation", _("commendation")
    NEWS = "news", _("news")
    EXPERIENCE = "experience", _("good practice")
