"""Files that people send: read in pieces once it is known who sends them, up to a limit that is a setting."""

from __future__ import annotations

from fastapi import Request

from api.errors import TooLarge

PATHS = r"/(?:api|fragments)/registers/import|/api/hazards/\d+/photos"
"""Paths whose requests are read by `received`, which keeps their limits itself."""
BINARY_BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
"""What the description of the API says of such a request."""
_MB = 1_000_000


async def received(request: Request, most_mb: int, setting: str) -> bytes:
    """Return what a request brings; raises TooLarge, naming the setting, as soon as it is more."""
    most = most_mb * _MB
    said = request.headers.get("content-length", "")
    if said.isdecimal() and len(said) < 20 and int(said) > most:
        raise TooLarge(most_mb, int(said) / _MB, setting)
    data = bytearray()
    async for piece in request.stream():
        data += piece
        if len(data) > most:
            raise TooLarge(most_mb, len(data) / _MB, setting)
    return bytes(data)
