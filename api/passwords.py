"""Passwords: argon2id hashes, and a check that takes as long for a login that does not exist."""

from __future__ import annotations

import secrets
import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher()


def hash_password(password: str) -> str:
    """Return the argon2id hash of a password, with its salt and cost in it."""
    return _HASHER.hash(password)


class Passwords:
    """Checks passwords; a few at a time, since each check takes tens of MiB and a core."""

    def __init__(self, at_once: int = 4) -> None:
        self._nobody = hash_password(secrets.token_hex(16))
        self._slots = threading.Semaphore(at_once)

    def matches(self, password: str, password_hash: str | None) -> bool:
        """Say whether the password is right; with no hash (nobody has this login) the work is the same."""
        with self._slots:
            try:
                right = _HASHER.verify(password_hash or self._nobody, password)
            except (VerificationError, InvalidHashError):
                return False
        return right and password_hash is not None
