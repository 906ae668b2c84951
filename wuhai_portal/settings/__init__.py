"""Settings, driven by the environment (docs/settings.md lists the variables), a module a topic.

With nothing set but the keys the portal runs on SQLite and the embedded broker; `DATABASE_URL` and
`REDIS_URL` move it to PostgreSQL and Redis.
"""

from .application import *
from .base import *
from .browsers import *
from .database import *
from .files import *
from .keys import *
from .messages import *
from .signing_in import *
from .trail import *
from .watching import *
from .work import *
