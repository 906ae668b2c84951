"""What becomes public of a site when it is determined, announced and named (保密审查)."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.publishing import PUBLISHABLES, Part, Publishable, Values
from sites.models import Replacement, Site
from sites.services.replacements import as_replaced
from sites.site_fields import Seen, facts


def of_site(site: Site, _values: Values) -> Iterator[Part]:
    """What the determined list, its public page, notices, decisions and the open data show of it."""
    with translation.override("zh-hans"):
        level, kind = site.get_level_display(), site.get_kind_display()
        said = list(facts(site, Seen.IN_PUBLIC))
    yield Part(key="name", label=_("Window"), text=site.window_name)
    yield Part(key="unit", label=_("Unit"), text=site.organisation.name)
    yield Part(key="level", label=_("Level"), text=level)
    yield Part(key="kind", label=_("Kind"), text=kind)
    for head, text in said:
        yield Part(key=head, label=head, text=text)


PUBLISHABLES.add(
    Publishable(
        kind="site",
        what=gettext_lazy("What is published of a site"),
        open_to=lambda user: Site.objects.visible_to(user).select_related("organisation", "programme"),
        parts=of_site,
        url=lambda site: site.filing.get_absolute_url(),
    ),
    Publishable(
        kind="replacement",
        what=gettext_lazy("What is published of a window that replaces another one"),
        open_to=lambda user: Replacement.objects.visible_to(user).select_related("site"),
        parts=lambda replacement, values: of_site(as_replaced(replacement), values),
        writers=lambda replacement: [replacement.asked_by_id],
        called=lambda replacement, _values: str(replacement.site),
        url=lambda replacement: reverse("sites:replacement", args=[replacement.site_id]),
    ),
    place=5,
)
