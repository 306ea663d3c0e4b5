"""What speech recognition writes for the words of the trade: 附属密码 where the customer said 服务密码.

Only spellings that nobody means in a carrier's hotline are here; 花费 stays, because it is also a word for a bill.
"""

from __future__ import annotations

import re

_MEANT = {
    "服务密码": "附属密码 附务密码 副务密码 复苏密码 福务密码 服物密码 辅助密码",
    "话费": "化费 画费 划费 花肥 化肥 活费 华费",
    "流量": "流亮 刘亮 留量 刘量 流浪 六量 榴莲量",
    "无限流量": "无线流量",
    "不限流量": "不线流量",
    "充值": "冲值 重值 充直 冲直 充植",
    "充话费": "冲话费 虫话费",
    "缴费": "交肥 叫费 脚费",
    "欠费": "欠肥 嵌费",
    "停机": "挺机 亭机",
    "复机": "付机 负机",
    "挂失": "挂师 瓜失",
    "套餐": "套参 涛餐 逃餐 套残 套歺",
    "彩铃": "彩玲 彩林 彩零 采铃 财铃 菜铃",
    "来电显示": "来电先生 来电现实",
    "亲情网": "亲情王 亲情往",
    "亲情号": "亲情好",
    "副卡": "复卡 负卡 附卡",
    "积分": "鸡分 积份 机分 基分",
    "账单": "帐单 账丹",
    "账户": "帐户",
    "账号": "帐号",
    "详单": "祥单 想单",
    "发票": "发飘 发漂",
    "漫游": "漫油 慢游 漫由",
    "宽带": "宽代 款带 宽戴",
    "光猫": "光毛 光茅",
    "机顶盒": "基顶盒 机顶和",
    "路由器": "路油器 陆由器",
    "信号": "信好",
    "报修": "抱修",
    "营业厅": "营业听 营业挺 盈业厅",
    "人工": "人宫 人公 任工",
    "转人工": "专人工 赚人工",
    "验证码": "验正码 验政码",
    "短信": "短性 短心",
    "实名": "实明 十名",
    "过户": "过互",
    "销户": "消户 削户",
    "销号": "消号",
    "注销": "注消",
    "补卡": "不卡片",
    "携号转网": "携号传网 协号转网 携号专网 斜号转网",
    "退订": "退定 推订",
    "订购": "定购",
    "余额": "鱼额 余鹅",
    "归属地": "龟属地 归宿地",
    "手机": "首机",
    "QQ": "秋秋 扣扣",
    "10086": "幺零零八六 一零零八六",
    "10010": "幺零零幺零 一零零一零",
    "10000": "幺零零零零 一零零零零",
}
_HEARD = {heard: meant for meant, spellings in _MEANT.items() for heard in spellings.split()}
_ANY = re.compile("|".join(sorted(map(re.escape, _HEARD), key=len, reverse=True)))


def as_meant(text: str) -> str:
    """Return `text` with the trade's homophones as they were meant.

    >>> as_meant("查一下我的附属密码和彩玲")
    '查一下我的服务密码和彩铃'
    """
    return _ANY.sub(lambda heard: _HEARD[heard[0]], text)
