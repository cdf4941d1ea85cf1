"""The section as .pdf: LibreOffice renders our .docx, so that the two can never differ in what they say."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Mapping, Set
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from compliance import docx
from compliance.document import Section
from compliance.layout import FACES, Face
from model.errors import Unavailable

_PROGRAMS = ("soffice", "libreoffice")
_LONGEST_S = 120
_LAST_RESORT = ("Noto Serif CJK SC", "Noto Sans CJK SC", "Source Han Serif SC", "WenQuanYi Zen Hei")


def render(section: Section, made_at: datetime) -> bytes:
    """Return the .pdf file of a section; raises Unavailable as `convert` does."""
    return convert(lambda faces: docx.render(section, made_at, faces))


def convert(make: Callable[[Mapping[str, str]], bytes]) -> bytes:
    """Return the .pdf of the .docx that `make` makes with the typefaces of this machine.

    Raises Unavailable, naming what to install, where there is no LibreOffice or no Chinese typeface.
    """
    program = next((found for name in _PROGRAMS if (found := shutil.which(name))), None)
    if program is None:
        raise Unavailable(
            "未安装 LibreOffice，请用 docx"
            " pdf: LibreOffice is not installed (apt-get install libreoffice-writer); use docx"
        )
    faces = {face.name: _here(face, installed_faces()) for face in FACES}
    with TemporaryDirectory(prefix="yian-pdf-") as folder:
        source = Path(folder) / "report.docx"
        source.write_bytes(make(faces))
        # A profile of its own: a running LibreOffice of the user would take the job, and answer nothing.
        profile = (Path(folder) / "profile").as_uri()
        command = [program, f"-env:UserInstallation={profile}", "--headless", "--convert-to", "pdf"]
        try:
            done = subprocess.run(  # noqa: S603
                [*command, "--outdir", folder, str(source)],
                capture_output=True,
                timeout=_LONGEST_S,
                check=False,
            )
        except subprocess.TimeoutExpired as exc:
            raise Unavailable(
                f"LibreOffice 超时 pdf: LibreOffice did not finish within {_LONGEST_S} s"
            ) from exc
        made = source.with_suffix(".pdf")
        if not made.exists():
            said = done.stderr.decode("utf-8", "replace").strip()[-200:]
            raise Unavailable(f"LibreOffice 没有生成文件 pdf: LibreOffice made no file: {said}")
        return made.read_bytes()


def installed_faces() -> set[str]:
    """Return the typefaces of this machine that have Chinese; raises Unavailable where there is none."""
    program = shutil.which("fc-list")
    if program is None:
        return set()
    listed = subprocess.run(  # noqa: S603
        [program, ":lang=zh-cn", "family"], capture_output=True, text=True, timeout=_LONGEST_S, check=False
    )
    found = {name.strip() for line in listed.stdout.splitlines() for name in line.split(",") if name.strip()}
    if not found:
        raise Unavailable(
            "未安装中文字体，请用 docx"
            " pdf: no Chinese typeface is installed (apt-get install fonts-noto-cjk); use docx"
        )
    return found


def _here(face: Face, installed: Set[str]) -> str:
    """Take the face itself where it is installed, else the first stand-in that is."""
    return next(
        (name for name in (face.name, *face.stand_ins, *_LAST_RESORT) if name in installed), face.name
    )
