"""Suspected breaches of the five prohibitions as cases (K9, N3): who may decide one, and what the norm lays down."""

from dataclasses import dataclass
from enum import StrEnum

from core.roles import Right, may

# The prohibitions by their numbers, in the norm's words (N3 一).
PROHIBITIONS: dict[int, str] = {
    1: "泄露或交易客户信息",
    2: "发送违法信息，或未经客户同意发送商业广告信息",
    3: "未经客户确认擅自为客户开通或变更业务",
    4: "串通、包庇、纵容增值服务提供商侵害客户权益",
    5: "串通、包庇、纵容渠道或系统合作商侵害客户权益",
}


class Degree(StrEnum):
    """What a case has turned out to be."""

    UNFOUNDED = "unfounded"
    BREACH = "breach"
    GRAVE = "grave"
    CRIME = "crime"
    ORDERED = "ordered"
    COVERED = "covered"


# What follows, by the degree (N3 二).
SANCTIONS: dict[Degree, str] = {
    Degree.UNFOUNDED: "不属实，不予处理",
    Degree.BREACH: "违反禁令，予以辞退",
    Degree.GRAVE: "造成严重后果，予以开除",
    Degree.CRIME: "涉嫌犯罪，依法移送司法机关",
    Degree.ORDERED: "指使他人违反禁令，视同直接违反禁令予以处理",
    Degree.COVERED: "隐瞒不报、压案不查、包庇袒护，予以纪律处分，直至撤职",
}


@dataclass(frozen=True)
class Sign:
    """What in the data looks like a breach, where it was counted so often within so many days."""

    prohibition: int
    least: int
    days: int
    told: str


# Nobody is guilty by a sign: it says where an auditor should look (K9: traded data and numbers, embezzled charges,
# collusion with value-added providers and channels).
SIGNS: dict[str, Sign] = {
    "reveals": Sign(1, 20, 1, "一天内查看{count}位客户的完整资料"),
    "unasked": Sign(1, 3, 30, "一个月内查看{count}位没有接待过的客户的完整资料"),
    "refunds": Sign(3, 3, 30, "一个月内向同一位客户返还{count}次"),
    "regretted": Sign(3, 3, 30, "一个月内为客户申请业务后，有{count}位客户投诉"),
    "numbers": Sign(5, 10, 30, "一个月内为{count}位客户申请新号码或者过户"),
    "stopped": Sign(4, 1, 30, "查询过多，被停用{count}次"),
}


def may_decide(staff_id: int, role: str, concerned: int | None) -> bool:
    """Return whether somebody may decide a case against `concerned`: never oneself, and never a superior.

    Superiors (supervisors, administrators) have no right to cases at all, so they can't close one against their own.

    >>> may_decide(9, "auditor", 3), may_decide(9, "auditor", 9), may_decide(4, "supervisor", 3)
    (True, False, False)
    """
    return may(role, Right.BREACHES) and staff_id != concerned
