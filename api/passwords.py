"""Passwords: argon2id hashes, and a check that takes as long for a login that does not exist."""

from __future__ import annotations

import base64
import secrets
import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher()
_VERSION = 19
"""Source: RFC 9106 section 3.2, the one that this hasher writes."""


def hash_password(password: str) -> str:
    """Return the argon2id hash of a password, with its salt and cost in it."""
    return _HASHER.hash(password)


def hash_of_nobody() -> str:
    """Return a hash that costs as much to check as any and that no password has.

    It is made up and not computed: that took a fifth of a second and 64 MiB of every start.
    """
    costs = f"m={_HASHER.memory_cost},t={_HASHER.time_cost},p={_HASHER.parallelism}"
    salt, digest = (
        base64.b64encode(secrets.token_bytes(length)).rstrip(b"=").decode("ascii")
        for length in (_HASHER.salt_len, _HASHER.hash_len)
    )
    return f"$argon2id$v={_VERSION}${costs}${salt}${digest}"


class Passwords:
    """Checks passwords; a few at a time, since each check takes tens of MiB and a core."""

    def __init__(self, at_once: int = 4) -> None:
        self._nobody = hash_of_nobody()
        self._slots = threading.Semaphore(at_once)

    def matches(self, password: str, password_hash: str | None) -> bool:
        """Say whether the password is right; with no hash (nobody has this login) the work is the same."""
        with self._slots:
            try:
                right = _HASHER.verify(password_hash or self._nobody, password)
            except (VerificationError, InvalidHashError):
                return False
        return right and password_hash is not None
