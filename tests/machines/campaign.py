"""Makes what the drill's machines work on: units that file evidence, and papers that wait for a worker.

    python -P -m tests.machines.campaign SITES PAPERS

Prints each unit's cookie and form, as JSON.
"""

import json
import sys

import django


def main(sites, papers):
    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.test import Client
    from django.urls import reverse

    from accounts.enums import Role
    from assessments.enums import RoundKind
    from assessments.marks import standard_items
    from audit import keys
    from documents.papers import DocumentKind
    from documents.services import issue
    from sites.enums import Stage
    from tests import factories
    from tests.assessments import builders
    from tests.documents.samples import notice_findings, sample

    for command in ("migrate", "createcachetable", "load_plan"):
        call_command(command, verbosity=0, stdout=sys.stderr)
    keys.note()
    builders.open_round(RoundKind.SELF)
    units = []
    for _ in range(sites):
        site = builders.building()
        client = Client()
        client.force_login(builders.liaison(site))
        units.append(
            {
                "session": client.cookies[settings.SESSION_COOKIE_NAME].value,
                "address": reverse("assessments:evidence_add", args=[site.pk]),
                "item": standard_items(builders.self_sheet(site))[0].pk,
            }
        )
    site, office = factories.site(stage=Stage.RECTIFYING), factories.user(Role.OFFICE)
    for _ in range(papers):
        issue(
            kind=DocumentKind.RECTIFICATION_NOTICE,
            programme=site.programme,
            title="关于示例窗口整改的通知",
            sites=[site],
            context=sample(DocumentKind.RECTIFICATION_NOTICE, findings=notice_findings(60)),
            by=office,
        )
    print(json.dumps(units))  # noqa: T201


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
