"""The portal's settings on a machine of the drill: style sheets are found where they lie, not collected."""

from wuhai_portal.settings import *  # noqa: F403
from wuhai_portal.settings import STORAGES

WHITENOISE_AUTOREFRESH = True
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
