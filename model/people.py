"""People who answer alerts, by role (岗位)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """Roles in the order in which an unanswered alert climbs."""

    CARER = "carer"  # 护理员
    MAINTENANCE = "maintenance"  # 维修员
    SHIFT_LEADER = "shift_leader"  # 值班长
    HEAD = "head"  # 院长, 消防安全责任人
    TOWNSHIP = "township"  # 乡镇社会事务办
    BUREAU = "bureau"  # 县民政局
    ADMIN = "admin"


ROLE_WORDS: dict[Role, tuple[str, str]] = {
    Role.CARER: ("护理员", "carer"),
    Role.MAINTENANCE: ("维修员", "repairer"),
    Role.SHIFT_LEADER: ("值班长", "shift leader"),
    Role.HEAD: ("院长", "head"),
    Role.TOWNSHIP: ("乡镇社会事务办", "township"),
    Role.BUREAU: ("县民政局", "bureau"),
    Role.ADMIN: ("管理员", "administrator"),
}
"""What a role is called in Chinese and in English, in messages and on the command line."""


@dataclass(frozen=True, slots=True)
class Person:
    """A person with a login; `home_id` is None for those who see every home."""

    person_id: int
    login: str
    name: str
    role: Role
    home_id: int | None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did something, and from where (an address, a link, a device); written into the log."""

    person_id: int | None
    name: str
    via: str
