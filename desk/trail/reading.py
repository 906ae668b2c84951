"""Which entries of the trail a person reads."""

import json
from functools import cache
from typing import Any

from auditlog.models import LogEntry
from auditlog.registry import auditlog
from django.contrib.contenttypes.models import ContentType
from django.db.models import ForeignKey, ManyToManyField, Model, Q, QuerySet

from accounts.models import User
from assessments.models import Draw
from publicity.models import Article
from sites.models import Filing, Site


def seen_by(user: User) -> QuerySet[LogEntry]:
    """The trail without entries about sites this person has stood aside from, of whatever record.

    As everywhere a list with such a site on it is shut as a whole, with all that was filed of it. So are
    draws that may have named the site: their page tells them without it.
    """
    entries: QuerySet[LogEntry] = LogEntry.objects.order_by("-pk")
    aside = user.recused_sites()
    if not aside.exists():
        return entries
    shut = about(aside) | _about_lists(user.recused_lists()) | _naming(aside)
    return entries.exclude(shut | _of(Draw, "round__programme__sites", aside))


def about(site_keys: QuerySet[Any, Any]) -> Q:
    """Entries about the sites with these keys, of whatever record; of a deleted one nobody can tell."""
    found = Q()
    for model in auditlog.get_models():
        if path := _path_to(Site, model):
            found |= _of(model, path, site_keys)
    return found


def _about_lists(list_keys: QuerySet[Any, Any]) -> Q:
    """Entries about the lists with these keys: the list, its versions, its imports, no single site."""
    found = Q()
    for model in auditlog.get_models():
        if not _path_to(Site, model) and (path := _path_to(Filing, model)):
            found |= _of(model, path, list_keys)
    return found


def _naming(site_keys: QuerySet[Any, Any]) -> Q:
    """Entries of articles that put one of these sites in or took it off, which they tell by its name alone.

    Whatever the site was called: the trail knows its names.
    """
    of_sites = LogEntry.objects.get_for_objects(Site.objects.filter(pk__in=site_keys))
    found = Q(pk=None)
    for name in set(of_sites.order_by().values_list("object_repr", flat=True)):
        # SQLite keeps Chinese escaped, PostgreSQL plain.
        found |= Q(changes__icontains=json.dumps(name))
        found |= Q(changes__icontains=json.dumps(name, ensure_ascii=False))
    return Q(found, content_type=ContentType.objects.get_for_model(Article))


def _of(model: type[Model], path: str, keys: QuerySet[Any, Any]) -> Q:
    """Entries about the records of a model that lead to these keys."""
    records = model._default_manager.filter(**{f"{path}__in": keys}).order_by()
    return Q(content_type=ContentType.objects.get_for_model(model), object_id__in=records.values("pk"))


@cache
def _path_to(goal: type[Model], model: type[Model]) -> str:
    """The shortest lookup from a record to its site or sites, or to its list; "" where there is none.

    It follows required keys only: a reply always has a finding, but only perhaps evidence.
    """
    reached: dict[type[Model], str] = {model: ""}
    for current in (queue := [model]):
        if current is goal:
            return reached[goal] or "pk"
        for field in current._meta.get_fields():
            target = field.related_model
            always = isinstance(field, ForeignKey) and not field.null
            to_goal = isinstance(field, ForeignKey | ManyToManyField) and target is goal
            if (always or to_goal) and isinstance(target, type) and target not in reached:
                reached[target] = f"{reached[current]}__{field.name}".removeprefix("__")
                queue.append(target)
    return ""
