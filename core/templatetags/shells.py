"""What the shells of all pages need to let a page say each thing once.

A page's template fills blocks; a shell shows some of them in more than one place (a heading is also
the title and the end of the trail), or only if there is something in them. Only the shells load this.
"""

from django import template
from django.conf import settings
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.utils.safestring import SafeString, mark_safe

from core import maintenance

register = template.Library()


@register.simple_tag(takes_context=True)
def text_of(context: template.Context, name: str) -> SafeString:
    """What the page says in its block `name`, without white space around; empty if it has no such block."""
    block = context.render_context[BLOCK_CONTEXT_KEY].get_block(name)
    return mark_safe(block.render(context).strip() if block else "")  # noqa: S308 - a template's own output


@register.inclusion_tag("components/maintenance.html")
def maintenance_notice() -> dict[str, object]:
    """Needs nothing of the page: error pages have it too."""
    return {"maintenance": maintenance.now()}


@register.inclusion_tag("components/trial.html")
def trial_notice() -> dict[str, object]:
    """Needs nothing of the page either."""
    return {"is_trial": settings.PORTAL_DEMO_RULES}


@register.simple_block_tag
def drawn(content: str) -> str:
    """What stands between, kept by `as` to be shown in more than one place: drawn once."""
    return content
