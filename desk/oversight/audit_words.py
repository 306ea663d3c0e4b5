"""The audit log's words in Chinese: who, what, to whom and why. The log keeps ids; the page looks the names up."""

from collections.abc import Mapping
from types import MappingProxyType

from compliance.audit import REVEALS
from desk import words

NONE: Mapping[str, str] = MappingProxyType({})
# Who is no member of the staff.
ACTORS = {
    "bot": "智能客服",
    "routing": "自动分配",
    "system": "系统",
    "clock": "定时任务",
    "customer": "客户",
    "reporter": "举报人",
    "nobody": "未登录者",
    "operator": "运维人员",
    "payments": "支付系统",
    "gate": "发送前检查",
    "api": "外部接口",
    "desk.list": "工作台列表",
}
# What it is done to: the kind before the number, and the first word of an action.
KINDS = {
    "account": "账户资料",
    "agent": "客服",
    "appeal": "申诉",
    "audit": "审计日志",
    "breach": "禁令事件",
    "call_back": "回电",
    "colleague": "同事",
    "complaint": "投诉工单",
    "consent": "营销同意",
    "conversation": "会话",
    "customer": "客户",
    "data": "数据",
    "export": "批量导出",
    "figures": "看板指标",
    "gate": "发送检查",
    "identity": "身份",
    "kind": "资料类别",
    "leave": "休假",
    "login": "账号",
    "message": "消息",
    "nuisance": "骚扰处理",
    "order": "订单",
    "outage": "网络故障",
    "partner": "合作方",
    "payment": "支付",
    "picture": "图片",
    "presence": "在岗状态",
    "promise": "承诺",
    "queue": "排队",
    "registration": "入网登记",
    "repair": "报修工单",
    "roster": "排班",
    "shift": "班次",
    "staff": "员工",
    "ticket": "工单",
    "turn": "智能客服应答",
}
# What is done.
_DEEDS = {
    "change": "更新",
    "dismiss": "排除",
    "end": "恢复",
    "enter": "登记",
    "living_in": "查看区域用户",
    "report": "反映",
    "accept": "接单",
    "add": "补充",
    "added": "添加",
    "allowed": "同意授权",
    "answer": "答复",
    "appealed": "提出申诉",
    "arrive": "到达",
    "asked": "提出申请",
    "assigned": "指派",
    "balance": "查看余额",
    "bill": "查看账单",
    "bills": "查看账单",
    "blocked": "暂停服务",
    "bound": "绑定",
    "calls": "查看详单",
    "call": "要求回电",
    "call_number": "留下回电号码",
    "cancel": "取消",
    "changed": "改变",
    "close": "结束",
    "code": "发送验证码",
    "confirm": "确认",
    "customer": "查看资料",
    "decided": "作出决定",
    "dispatch": "派单",
    "dropped": "作废",
    "erased": "到期删除",
    "exported": "导出",
    "fetched": "下载",
    "fetched_back": "取回",
    "figures": "查看统计",
    "finish": "完成",
    "given": "同意",
    "granted": "批准",
    "hand_back": "交回智能客服",
    "hand_over": "转人工",
    "handed_out": "交付",
    "handed_over": "转人工",
    "history": "查看历史",
    "how_long": "询问等待时间",
    "id_number": "核对证件",
    "invoices": "查看发票",
    "invoices_read": "查看发票",
    "late": "查看超时",
    "leave": "不再等待",
    "lifted": "撤销",
    "list": "查看列表",
    "may_port": "查询携转资格",
    "mended": "自动改正",
    "no_call": "不要回电",
    "not_allowed": "未授权的请求",
    "noted": "写备注",
    "open": "登记",
    "options": "查看可办业务",
    "own": "查看自己的举报",
    "paid": "支付成功",
    "password": "修改服务密码",
    "password_changed": "修改密码",
    "password_reset": "重置密码",
    "plan": "查看套餐",
    "port_code": "发送携转授权码",
    "propose": "提出办理",
    "put_aside": "搁置",
    "raised": "升级",
    "rated": "评价",
    "read": "查看",
    "recent": "查看近期订单",
    "recharges": "查看充值记录",
    "refund": "退费",
    "refused": "拒绝",
    "register": "登记",
    "removed": "删除",
    "reopen": "要求重新处理",
    "reply": "首次联系",
    "reported": "收到举报",
    "reschedule": "改约",
    "resent": "重新发送",
    "revealed": "查看完整姓名和号码",
    "score": "评分",
    "searched": "查找",
    "services": "查看已开业务",
    "set_out": "出发",
    "sign_in_refused": "登录被拒",
    "signed_in": "登录",
    "signed_out": "签退",
    "start": "发起",
    "stop": "停机",
    "stop_lost": "挂失停机",
    "stopped": "停止",
    "take": "接入",
    "tell": "补充说明",
    "transfer": "转给同事",
    "tried": "拨打",
    "unbound": "解除绑定",
    "unfinished": "查看未完工单",
    "upheld": "维持",
    "urge": "催办",
    "usage": "查看用量",
    "visit": "预约上门",
    "waive": "减免",
    "warned": "提醒",
    "withdraw": "撤销",
    "withdrawn": "撤回同意",
}
_REASONS = {
    **words.READING,
    **REVEALS,
    "today": "今天",
    "yesterday": "昨天",
    "week": "近7天",
    "own": "本人处理",
    "listen": "旁观",
    "advice": "受同事请教",
    "waiting": "查看等待的会话",
    "history": "查看历史",
    "asked": "客户要求",
    "age": "到期",
    "wish": "客户要求",
    "supervisor": "班长操作",
    "ready": "示闲",
    "busy": "示忙",
    "wrong": "账号或密码不正确",
    "locked": "失败次数过多",
    "pass": "检查通过",
    "not_owner": "已由人工接管",
    "call_back": "回电联系上",
    **words.CALL_OUTCOMES,
    **words.CALL_STATES,
    **words.REASONS,
    **words.DISPOSITIONS,
    **words.ROLES,
}
# Where the deed alone would say too little.
_WHOLE = {
    "message.said": "消息：发送",
    "call_back.take": "回电：接手",
    "presence.said": "在岗状态：选择",
    "conversation.return": "会话：退回排队",
}
# What a supervisor or an auditor most often looks for.
ACTIONS = (
    "customer.revealed",
    "conversation.read",
    "conversation.searched",
    "conversation.take",
    "conversation.return",
    "conversation.transfer",
    "conversation.close",
    "gate.refused",
    "gate.appealed",
    "gate.changed",
    "appeal.decided",
    "message.said",
    "staff.signed_in",
    "staff.sign_in_refused",
    "staff.signed_out",
    "staff.changed",
    "export.asked",
    "export.granted",
    "export.fetched",
    "data.erased",
)


def action_in_words(action: str) -> str:
    """Return an action in Chinese.

    >>> action_in_words("conversation.read"), action_in_words("account.balance.read"), action_in_words("x.y")
    ('会话：查看', '账户资料：查看余额', 'x.y')
    """
    if action in _WHOLE:
        return _WHOLE[action]
    kind, *deeds = action.split(".")
    said = next((_DEEDS[each] for each in deeds if each in _DEEDS), "")
    return f"{KINDS[kind]}：{said}" if kind in KINDS and said else action


def who_in_words(actor: str, names: Mapping[int, str], channels: Mapping[str, str] = NONE) -> str:
    """Return who did it, by name where it is one of the staff; `channels` are their names at the desk.

    >>> who_in_words("agent:3", {3: "小林"}), who_in_words("bot", {}), who_in_words("partner:2", {})
    ('小林', '智能客服', '合作方 2')
    """
    kind, _, number = actor.partition(":")
    if kind == "agent" and number.isdecimal():
        return names.get(int(number), f"员工 {number}")
    return f"{KINDS.get(kind, kind)} {number}" if number else ACTORS.get(actor) or channels.get(actor, actor)


def subject_in_words(subject: str, names: Mapping[int, str]) -> str:
    """Return to whom or what it was done.

    >>> subject_in_words("customer:12", {}), subject_in_words("staff:3", {3: "小林"}), subject_in_words("kind:said", {})
    ('客户 12', '小林', '资料类别 said')
    """
    kind, _, number = subject.partition(":")
    if kind == "staff" and number.isdecimal():
        return names.get(int(number), f"员工 {number}")
    return f"{KINDS.get(kind, kind)} {number}".strip()


def reason_in_words(reason: str, names: Mapping[int, str]) -> str:
    """Return why, where it is one of our words; what the routing has reckoned stays as it is.

    >>> reason_in_words("call", {}), reason_in_words("silent:3", {3: "小林"}), reason_in_words("skill=repair", {})
    ('回拨客户', '小林没有应答', 'skill=repair')
    """
    kind, _, number = reason.partition(":")
    whose = names.get(int(number), "") if number.isdecimal() else ""
    if whose:
        said = {"silent": "没有应答", "gone": "已离线", "signed_out": "已签退", "to": "接手", "supervisor": "指派"}
        return f"{whose}{said[kind]}" if kind in said else reason
    return _REASONS.get(reason, reason)
