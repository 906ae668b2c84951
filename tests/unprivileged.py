"""The tests' process without what root alone may: a file whose rights shut it out is shut to it as well."""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager

# linux/capability.h: version 3 has two words of 32 for each set.
_VERSION = 0x20080522
_OVERRIDES = 1 << 1 | 1 << 2  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
_libc = ctypes.CDLL(None, use_errno=True)


@contextmanager
def rights_count() -> Iterator[None]:
    """This thread reads and writes what its user's rights let it; nothing changes for who is not root."""
    header, sets = (ctypes.c_uint32 * 2)(_VERSION, 0), (ctypes.c_uint32 * 6)()
    _check(_libc.capget(header, sets))
    effective, sets[0] = sets[0], sets[0] & ~_OVERRIDES
    _check(_libc.capset(header, sets))
    try:
        yield
    finally:
        sets[0] = effective
        _check(_libc.capset(header, sets))


def _check(result: int) -> None:
    if result:
        raise OSError(ctypes.get_errno(), "the rights of the process cannot be changed")
