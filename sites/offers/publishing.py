"""What becomes public of a site when it is determined, announced and named (保密审查)."""

from collections.abc import Iterator

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.publishing import PUBLISHABLES, Part, Publishable, Values
from sites.models import Site
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
    place=5,
)
