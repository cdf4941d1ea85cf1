"""What the API must be told to run; the composition root fills it from the settings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from alerts.channels import subscription


@dataclass(frozen=True, slots=True)
class ApiConfig:
    """Settings of one API process.

    `secret_key` signs what browsers carry (request tokens, links in messages); replicas share it.
    `session_idle_for`: Source: our choice; a shift and the way home. A page that stays open keeps it alive,
    up to `session_at_most`. `beat_every` and `client_buffer` bound what one browser's stream may cost.
    `import_mb` and `photo_mb` bound what a file of registers and a photo may bring.
    `push_services` are those to which a browser may make us push.
    Guesses: Source: our choice; one home sits behind one address, so the address may mistype for everyone.
    """

    database_url: str
    secret_key: str
    public_url: str = "http://127.0.0.1:8080"
    secure_cookies: bool = False
    pool_size: int = 8
    session_idle_for: timedelta = timedelta(hours=12)
    session_at_most: timedelta = timedelta(days=30)
    guesses_within: timedelta = timedelta(minutes=15)
    guesses_per_login_and_address: int = 8
    guesses_per_login: int = 40
    guesses_per_address: int = 100
    beat_every: timedelta = timedelta(seconds=10)
    client_buffer: int = 256
    send_within: timedelta = timedelta(seconds=10)
    battery_pct: float = 20.0
    push_services: tuple[str, ...] = subscription.SERVICES
    import_mb: int = 20
    photo_mb: int = 15

    def __post_init__(self) -> None:
        """Refuse a secret that can be guessed."""
        if len(self.secret_key) < 16:
            raise ValueError("secret_key: expected at least 16 characters")
