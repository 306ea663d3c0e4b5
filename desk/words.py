"""The desk's words for what the house stores."""

from core.handover import Trend

REASONS = {
    "asked": "客户要求人工",
    "not_understood": "连续未听懂",
    "angry": "客户情绪激动",
    "worsening": "客户情绪变差",
    "bot_failed": "智能客服无响应",
}
LEVELS = {"standard": "普通客户", "silver": "银卡客户", "gold": "金卡客户", "diamond": "钻石卡客户"}
STATES = {"active": "正常", "suspended": "停机"}
MOODS = ("平静", "不满", "激动")
OWNERS = {"bot": "智能客服", "queue": "排队中", "agent": "人工", "nobody": "已结束"}
AUTHORS = {"customer": "客户", "bot": "智能客服", "agent": "客服", "system": "系统"}
ROLES = {"agent": "客服代表", "senior_agent": "高级客服代表", "supervisor": "班长"}

# Where the mood of a conversation is going.
TRENDS = {Trend.CALM: "平稳", Trend.RISING: "上升", Trend.UPSET: "持续不满", Trend.FALLING: "缓和"}
