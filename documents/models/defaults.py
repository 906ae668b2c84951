"""What the office has set for each kind of paper, for every one that is drawn up from then on."""

from auditlog.registry import auditlog
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from core.models import Worded
from documents.enums import Openness, Retention
from documents.papers import DocumentKind


class PaperDefault(Worded):
    """抄送, 附注, 份数, 公开属性, 保管期限, 印发机关 of a kind; without a row it has the built-in ones."""

    kind = models.CharField(_("kind"), max_length=30, choices=DocumentKind, unique=True)
    copies_more = models.ManyToManyField(
        Organisation, verbose_name=_("more copies to"), related_name="+", blank=True
    )
    note = models.CharField(_("note under the date"), max_length=100, blank=True)
    print_run = models.PositiveIntegerField(_("number of copies"), default=0)
    openness = models.CharField(_("openness"), max_length=10, choices=Openness)
    retention = models.CharField(_("kept for"), max_length=10, choices=Retention)
    printer = models.CharField(_("printed and sent out by"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("defaults of a kind of paper")
        verbose_name_plural = _("defaults of the kinds of paper")
        ordering = ["kind"]

    def __str__(self) -> str:
        return str(DocumentKind(self.kind).label)


auditlog.register(PaperDefault, m2m_fields={"copies_more"})
