"""A text in one spelling: half width, simplified characters, nothing that cannot be seen, and where each letter stood.

What looks for words in a text looks in this one, so that no spelling goes round it, and finds its place in the text as
it was given.
"""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

# Frequent characters, and those of the words that say what comes after them (密碼, 車牌, 單位); what is not here stays.
_TRADITIONAL = dict(
    zip(
        "碼號證駕護軍銀戶機車電話郵驗動態單職業醫師學開員經為從輸設轉換聯繫係處區縣鎮鄉樓棟層門灣廣場龍華東園"
        "莊嶺橋島蘇麗陽關興記錄寫說內聽語來訊編輯發複復這個們與現買賣務費帳賬餘額張劉陳楊黃趙吳孫馬羅鄭謝許韓"
        "馮鄧蕭蔣葉呂盧鐘譚陸範韋鄒賀顧龔萬錢嚴湯賈閻衛喬賴龐齊鮑溫紀駱歐媽爺婦兒親孃嶽離異喪廠銷導築繪會審檢"
        "構團隊總監術計長級書報載達應該實際緯訂匯錦繡強偉國傑鵬飛輝寶紅豔鳳蘭貞慶順滬遼魯贛貴閩粵瓊寧陝雲鎖賓"
        "諸歲購貸債財產權據歷貫絡稱籤簽約價資駐盤紳蓮嬌瑩曉穎瀟澤濤銘鈺賢騰騏驍駿鴻誌遠運進雋韻頌願類顏題飄館"
        "騫鳴鶴黨齡見請問時間過還沒對點幾億樂聖鶯榮義勝謙誠愛禮倫純綺綠緒維網繼續聰肅膽臨艷虛補裝規覺觀託訴診"
        "詞試詳誤誰課調談論諾謀識譜議讀變讓豐貝負責貨質贈趕跡軟較輕輛輪辦農違適遲選遺釋針鋼錯鍵閃閉閱陣陰階隨"
        "險隱雖雙雜難靈靜頁項須預頑頓頗頭頻顆風飯飲騙騎驚體鬥魚鮮鳥麥麵齒線專寬帶斷燒壞數條樣給嗎麼嬋嫺將屆帥"
        "幣庫廢彈後徵憶憲戀戰戲擇損攜擾晉暉曄朮樸桿標樞檔歡歸殺氣決況淚淨減測溝滅準滿漁潔潛濃濟瀾灑災烏無煙煉"
        "爐爾牽狀獎獲瑋環畢當疊療盡眾確礦禍種穩窮筆節簡籃籌糧糾紙紋終組細結絕統絲綜綱緊緣練績織繞罰罷習聞聲腦"
        "腳臉臺舉舊艦萊蓋薩薦藍藝藥蠟裏誼譯賜賽贏趨躍軌軒軸輻轄遊遞邁鄰醬鍾鏡鐵鑒鑰閒雞霧飾養騁驕鬆鯉鹽",
        "码号证驾护军银户机车电话邮验动态单职业医师学开员经为从输设转换联系系处区县镇乡楼栋层门湾广场龙华东园"
        "庄岭桥岛苏丽阳关兴记录写说内听语来讯编辑发复复这个们与现买卖务费帐账余额张刘陈杨黄赵吴孙马罗郑谢许韩"
        "冯邓萧蒋叶吕卢钟谭陆范韦邹贺顾龚万钱严汤贾阎卫乔赖庞齐鲍温纪骆欧妈爷妇儿亲娘岳离异丧厂销导筑绘会审检"
        "构团队总监术计长级书报载达应该实际纬订汇锦绣强伟国杰鹏飞辉宝红艳凤兰贞庆顺沪辽鲁赣贵闽粤琼宁陕云锁宾"
        "诸岁购贷债财产权据历贯络称签签约价资驻盘绅莲娇莹晓颖潇泽涛铭钰贤腾骐骁骏鸿志远运进隽韵颂愿类颜题飘馆"
        "骞鸣鹤党龄见请问时间过还没对点几亿乐圣莺荣义胜谦诚爱礼伦纯绮绿绪维网继续聪肃胆临艳虚补装规觉观托诉诊"
        "词试详误谁课调谈论诺谋识谱议读变让丰贝负责货质赠赶迹软较轻辆轮办农违适迟选遗释针钢错键闪闭阅阵阴阶随"
        "险隐虽双杂难灵静页项须预顽顿颇头频颗风饭饮骗骑惊体斗鱼鲜鸟麦面齿线专宽带断烧坏数条样给吗么婵娴将届帅"
        "币库废弹后征忆宪恋战戏择损携扰晋晖晔术朴杆标枢档欢归杀气决况泪净减测沟灭准满渔洁潜浓济澜洒灾乌无烟炼"
        "炉尔牵状奖获玮环毕当叠疗尽众确矿祸种稳穷笔节简篮筹粮纠纸纹终组细结绝统丝综纲紧缘练绩织绕罚罢习闻声脑"
        "脚脸台举旧舰莱盖萨荐蓝艺药蜡里谊译赐赛赢趋跃轨轩轴辐辖游递迈邻酱钟镜铁鉴钥闲鸡雾饰养骋骄松鲤盐",
        strict=True,
    )
)
# Chinese marks stay: they end a clause, and a colon in full width is written before what is told.
_WRITTEN = frozenset("，。！？：；（）【】…")


@lru_cache(maxsize=16384)
def _in_one_spelling(character: str) -> str:
    if character in _WRITTEN:
        return character
    if character.isspace():
        return " " if character != "\n" else character
    if unicodedata.category(character)[0] in "MC":  # also what makes a keycap of a digit
        return ""
    if (digit := unicodedata.digit(character, None)) is not None:
        return str(digit)
    return "".join(_TRADITIONAL.get(each, each) for each in unicodedata.normalize("NFKC", character))


@dataclass(frozen=True)
class Plain:
    """A text in one spelling; `starts` and `ends` are the places of its letters in the text as it was given."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Return where a piece of it, which is not empty, stood in the text as it was given."""
        return self.starts[start], self.ends[end - 1]


def plain(text: str) -> Plain:
    """Return `text` in one spelling.

    >>> found = plain("密碼：２４6\u200b8️⃣１０")
    >>> found.text, found.place(3, 9)
    ('密码：246810', (3, 12))
    """
    letters, starts, ends = list[str](), list[int](), list[int]()
    for place, character in enumerate(text):
        spelled = _in_one_spelling(character)
        if not spelled and ends:  # what cannot be seen belongs to the letter before it
            ends[-1] = place + 1
        letters.append(spelled)
        starts += [place] * len(spelled)
        ends += [place + 1] * len(spelled)
    return Plain("".join(letters), tuple(starts), tuple(ends))
