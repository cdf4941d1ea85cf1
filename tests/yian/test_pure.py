"""A module that says it is pure stands in a contract that holds it to its word."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LINTER = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]


def says_pure(path: Path) -> bool:
    """Say whether the first paragraph of a module's docstring claims it."""
    told = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
    return "Pure" in told.partition("\n\n")[0]


def test_what_says_that_it_is_pure_is_held_to_it() -> None:
    contracts = [one for one in LINTER["contracts"] if "paho" in one.get("forbidden_modules", ())]
    held = {module for one in contracts for module in one["source_modules"]}
    claims = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for room in LINTER["root_packages"]
        for path in (ROOT / room).rglob("*.py")
        if says_pure(path)
    }
    assert len(claims) > 20
    assert {name for name in claims if not any(f"{name}.".startswith(f"{one}.") for one in held)} == set()
