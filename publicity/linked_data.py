"""What a page is about, in the words of schema.org, for search engines: only what the page itself says."""

from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import Organisation
from core.http import full_address
from publicity.models import Article, Question
from publicity.open_data import DataSet
from sites.models import Site

Said = dict[str, Any]


def office() -> Said:
    """Who runs the portal."""
    with translation.override("zh-hans"):
        name = _("Office of the Leading Group for Open Government of Wuhai")
    return {"@type": "GovernmentOrganization", "name": name, "url": full_address("publicity:home")}


def website() -> Said:
    """The portal with its search."""
    search = full_address("publicity:search") + "?q={words}"
    return {
        "@type": "WebSite",
        "url": full_address("publicity:home"),
        "publisher": office(),
        "potentialAction": {
            "@type": "SearchAction",
            "target": search,
            "query-input": "required name=words",
        },
    }


def of_site(site: Site) -> Said:
    """The window that is a demonstration site, and the body it is of."""
    said: Said = {
        "@type": "GovernmentOffice",
        "name": site.window_name,
        "url": full_address("publicity:site", site.pk),
        "parentOrganization": of_body(site.organisation),
    }
    return said | ({"address": site.address} if site.address else {})


def of_body(body: Organisation) -> Said:
    return {"@type": "GovernmentOrganization", "name": body.name}


def of_article(article: Article) -> Said:
    return {
        "@type": "Article",
        "headline": article.title,
        "datePublished": article.published_on,
        "dateModified": article.corrected_on or article.published_on,
        "author": of_body(article.organisation),
        "publisher": office(),
    }


def of_questions(questions: list[Question]) -> Said:
    """Frequent questions with their answers."""
    return {
        "@type": "FAQPage",
        "mainEntity": [
            {
                "@type": "Question",
                "name": question.question,
                "acceptedAnswer": {"@type": "Answer", "text": question.answer},
            }
            for question in questions
        ],
    }


def of_data(sets: list[DataSet], licence: str) -> Said:
    """The data that can be had here, under which licence."""
    with translation.override("zh-hans"):
        listed = [
            {
                "@type": "Dataset",
                "name": str(each.title),
                "description": str(each.about),
                "url": full_address("publicity:open_data") + f"#{each.key}",
                "license": licence,
                "distribution": [
                    {
                        "@type": "DataDownload",
                        "encodingFormat": kind,
                        "contentUrl": full_address("publicity:data_file", each.key, kind),
                    }
                    for kind in ("csv", "json", "xlsx")
                ],
            }
            for each in sets
        ]
    return {"@type": "DataCatalog", "publisher": office(), "dataset": listed}
