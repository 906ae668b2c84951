"""What must hold of the machinery below all rooms for the portal to be well (`core.health`)."""

from django.utils.translation import gettext_lazy as _

from core import scanner
from core.conditions import configured, machine, pages, work
from core.health import DATABASE, Condition, conditions

conditions.add(
    Condition(
        id="database",
        title=_("Database"),
        advice=_("See whether the database server runs and can be reached, and whether its disk is full."),
        look=pages.database,
        lane=DATABASE,
        for_readers=True,
    ),
    Condition(
        id="broker",
        title=_("Broker"),
        advice=_("Start the broker (Valkey or Redis) anew. What waits is on the rows and is lost to nobody."),
        look=pages.broker,
        for_readers=True,
    ),
    Condition(
        id="storage",
        title=_("Storage of files"),
        advice=_("See whether the folder of files is mounted, writable for the portal, and not full."),
        look=pages.storage,
        for_readers=True,
    ),
    Condition(
        id="migrations",
        title=_("Database and version"),
        advice=_("Run the version of the portal that the database was made for, or migrate the database."),
        look=pages.migrations,
        lane=DATABASE,
        for_readers=True,
    ),
    Condition(
        id="guards",
        title=_("Guards of the database"),
        advice=_(
            "Ask the auditor to check the trail; then let the database's owner make them anew: "
            "./portal manage migrate. Until then nothing is written after a start."
        ),
        look=pages.guards,
        lane=DATABASE,
    ),
    Condition(
        id="workers",
        title=_("Workers"),
        advice=_("Start the workers anew, on each machine that has one."),
        look=work.workers,
    ),
    Condition(
        id="beat",
        title=_("Clock of the worker (beat)"),
        advice=_("See whether beat and a worker run. Digests, reminders and seals wait for them."),
        look=work.beat,
        lane=DATABASE,
    ),
    Condition(
        id="waiting",
        title=_("What waits for the worker"),
        advice=_("See whether the workers run, or are too few for what comes."),
        look=work.waiting,
        lane=DATABASE,
    ),
    Condition(
        id="failed",
        title=_("Jobs that failed"),
        advice=_("Each says on its own page why, and can be asked for again there."),
        look=work.failed,
        lane=DATABASE,
    ),
    Condition(
        id="disk",
        title=_("Room on the disk"),
        advice=_("Make room: old backups and logs first. Below 1 GB uploads and papers begin to fail."),
        look=machine.disk,
    ),
    Condition(
        id="clock",
        title=_("Clock of the machine"),
        advice=_("Let both machines take their time from one server (chrony or systemd-timesyncd)."),
        look=machine.clock,
        lane=DATABASE,
    ),
    Condition(
        id="certificate",
        title=_("Certificate"),
        advice=_("Renew the certificate before it ends, and let nginx read it anew."),
        look=machine.certificate,
    ),
    Condition(
        id="backup",
        title=_("Last backup"),
        advice=_("See why no backup is made, and make one now: ./portal backup."),
        look=machine.backup,
        lane=DATABASE,
    ),
    Condition(
        id="archive",
        title=_("Log of the database"),
        advice=_("See on the database's machine why PostgreSQL cannot archive its log: pgbackrest check."),
        look=machine.archive,
        lane=DATABASE,
    ),
    Condition(
        id="debug",
        title=_("Debug mode"),
        advice=_("Take DEBUG out of the settings and start the portal anew."),
        look=configured.debug,
    ),
    Condition(
        id="maintenance",
        title=_("Maintenance"),
        advice=_("End it when the work is done: ./portal maintenance off."),
        look=configured.maintenance,
    ),
    Condition(
        id="proxy",
        title=_("Proxy"),
        advice=_(
            "Set PORTAL_PROXIES to the number of your own proxies; then wrong passwords count by reader."
        ),
        look=configured.proxy,
    ),
    Condition(
        id="scanner",
        title=_("Virus scanner"),
        advice=_("Start clamd, or mend PORTAL_CLAMAV; until then no file is taken."),
        look=scanner.look,
    ),
    place=10,
)
