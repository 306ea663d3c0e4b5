"""Figures as customers read them, and the names of what they may ask for."""


def data_size(megabytes: int) -> str:
    """Return megabytes as people say them.

    >>> data_size(512), data_size(30720), data_size(1536)
    ('512MB', '30GB', '1.5GB')
    """
    if megabytes < 1024:
        return f"{megabytes}MB"
    return f"{megabytes / 1024:.2f}".rstrip("0").rstrip(".") + "GB"


# The trade's word for each request, for choices and for what the bot can't do yet.
TOPICS = {
    "query_balance": "查询话费余额",
    "query_usage": "查询剩余流量",
    "query_bill": "查询账单",
    "query_plan": "查询套餐",
    "query_recharge_record": "查询充值记录",
    "query_points": "积分业务",
    "query_services": "查询已订业务",
    "query_ticket_status": "查询工单进度",
    "recharge": "充值交费",
    "change_plan": "变更套餐",
    "buy_data_pack": "办理流量包",
    "open_service": "开通业务",
    "cancel_service": "退订业务",
    "suspend_or_resume": "停机、复机或挂失",
    "replace_sim": "补卡换卡",
    "cancel_account": "销户",
    "port_out": "携号转网",
    "international_roaming": "国际漫游",
    "broadband_order": "办理宽带",
    "report_fault_mobile": "手机故障报修",
    "report_fault_broadband": "宽带报修",
    "report_fault_other": "电视或固话报修",
    "book_repair": "预约上门维修",
    "urge": "催办工单",
    "complaint_billing": "投诉扣费",
    "complaint_service": "投诉服务",
    "complaint_network": "投诉网络质量",
    "complaint_spam": "投诉骚扰电话或短信",
    "complaint_unauthorised_service": "投诉未经同意开通业务",
    "complaint_other": "投诉",
    "suggestion": "提建议",
    "password": "服务密码业务",
    "realname": "实名或过户业务",
    "hall": "查询营业厅",
    "invoice": "开具发票",
    "promotion": "优惠活动",
    "other": "这项业务",
    "handoff": "转人工",
}
