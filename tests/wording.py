"""How what is told to a person is worded."""

from __future__ import annotations

import re


def chinese_first(told: str) -> bool:
    """Say whether there are both, and no English phrase before the first Chinese; a name is no phrase."""
    chinese = re.search(r"[\u4e00-\u9fff]", told)
    if chinese is None:
        return False
    before, after = told[: chinese.start()], told[chinese.start() :]
    return re.search(r"[A-Za-z]{2,}[,:]? [a-z]{2,}", before) is None and bool(re.search(r"[a-z]{3}", after))
