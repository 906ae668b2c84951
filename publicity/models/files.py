"""Files of this room are kept as those of every room are."""

from core.kept_files import KeptFile as KeptFile
from core.kept_files import kept_under as kept_under
