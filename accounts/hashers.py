"""How passwords are kept: Argon2id at the least cost that OWASP's cheat sheet names.

A sign-in costs 23 ms of CPU and 19 MiB for that long. Django's own PBKDF2 at a million rounds is 123 ms, of
which two hundred people who sign in within a minute notice the most, and a guesser with graphics cards the
least; Django's own Argon2 takes 100 MiB and eight threads. Measured on two cores (docs/decisions.md).
"""

import threading

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2(Argon2PasswordHasher):
    """Argon2id; a process works on so many passwords at a time, whoever floods the sign-in with guesses."""

    memory_cost = 19 * 1024  # KiB
    time_cost = 2
    parallelism = 1

    at_once = threading.BoundedSemaphore(2)

    def encode(self, password: str, salt: str) -> str:
        with self.at_once:
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        with self.at_once:
            return super().verify(password, encoded)
