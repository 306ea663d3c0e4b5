"""The desk's words for what the house stores."""

from compliance.partners import ALLOWED, Scope
from core.handover import Trend

REASONS = {
    "asked": "客户要求人工",
    "not_understood": "连续未听懂",
    "angry": "客户情绪激动",
    "worsening": "客户情绪变差",
    "bot_failed": "智能客服无响应",
    "engine_down": "智能客服停止响应",
    "backend_down": "业务系统无响应",
    "risk": "涉及人身或财产安全",
    "threat": "扬言投诉升级或离网",
    "repeated": "同一问题重复投诉",
    "senior": "65岁及以上客户",
    "level": "高等级客户未听懂",
}
LEVELS = {"standard": "普通客户", "silver": "银卡客户", "gold": "金卡客户", "diamond": "钻石卡客户"}
# The level as a row says it; a standard customer has no mark.
GRADES = {"silver": "银卡", "gold": "金卡", "diamond": "钻石"}
INTENTS = {
    "query_balance": "查话费",
    "query_usage": "查流量",
    "query_bill": "查账单",
    "query_plan": "查套餐",
    "query_recharge_record": "查充值记录",
    "query_points": "查积分",
    "query_services": "查已开业务",
    "query_ticket_status": "查工单进度",
    "recharge": "充值",
    "change_plan": "变更套餐",
    "buy_data_pack": "加流量包",
    "open_service": "开通业务",
    "cancel_service": "退订业务",
    "suspend_or_resume": "停复机",
    "replace_sim": "补卡",
    "cancel_account": "销户",
    "port_out": "携号转出",
    "international_roaming": "国际漫游",
    "broadband_order": "宽带办理",
    "report_fault_mobile": "手机网络故障",
    "report_fault_broadband": "宽带故障",
    "report_fault_other": "电视或固话故障",
    "book_repair": "预约上门",
    "urge": "催办",
    "complaint_billing": "投诉扣费",
    "complaint_service": "投诉服务",
    "complaint_network": "投诉网络",
    "complaint_spam": "投诉骚扰",
    "complaint_unauthorised_service": "投诉擅自开通",
    "complaint_other": "其他投诉",
    "suggestion": "建议",
    "praise": "表扬",
    "password": "服务密码",
    "realname": "实名与过户",
    "hall": "营业厅",
    "invoice": "发票",
    "promotion": "优惠活动",
    "handoff": "转人工",
    "greet": "问候",
    "goodbye": "告别",
    "thanks": "感谢",
    "affirm": "肯定",
    "deny": "否定",
    "bot_challenge": "问是否机器人",
    "chitchat": "闲聊",
    "inform": "提供信息",
    "abuse": "辱骂",
    "out_of_scope": "业务范围外",
    "other": "其他业务",
    "nlu_fallback": "未听懂",
}
SKILLS = {"account": "业务", "complaint": "投诉", "repair": "报修", "enterprise": "集团", "english": "英语"}
# What a partner's client may do (compliance/partners.py).
SCOPES = {**ALLOWED, Scope.ADVERTS: "向同意的客户发送营销短信"}
PRESENCE = {"ready": "示闲", "busy": "示忙", "away": "离开"}
# What a conversation was about, by the agent who closes it.
DISPOSITIONS = {
    "consult": "业务咨询",
    "query": "查询",
    "change": "业务办理",
    "complaint": "投诉",
    "repair": "报修",
    "other": "其他",
    "nuisance": "骚扰或误拨",
}
STATES = {"active": "正常", "suspended": "停机"}
MOODS = ("平静", "不满", "激动")
OWNERS = {"bot": "智能客服", "queue": "排队中", "agent": "人工", "nobody": "已结束"}
AUTHORS = {"customer": "客户", "bot": "智能客服", "agent": "客服", "system": "系统"}
# What was done about a contact that only disturbs, and what somebody found who looked again.
NUISANCE = {"warn": "提醒", "end": "结束服务", "block": "暂停服务一天"}
REVIEWS = {"open": "待复核", "upheld": "处理得当", "lifted": "已撤销"}
# Why somebody reads a conversation that is not their own.
READING = {"inspection": "服务质检", "complaint": "投诉核查", "training": "培训", "appeal": "申诉处理"}
# Lines that are for the desk alone.
NOTES = {
    "": "备注，客户看不到",
    "whisper": "班长提醒，客户看不到",
    "question": "请教同事，客户看不到",
    "advice": "同事建议，客户看不到",
    "summary": "会话小结，客户看不到",
    "call": "回电记录，客户看不到",
}
ROLES = {
    "agent": "客服代表",
    "senior_agent": "高级客服代表",
    "supervisor": "班长",
    "inspector": "质检员",
    "account_manager": "客户经理",
    "engineer": "维修工程师",
    "administrator": "系统管理员",
    "auditor": "审计员",
}
LEAVES = {"asked": "待批准", "granted": "已批准", "refused": "未批准"}
WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
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
    "answer": "答复客户",
    "note": "备注",
    "call": "查看完整号码",
    "write": "写给客户",
    "refund": "双倍返还",
    "transfer": "转给同事",
}
# What a handler is told of a step that was done.
DEEDS_DONE = {
    "reply": "首次联系已记录",
    "answer": "已答复客户，短信已发出",
    "note": "备注已记下，客户看不到",
    "write": "消息已发给客户",
    "refund": "已双倍返还，短信已通知客户",
    "transfer": "已转给同事",
    "urge": "已催办，工程师的列表里看得到",
    "again": "这一步刚才已经办过，没有重复办理",
}
# A call that a customer was promised (core/call_back.py), what came of a try, and what its caller is told of a step.
CALL_STATES = {"open": "待回电", "reached": "已联系上", "unreached": "未联系上", "cancelled": "客户不需要"}
CALL_OUTCOMES = {"reached": "联系上", "not_reached": "未接通", "wrong_number": "号码不对"}
CALL_DONE = {
    "take": "已接手，由您来打",
    "reached": "已记为联系上，回电结束",
    "not_reached": "已记录未接通，请您稍后再打",
    "wrong_number": "已记录号码不对，可以写给客户请客户再留一个",
    "unreached": "回电已结束：未联系上",
    "cancelled": "回电已结束：客户不需要",
    "write": "消息已发给客户",
}
# What an agent may do for a customer (conversation/acting), and how far it is.
ACTS = {
    "complaint": "投诉单",
    "repair": "报修",
    "recharge": "充值链接",
    "change_plan": "变更套餐",
    "buy_data_pack": "加流量包",
    "open_service": "开通业务",
    "cancel_service": "退订业务",
    "suspend": "停机保号",
    "resume": "复机",
    "invoice": "开发票",
}
ACT_STATES = {
    "asked": "等客户确认",
    "code": "等客户验证码",
    "link": "等客户支付",
    "done": "已办好",
    "refused": "客户不同意",
    "withdrawn": "已撤回",
    "expired": "已过期",
    "failed": "没有办成",
}
# Why something can't be asked or was not done: of the ledger (backends/orders/port.py Refusal), and our own.
CANNOT = {
    "visitor": "客户尚未登录，不能代为办理。",
    "one_waits": "还有一项在等客户确认，请先等客户答复，或者撤回。",
    "amount": "充值金额应在1元到5000元之间，最多两位小数。",
    "no_free_visit": "这半天已约满，请您换一个时间。",
    "no_such_thing": "没有这项业务。",
    "already": "客户已经有这项业务，或者正在生效。",
    "not_on": "客户没有开通这项业务。",
    "locked_in": "套餐还在协议期内。",
    "not_for_you": "这项业务不对这类客户开放。",
    "in_arrears": "客户已欠费，请先充值。",
    "suspended": "号码已停机。",
    "too_little_money": "余额不足，请先充值。",
    "too_few_points": "积分不足。",
    "in_contract": "合约还没有到期。",
    "too_many": "已达到可办数量的上限。",
    "too_low_level": "客户级别不够。",
    "too_low_plan": "客户的套餐档次不够。",
    "too_early": "还没有到可以办理的时间。",
    "ended": "这项活动已结束。",
    "no_bill": "这个月没有账单。",
    "wrong_title": "抬头或税号不正确。",
    "leaving": "号码正在销户或转出。",
    "no_need": "不需要办理。",
    "expired": "客户确认得太晚，请重新发起。",
    "no_such_order": "订单已失效，请重新发起。",
}
CANNOT_OTHER = "按规则不能办理，请您核对后再试。"
COMPLAINT_STATES = {
    "open": "待首次联系",
    "investigating": "待答复",
    "answered": "等客户",
    "closed": "已关闭",
    "withdrawn": "已撤销",
}
REPAIR_DEEDS = {
    "urge": "催办",
    "cancel": "客户取消",
    "confirm": "客户确认",
    "revisit": "客户要求再上门",
    "reschedule": "改约",
    "checked": "自助检查",
    "waiver": "建议减免",
    "accept": "工程师接单",
    "depart": "工程师出发",
    "arrive": "工程师到达",
    "finish": "工程师完成",
    "call": "查看完整号码",
    "write": "写给客户",
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
# The mark of a state (desk/static/icons.svg).
MARKS = {"sent": "check", "failed": "circle-alert", "uncertain": "circle-alert", "dropped": "x", "held": "clock"}
TOO_MANY_PAGES = "您打开的工作台页面太多了，请您关闭一些再试。"
SENT_MEANWHILE = "这条消息已经送出，或者正在发送。"
RECEIPTS = {"delivered": "已送达", "undelivered": "未送达"}
OUTAGE_STATES = {"suspected": "疑似", "known": "已确认", "ended": "已恢复", "dismissed": "已排除"}
TECHNOLOGIES = {
    "broadband": "宽带",
    "mobile": "手机网络",
    "2g": "手机2G",
    "4g": "手机4G",
    "5g": "手机5G",
    "tv": "电视",
    "fixed_line": "固定电话",
}
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


def shortened(text: str, most: int = 60) -> str:
    """Return a text as a row of a table has room for it."""
    return text if len(text) <= most else f"{text[: most - 1]}…"
