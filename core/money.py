"""Figures as customers read them: money is integer fen, data is megabytes; yuan and GB exist only in words."""


def yuan(fen: int) -> str:
    """Return `fen` as yuan with two decimals.

    >>> yuan(8650), yuan(-5), yuan(0)
    ('86.50', '-0.05', '0.00')
    """
    sign = "-" if fen < 0 else ""
    whole, rest = divmod(abs(fen), 100)
    return f"{sign}{whole}.{rest:02d}"


def data_size(megabytes: int) -> str:
    """Return megabytes as people say them.

    >>> data_size(512), data_size(30720), data_size(1536)
    ('512MB', '30GB', '1.5GB')
    """
    if megabytes < 1024:
        return f"{megabytes}MB"
    return f"{megabytes / 1024:.2f}".rstrip("0").rstrip(".") + "GB"


_CAPITALS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_MYRIADS = ("", "万", "亿")


def in_capitals(fen: int) -> str:
    """Return `fen` (not negative) as it is written on a paper of value, so that no figure can be altered.

    The rules are those of the People's Bank for bills (正确填写票据和结算凭证的基本规定): 整 after 元 or 角, one 零 for
    noughts inside a group of four digits, none at the end of one. Raises ValueError from a trillion yuan on.

    >>> in_capitals(7205), in_capitals(1000050), in_capitals(5), in_capitals(10000000)
    ('柒拾贰元零伍分', '壹万元伍角整', '伍分', '壹拾万元整')
    """
    yuan_, rest = divmod(fen, 100)
    jiao, cents = divmod(rest, 10)
    if fen < 0 or yuan_ >= 10 ** (4 * len(_MYRIADS)):
        raise ValueError("no such sum is written in capitals")
    whole = f"{_whole_in_capitals(yuan_)}元" if yuan_ else ""
    if not rest:
        return f"{whole or '零元'}整"
    tenths = f"{_CAPITALS[jiao]}角" if jiao else "零" if whole else ""
    return f"{whole}{tenths}{_CAPITALS[cents]}分" if cents else f"{whole}{tenths}整"


def _whole_in_capitals(number: int) -> str:
    written, nought = "", False
    for place in range(len(str(number)) - 1, -1, -1):
        digit = number // 10**place % 10
        if digit:
            written += ("零" if nought else "") + _CAPITALS[digit] + _PLACES[place % 4]
        nought = bool(not digit and written)
        if place % 4 == 0 and number // 10**place % 10000:
            written += _MYRIADS[place // 4]
            nought = False
    return written
