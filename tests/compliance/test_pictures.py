"""A photo is told by its content, turned upright, made small, and rid of its place; bombs are refused."""

from __future__ import annotations

import io
import struct
import zlib
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import pytest
from PIL import ExifTags, Image, PngImagePlugin

from compliance.registers import photos
from compliance.registers.pictures import LONGEST_PX, prepare
from model.errors import BadInput


def made(
    form: str = "JPEG", size: tuple[int, int] = (40, 20), *, orientation: int = 1, mode: str = "RGB"
) -> bytes:
    """A photo that is red on its left half, with a time and a place in its EXIF."""
    image = Image.new(mode, size, "white" if mode == "RGB" else 0)
    if mode == "RGB":
        image.paste("red", (0, 0, size[0] // 2, size[1]))
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = "2026:03:09 10:20:30"
    exif.get_ifd(ExifTags.IFD.GPSInfo).update(
        {
            ExifTags.GPS.GPSLatitudeRef: "N",
            ExifTags.GPS.GPSLatitude: (29.0, 15.0, 0.0),
            ExifTags.GPS.GPSLongitudeRef: "E",
            ExifTags.GPS.GPSLongitude: (115.0, 6.0, 36.0),
        }
    )
    out = io.BytesIO()
    image.save(out, form, exif=exif)
    return out.getvalue()


def opened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_photo_is_kept_as_jpeg_without_its_place_and_with_both_hashes(form: str) -> None:
    data = made(form)
    kept = prepare(data)
    image = opened(kept.content)
    assert (image.format, image.size) == ("JPEG", (40, 20))
    assert not image.getexif()
    assert (kept.lat, kept.lon) == (None, None)
    assert kept.taken_at == datetime(2026, 3, 9, 2, 20, 30, tzinfo=UTC)
    assert (kept.sha256, kept.given_sha256) == (sha256(kept.content).digest(), sha256(data).digest())


def test_the_place_is_kept_only_on_purpose_and_never_in_the_file() -> None:
    kept = prepare(made(), keep_location=True)
    assert (kept.lat, kept.lon) == (29.25, pytest.approx(115.11))
    assert not opened(kept.content).getexif()


def test_a_photo_is_turned_upright() -> None:
    # Orientation 6: the camera was turned, the picture's left is the top that people saw.
    kept = prepare(made(size=(400, 200), orientation=6))
    image = opened(kept.content)
    assert image.size == (200, 400)
    top: Any = image.getpixel((100, 40))
    bottom: Any = image.getpixel((100, 360))
    assert top[1] < 60 < 200 < bottom[1]


def test_a_large_photo_is_made_small_and_a_transparent_one_stands_on_white() -> None:
    kept = prepare(made(size=(5000, 2500)))
    assert (kept.width_px, kept.height_px) == (LONGEST_PX, LONGEST_PX // 2)
    assert opened(kept.thumbnail).size == (800, 400)
    through: Any = opened(prepare(made("PNG", mode="RGBA")).content).getpixel((5, 5))
    assert min(through) > 250


def _png(width: int, height: int, *chunks: bytes) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(chunk(b"zTXt", one) for one in chunks) + chunk(b"IDAT", b"")


def _gif() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (4, 4)).save(out, "GIF")
    return out.getvalue()


def _animation() -> bytes:
    out = io.BytesIO()
    frames = [Image.new("RGB", (4, 4), colour) for colour in ("red", "blue")]
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:])
    return out.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"<svg onload=alert(1)>", id="svg"),
        pytest.param(_gif(), id="gif"),
        pytest.param(_animation(), id="animation"),
        pytest.param(_png(60_000, 60_000), id="bomb of pixels"),
        pytest.param(_png(9_000, 9_000), id="more pixels than we take"),
        pytest.param(_png(4, 4, b"a\0\0" + zlib.compress(b"0" * 80_000_000)), id="bomb of text"),
        pytest.param(made()[:300], id="cut off"),
    ],
)
def test_what_is_no_photo_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(BadInput, match="photo"):
        prepare(data)


def test_a_photo_with_a_broken_byte_is_kept_or_refused_and_nothing_else() -> None:
    whole = made("PNG")
    refused = 0
    for place in range(0, len(whole), 7):
        try:
            prepare(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        except BadInput:
            refused += 1
    assert refused > 5


def test_the_chain_shows_an_entry_that_was_changed_left_out_or_put_in_another_place() -> None:
    rows: list[dict[str, Any]] = []
    previous = b""
    for number in (1, 2, 3):
        entry: dict[str, Any] = {
            "hazard_id": 7,
            "number": number,
            "photo_id": number,
            "at": datetime(2026, 3, 9, tzinfo=UTC),
            "actor": "陈院长",
            "action": "add",
            "details": {"sha256": f"{number}"},
        }
        digest = photos.hash_of(previous, entry)
        rows.append({**entry, "previous_hash": previous, "hash": digest, "content_sha256": f"{number}"})
        previous = digest
    assert photos.breaks(rows) == []
    assert photos.breaks([rows[0], rows[2]]) == ["hazard 7: entry 3 does not follow entry 1"]
    assert photos.breaks([{**rows[0], "actor": "别人"}, *rows[1:]]) == ["hazard 7: entry 1 was changed"]
    assert photos.breaks([{**rows[0], "content_sha256": "x"}, *rows[1:]]) == [
        "photo 1: its content was changed"
    ]


def test_text_in_a_photo_does_not_come_along() -> None:
    out = io.BytesIO()
    note = PngImagePlugin.PngInfo()
    note.add_text("Comment", "13800000001")
    Image.new("RGB", (4, 4)).save(out, "PNG", pnginfo=note)
    assert b"13800000001" in out.getvalue()
    assert b"13800000001" not in prepare(out.getvalue()).content
