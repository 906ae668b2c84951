"""What this room does beside the acts of others that two people decide: their papers are drafted first."""

from django.urls import reverse

from accounts.decisions import COMPANIONS, Companion
from accounts.models import Motion
from documents.models import Draft
from documents.services import drafts, signing


def _page(motion: Motion) -> str:
    draft = Draft.objects.filter(motion=motion).first()
    return reverse("documents:draft", args=[draft.pk]) if draft else ""


COMPANIONS.add(
    Companion(moved=drafts.draw_up, around=signing.carried_out, ended=signing.end, page=_page), place=10
)
