"""Addresses as people write them, far enough to send an engineer: down to the room.

An address is one area or two (建设路66号, 金色家园) and what lies in it (5号楼3单元602室). Whatever is said around it
(我家住在, 断网了, 今天中午就) is no part of it.
"""

import re

_HAN = "[\u4e00-\u9fa5]"
_NUM = r"(?:[A-Za-z]?\d{1,4}[A-Za-z]?|[A-Za-z]|[零一二三四五六七八九十百]+)"
_TIME = r"(?!\s*(?:上午|下午|早|晚|中午|就|来|开始|断|[前后]))"
# A word of these in front of an area ends what is said before it; none is part of a name.
_BEFORE_IT = re.compile(
    r"宽带|网上|网络?(?!新)|固话|电视|手机|信号|[断坏停]了|断网|报修|维修|修一?下|登记|一下"
    r"|(?:搬家?|移机?|迁|改|换|装|寄|送)(?:到|成|在|至|去|为)|地址(?:错了)?|住址|位置"
    r"|(?<=[我咱你他她妈爸爷奶婆公])家|家(?:住|在|是|里)|[住装]在|我们?|咱们?|你们|[他她它]们?"
    r"|[的了着过吗呢吧啊嘛呀是在到把被请帮这那哪没就]|不对|[昨今明后前]天|早上|上午|中午|下午|晚上|从|来(?![福安宾广])"
)
# Suffixes of areas, with what makes the same characters another word: 路由器, 线路, 校园网, 网上商城, 农村, 夜里.
_SUFFIX = (
    r"(?:(?<![线电网马走条铁水一])路(?![由器上费过])|街道(?!办)|大街|街(?!道|口)|大道|巷|胡同|小区|花园|家园|苑"
    r"|(?<![公校乐儿田])园(?![网区])|广场|大厦|公寓|新村|里小区"
    rf"|(?<={_HAN}{{2}})(?:里(?=\s*\d)|(?<!农)村|镇|乡|(?<!商)城(?![市管]))|[村镇乡](?=\s*{_NUM}(?:号|组|队|栋|幢))"
    rf"|(?:府|湾|庭|轩|居|阁|邸|郡|坊|堡|岸|墅|公馆|中心|国际|天下)(?=\s*{_NUM}(?:号|栋|幢|座|期|单元)))"
)
_DISTRICTS = rf"(?:{_HAN}{{2,8}}?[省市区县](?!域)){{0,4}}"
_NUMBER_IN_STREET = rf"\s*{_NUM}(?:-\d+)?(?:号院|号(?![楼线])|弄){_TIME}"
_AREA = re.compile(rf"{_DISTRICTS}{_HAN}{{1,10}}?{_SUFFIX}(?:{_NUM}期)?(?:{_NUMBER_IN_STREET})?")
_BUILDING = rf"{_NUM}(?:号楼|号院|栋|幢|楼|座|单元|门|层|梯)"
_DOOR = rf"{_NUM}号{_TIME}(?![楼线])"
# Right after a floor a number is a door, whatever happened there: 11楼2号断网了.
_INNER_DOOR = rf"(?<=[楼层元栋幢座门]){_NUM}号(?!\s*(?:[上下中]午|早|晚)|[楼线])"
# Bare digits are a room only where nothing makes a time, a price or a longer number of them.
_ROOM = (
    rf"(?:{_NUM}[室户房]|\d{{2,4}}(?![\d点时分天月年元块兆号%:：GgMm.-])"
    r"|[零一二三四五六七八九]{3,4}(?![零一二三四五六七八九十百点]))"
)
_DASHED = r"(?<![\d-])[A-Za-z]?\d{1,3}(?:[-—]\d{1,4}){1,3}(?![\d-])室?"
_DETAIL = re.compile(
    rf"(?:{_DASHED}|(?:{_BUILDING}[\s,，的-]?)+(?:{_DASHED}|{_INNER_DOOR}|{_ROOM})?"
    rf"|{_DOOR}(?:{_BUILDING}[\s,，-]?)*{_ROOM}?|{_NUM}[室户])"
)
# A second area may have a name of any kind where a building of it follows: 建国路88号万科金域3栋201.
_NAMED_BY_BUILDING = re.compile(rf"{_HAN}{{2,8}}?(?=\s*{_NUM}(?:号楼|栋|幢|座|单元))")
_LEAD = re.compile(r"^.*(?:地址错了|地址|住址|家住|住在|我家在|我家|位置|不对|错了)[是在为:：,，]*")
# In English an address is a run of such pieces: a numbered part of a house, and an area by its name.
_PART = r"(?:building|bldg|block|tower|unit|room|rm|apartment|apt|flat|floor|suite|gate|dorm|dormitory|office|phase)"
_KIND = (
    r"(?:road|rd|street|st|avenue|ave|lane|alley|boulevard|highway|district|community|compound|gardens?|plaza|square"
    r"|mansions?|cent(?:er|re)|park|courts?|court yard|courtyard|residences?|villas?|estate|village|towers|apartments"
    r"|heights|bay|home|homes|campus|hotel|mall|university|college|school|dormitory|town|county)"
)
# Words that are no part of a name: those by which a sentence holds together, and what is said of a fault.
_NO_NAME = (
    r"(?:an?|the|this|that|these|those|here|there|i|i'?m|i'?ve|im|ive|me|my|mine|we|we'?re|our|us|you|your|he|she|they"
    r"|their|it|its|it'?s|is|isn'?t|are|was|were|be|been|am|do|does|did|don'?t|has|have|had|will|would|can|could|should"
    r"|must|not|no|nope|yes|yeah|and|but|or|so|because|as|if|then|when|where|what|which|who|why|how|at|in|on|of|to|from"
    r"|for|with|by|near|since|until|before|after|about|into|just|only|also|already|still|again|please|pls|thanks|thank"
    r"|sorry|ok|okay|oh|well|hi|hello|hey|actually|wrong|right|correct|new|old|whole|same|address|place|location|located"
    r"|live|lives|living|stay|staying|mov(?:e|ed|ing)|come|came|send|fix|tried|try|reported?|report|mobile|phone|signal"
    r"|internet|network|broadband|wifi|line|tv|landline|fault|down|out|slow|dead|broken|off|working|works?|lost|bad|very"
    r"|really|today|yesterday|tomorrow|tonight|now|morning|afternoon|evening|night|noon|week|day|days|hours?|am|pm"
    r"|monday|tuesday|wednesday|thursday|friday|saturday|sunday|engineer|visit|change|name)"
)
_WORD_OF_A_NAME = rf"(?!(?:{_NO_NAME}|{_PART})\b)[A-Za-z][A-Za-z'’-]+"
_HOUSE_NUMBER = r"(?:\d{1,5}[A-Za-z]?(?:-\d{1,4})*|[A-Za-z]\d{0,4})(?![A-Za-z0-9'’])"
_NUMBERED = (
    rf"(?:{_PART}\W{{0,2}}(?:no\W{{0,2}}|number )?{_HOUSE_NUMBER}|\d{{1,3}}(?:st|nd|rd|th) {_PART}\b"
    rf"|(?:no|number)\W{{0,2}}\d{{1,5}} {_PART}\b)"
)
_NAMED_AREA = (
    rf"(?:(?:no\W{{0,2}})?\d{{1,5}}[A-Za-z]?,? )?(?:{_WORD_OF_A_NAME} ){{1,3}}{_KIND}\b"
    r"(?: (?:north|south|east|west)\b)?"
    rf"(?:,? (?:no\W{{0,2}}|number )?\d{{1,5}}(?:-\d{{1,4}})*\b(?! ?{_PART}\b))?"
)
_PIECE = rf"(?:{_NAMED_AREA}|{_NUMBERED}|\d{{1,3}}(?:-\d{{1,4}}){{1,3}}\b(?!-))"
_JOINED = r"[\s,.]*(?:\b(?:of|in|on|at) (?:the )?)?"
# What has a name of any kind stands right before its first part, or is a town's after the last: Kerry Tower 5, Pudong.
_NAME_BEFORE = rf"(?:(?:{_WORD_OF_A_NAME} ){{0,2}}{_WORD_OF_A_NAME}[\s,]+(?={_NUMBERED}))?"
_TOWN_AFTER = re.compile(r"(?:,\s*[A-Z][a-z]+(?: [A-Z][a-z]+)?(?=\s*(?:[,.]|$)))*")
_ROOM_AFTER = r"(?:,\s*\d{2,4}[A-Za-z]?(?=\s*(?:[,.]|$)))?"
# What of an area is its own name: not the district before it, nor the number in the street or the phase behind it.
_DISTRICT_BEFORE = re.compile(rf"^(?:{_HAN}{{2,8}}?(?:[省市县]|(?<![小社])区))+(?={_HAN}{{2}})")
_NUMBER_AFTER = re.compile(rf"\s*(?:{_NUM}期|{_NUM}(?:-\d+)?(?:号院|号|弄))+$")
_ENGLISH = re.compile(
    rf"(?<![A-Za-z0-9'’-]){_NAME_BEFORE}{_PIECE}(?:{_JOINED}{_NAME_BEFORE}{_PIECE})*{_ROOM_AFTER}",
    re.IGNORECASE,
)
_AREA_IN_ENGLISH = re.compile(rf"{_NAMED_AREA}|{_WORD_OF_A_NAME}[\s,]+(?={_NUMBERED})", re.IGNORECASE)
_HOUSE = re.compile(
    rf"{_NUM}(?:号楼|号院|号|栋|幢|楼|座|单元|室|户)|{_NUM}-\d+|\d{{3,4}}$|\b(?:[Rr]oom|[Rr]m|[Aa]partment|[Aa]pt|[Uu]nit|[Ff]lat)\W{{0,2}}\d"
)


def read_address(text: str) -> str | None:
    """Return the address in `text`, without the words around it, or None.

    >>> read_address("哦不对，地址是人民路21号3单元401"), read_address("江景花园5号楼602断网了")
    ('人民路21号3单元401', '江景花园5号楼602')
    """
    candidate = _LEAD.sub("", text, count=1)
    for part in dict.fromkeys((candidate, text)):
        if (area := _area(part)) is not None:
            start, end = area
            return part[start : _end(part, end)].strip(" ,，的-")
    return None


def read_address_in_english(text: str, *, whole: bool = False) -> str | None:
    """Return the address in an English message, without the words around it, or None.

    whole  only one that names its area too: not building 3 alone

    >>> read_address_in_english("It's at 66 Jianshe Road, Building 3, Room 501."), read_address_in_english("it is down")
    ('66 Jianshe Road, Building 3, Room 501', None)
    >>> read_address_in_english("we tried that. its room 1203 Tower B, Fenghui Plaza")
    'room 1203 Tower B, Fenghui Plaza'
    """
    if re.search(_HAN, text):
        return None
    for found in _ENGLISH.finditer(text):
        town = _TOWN_AFTER.match(text, found.end())
        written = text[found.start() : town.end() if town else found.end()].strip(" ,.")
        named = _AREA_IN_ENGLISH.search(written) is not None
        if re.search(r"\d|\b[A-Z]\b", written) and (named or not whole):
            return written
    return None


def area_of(address: str) -> str:
    """Return the name that the addresses of a neighbourhood share: the road, or else the estate; "" where none is seen.

    >>> area_of("杭州市滨江区江南大道88号2单元301"), area_of("江景花园二期5号楼602"), area_of("66 Jianshe Road, Room 5")
    ('江南大道', '江景花园', 'Jianshe Road')
    """
    if (area := _area(address)) is not None:
        return _DISTRICT_BEFORE.sub("", _NUMBER_AFTER.sub("", address[slice(*area)]))
    named = re.search(rf"(?:{_WORD_OF_A_NAME} ){{1,3}}{_KIND}\b", address, re.IGNORECASE)
    return named[0] if named else ""


def _area(text: str) -> tuple[int, int] | None:
    """Return where the first area of `text` begins and ends; its name begins after the words around it."""
    at = 0
    while (area := _AREA.search(text, at)) is not None:
        starts = [area.start() + word.end() for word in _BEFORE_IT.finditer(area[0])]
        for start in reversed(starts or [area.start()]):
            own = _AREA.match(text, start)
            if own and own.end() == area.end():
                return start, area.end()
        at = area.end()
    return None


def _end(text: str, end: int) -> int:
    """Return where the address ends whose first area ends at `end`."""
    for pattern in (_AREA, _NAMED_BY_BUILDING):
        if (more := pattern.match(text, end)) and not _BEFORE_IT.search(more[0]):
            end = more.end()
            break
    detail = _DETAIL.match(text, end + (text[end : end + 1] in (" ", ",", "，")))
    return detail.end() if detail else end


def read_house(text: str) -> str | None:
    """Return building, unit and room in `text` as written, where it is an address's second half, or None.

    >>> read_house("五号楼二单元301"), read_house("25号上午")
    ('五号楼二单元301', None)
    """
    match = _DETAIL.search(text)
    return match[0].strip(" ,，的-") if match else None


def names_a_house(address: str) -> bool:
    """Return whether `address` says which house, so that an engineer can find it."""
    return bool(_HOUSE.search(address))
