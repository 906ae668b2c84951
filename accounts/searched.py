"""What is searched at the desk, kind by kind: each room offers its own."""

from core.offers import Offers
from core.search import SearchKind

from .models import User

# Each kind asks its room's `visible_to`: what somebody may not see, or stood aside from, is neither found nor
# counted. In the order in which they are shown.
SEARCH_KINDS: Offers[SearchKind[User]] = Offers()
