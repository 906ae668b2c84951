"""The WSGI entry point, for a server of one's own; `./portal run` has `deploy/web.py`."""

import os

from django.core.wsgi import get_wsgi_application

from .keys import refuse_other_keys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wuhai_portal.settings")

application = get_wsgi_application()
refuse_other_keys()
