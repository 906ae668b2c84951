"""What people and rooms do with papers; every page, task and room above calls these."""

from .copies import give_copies, print_copies
from .papers import content_of, issue, make_again, next_number, render, retry, withdraw
from .receipts import record_on_paper, sign, sign_all, signers

__all__ = [
    "content_of",
    "give_copies",
    "issue",
    "make_again",
    "next_number",
    "print_copies",
    "record_on_paper",
    "render",
    "retry",
    "sign",
    "sign_all",
    "signers",
    "withdraw",
]
