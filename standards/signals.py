"""What happens to versions, for the rooms above to answer in the same transaction."""

from django.dispatch import Signal

# A version has come into force. Sender: Standard or Rulebook; arguments: version, by (a person), and
# adopt (True: the running programme's next rounds shall be opened with it).
version_published = Signal()
