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
ROLES = {"agent": "客服代表", "senior_agent": "高级客服代表", "supervisor": "班长", "engineer": "维修工程师"}
COMPLAINTS = {
    "billing": "扣费",
    "service": "服务态度",
    "network": "网络质量",
    "spam": "骚扰信息",
    "unauthorised_service": "未经同意开通",
    "other": "其他",
    "suggestion": "建议",
    "praise": "表扬",
}
RANKS = ("处理人", "班长", "中心负责人")
DEEDS = {
    "add": "客户补充",
    "urge": "客户催办",
    "withdraw": "客户撤销",
    "confirm": "客户确认",
    "reopen": "客户要求重新处理",
    "take": "受理",
    "reply": "首次联系",
    "answer": "答复",
}
FAULTS = {"broadband": "宽带故障", "mobile": "手机网络故障", "install": "安装", "other": "电视或固话故障"}
# How far a message has come (the outbox's states), and what the platform's receipt says of it.
DELIVERIES = {
    "waiting": "待发送",
    "sending": "发送中",
    "sent": "已发送",
    "failed": "发送失败",
    "uncertain": "不确定是否送达",
    "held": "等客户再次发言后发送",
    "dropped": "已作废",
}
SENT_MEANWHILE = "这条消息已经送出，或者正在发送。"
RECEIPTS = {"delivered": "已送达", "undelivered": "未送达"}
CHANNELS = {"web": "网页", "rest": "接口", "sms": "短信", "wechat": "微信", "telegram": "Telegram"}
WECHAT_LEFT = "微信还可发送 {number} 条"
WECHAT_BY_SMS = "微信条数已用完，回复将改发短信"
WECHAT_HELD = "微信条数已用完，回复在客户下次留言后送达"
REPAIR_STATES = {
    "open": "待派单",
    "dispatched": "待接单",
    "accepted": "已接单",
    "on_the_way": "已出发",
    "at_work": "处理中",
    "finished": "已完成",
    "done": "已结单",
    "cancelled": "已取消",
}
# The headings are N1's (who may go, dress and conduct, entering, safety, tools, leaving); the words are ours.
CHECKLIST = (
    "持证上岗，出示工牌，着工装、戴鞋套",
    "进门前自报姓名和单位，说明来意",
    "作业前已断电、验电，梯具和线缆放置安全",
    "工具和剩余材料已清点带走，现场已清理",
    "已当面测试，客户确认恢复正常",
    "已告知注意事项和报修电话，向客户道别",
)

# Where the mood of a conversation is going.
TRENDS = {Trend.CALM: "平稳", Trend.RISING: "上升", Trend.UPSET: "持续不满", Trend.FALLING: "缓和"}
ACCOUNT_DOWN = "账务系统暂时没有响应，刚才的操作没有执行，请您稍后再提交。"
