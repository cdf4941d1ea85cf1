"""The section as JSON for other systems, after the published schema in schema/safety-report-1.json."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from compliance.document import Block, mask
from compliance.figures import Figure
from compliance.reconcile import checks
from compliance.report import Report
from model.clock import SHANGHAI

FORMAT = "yian-safety-report/1"
SCHEMA = Path(__file__).parent / "schema" / "safety-report-1.json"


def render(report: Report, frozen: Mapping[str, object] | None = None) -> str:
    """Return the report as one JSON object; where the text is masked, the values are left out.

    `frozen` is the stamp of a signed report.
    """
    whole = to_json(report) | ({"frozen": dict(frozen)} if frozen else {})
    return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"


def to_json(report: Report) -> dict[str, Any]:
    """Return what the schema describes."""
    counted, section = report.counted, report.section
    masked = section.style.masked
    return {
        "format": FORMAT,
        "title": section.title.replace("\n", ""),
        "subtitle": section.subtitle,
        "scope": {"home": counted.home.code if counted.home else None, "homes": len(counted.homes)},
        "period": {
            "start_on": counted.period.start_on.isoformat(),
            "end_on": counted.period.end_on.isoformat(),
            "to_date": counted.period.to_date,
        },
        "known_at": counted.known_at.astimezone(SHANGHAI).isoformat(),
        "masked": masked,
        "blocks": [_block(block) for block in section.blocks],
        "figures": [_figure(figure, masked=masked) for figure in section.figures.values()],
        "sums": []
        if masked
        else [
            {
                "name": check.name,
                "total": check.total,
                "parts": [key for _, key in check.parts],
                "gap": check.gap,
            }
            for check in checks(section.figures)
        ],
        "dropped": dict(section.dropped),
    }


def _block(block: Block) -> dict[str, Any]:
    kinds = {0: "paragraph", 1: "heading1", 2: "heading2", 3: "note"}
    return {
        "kind": kinds[block.level],
        "runs": [{"text": run.text, **({"figure": run.figure} if run.figure else {})} for run in block.runs],
    }


def _figure(figure: Figure, *, masked: bool) -> dict[str, Any]:
    plain = {
        "key": figure.key,
        "label": figure.label,
        "unit": str(figure.unit),
        "printed": mask(figure.printed()) if masked else figure.printed(),
        "as_of": figure.as_of.astimezone(SHANGHAI).isoformat(),
        "weak": figure.weak,
        "why_unknown": figure.why_unknown,
    }
    if masked:
        return plain
    return plain | {
        "value": figure.value,
        "numerator": figure.numerator,
        "denominator": figure.denominator,
        "completeness": figure.completeness,
        "evidence": {
            "query": figure.evidence.query,
            "params": dict(figure.evidence.params),
            "table": figure.evidence.table,
            "rows": list(figure.evidence.rows),
        },
    }
