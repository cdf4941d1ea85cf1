"""A photo as it is sent -> as it is kept: told by its content, upright, small, without what it does not need.

What is kept is made anew from the pixels, so nothing that was hidden in the file comes with it. Pure.
"""

from __future__ import annotations

import io
import math
import struct
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, cast

from PIL import ExifTags, Image, ImageOps

from model.clock import SHANGHAI
from model.errors import BadInput

FORMATS = ("JPEG", "PNG", "WEBP")
PIXELS_MOST = 50_000_000
"""Source: our choice; more than the cameras of telephones give, and 200 MB of memory."""
LONGEST_PX = 2048
"""Source: our choice; a notice on a wall can be read, and a photo takes about half a megabyte."""
THUMBNAIL_PX = 800
_QUALITY = 86
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, struct.error, Image.DecompressionBombError)


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo as it is kept, always JPEG; `lat` and `lon` in WGS-84, only where they were to be kept."""

    content: bytes
    thumbnail: bytes
    width_px: int
    height_px: int
    taken_at: datetime | None
    lat: float | None
    lon: float | None
    sha256: bytes
    given_sha256: bytes


def prepare(data: bytes, *, keep_location: bool = False) -> Picture:
    """Return a photo as it is kept; raises BadInput for what is no photo, or too many pixels."""
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            if image.width * image.height > PIXELS_MOST:
                raise BadInput(
                    "photo",
                    f"至多 at most {PIXELS_MOST // 1_000_000} 百万像素 million pixels",
                    f"{image.width}x{image.height}",
                )
            if getattr(image, "n_frames", 1) != 1:
                raise BadInput("photo", "静态照片 one picture, no animation")
            exif = image.getexif()
            taken_at = _taken_at(exif)
            lat, lon = _place(exif) if keep_location else (None, None)
            image.draft("RGB", (LONGEST_PX * 2, LONGEST_PX * 2))  # a JPEG is then decoded at a fraction
            upright = _flat(ImageOps.exif_transpose(image))
    except (*_BROKEN, Image.DecompressionBombWarning) as exc:
        if isinstance(exc, BadInput):
            raise
        raise BadInput("photo", "照片：JPEG、PNG 或 WebP a photo: JPEG, PNG or WebP") from exc
    upright.thumbnail((LONGEST_PX, LONGEST_PX), Image.Resampling.LANCZOS)
    content = _jpeg(upright)
    small = upright.copy()
    small.thumbnail((THUMBNAIL_PX, THUMBNAIL_PX), Image.Resampling.LANCZOS)
    return Picture(
        content,
        _jpeg(small),
        upright.width,
        upright.height,
        taken_at,
        lat,
        lon,
        sha256(content).digest(),
        sha256(data).digest(),
    )


def _flat(image: Image.Image) -> Image.Image:
    """Return the picture in plain colours, on white where it was transparent."""
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        seen = image.convert("RGBA")
        ground = Image.new("RGB", seen.size, "white")
        ground.paste(seen, mask=seen.getchannel("A"))
        return ground
    return image.convert("RGB")


def _jpeg(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=_QUALITY, optimize=True, exif=b"", icc_profile=None)
    return out.getvalue()


def _taken_at(exif: Image.Exif) -> datetime | None:
    """Return when the camera says that it was; in Shanghai where it names no zone."""
    details = exif.get_ifd(ExifTags.IFD.Exif)
    said = str(details.get(ExifTags.Base.DateTimeOriginal) or exif.get(ExifTags.Base.DateTime) or "")
    zone = str(details.get(ExifTags.Base.OffsetTimeOriginal) or "").strip("\0 ")
    try:
        at = datetime.strptime(said.strip("\0 "), "%Y:%m:%d %H:%M:%S").replace(tzinfo=SHANGHAI)
        return at if not zone else datetime.fromisoformat(at.strftime("%Y-%m-%dT%H:%M:%S") + zone)
    except ValueError:
        return None


def _place(exif: Image.Exif) -> tuple[float | None, float | None]:
    """Return latitude and longitude, both or none."""
    told = exif.get_ifd(ExifTags.IFD.GPSInfo)
    lat = _degrees(told.get(ExifTags.GPS.GPSLatitude), told.get(ExifTags.GPS.GPSLatitudeRef), "S", 90)
    lon = _degrees(told.get(ExifTags.GPS.GPSLongitude), told.get(ExifTags.GPS.GPSLongitudeRef), "W", 180)
    return (None, None) if lat is None or lon is None else (lat, lon)


def _degrees(parts: Any, side: Any, negative: str, most: float) -> float | None:
    try:
        degrees, minutes, seconds = (float(part) for part in cast(tuple[Any, ...], parts))
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    value = degrees + minutes / 60 + seconds / 3600
    if not math.isfinite(value) or not 0 <= value <= most:
        return None
    return -value if str(side or "").strip("\0 ").upper() == negative else value
