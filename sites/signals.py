"""What the rooms above may want to hear of."""

from django.dispatch import Signal

# Sent inside the transaction in which the head of a district's office determines its list; `filing` is the
# Filing, `by` the person. The documents room answers with the district's paper.
list_decided = Signal()

# Sent inside the transaction in which that is taken back, or a change of the list voids it; `filing` is the
# Filing, `reason` why, in the paper's language. The documents room withdraws the paper.
decision_void = Signal()

# Sent inside the transaction that files a list; `filing` is the Filing, `by` the person.
# The documents room answers with the 上报表.
list_filed = Signal()

# Sent inside the transaction that determines a batch; `determination` is the Determination.
# The documents room answers with the 确定名单.
sites_determined = Signal()
