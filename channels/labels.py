"""What stands in the thread for what has no words of its own, in the words of the desk: ［文件：账单.pdf］."""

# A name is a hint, and anybody may give it: it is no place for a letter.
_MOST_OF_A_NAME = 100


def label(what: str, *names: object) -> str:
    """Return the label of a thing, with such of its names as there are.

    >>> label("语音"), label("文件", "账单.pdf"), label("名片", None, "李", "")
    ('［语音］', '［文件：账单.pdf］', '［名片：李］')
    """
    known = " ".join(words for name in names if isinstance(name, str) and (words := " ".join(name.split())))
    return f"［{what}：{known[:_MOST_OF_A_NAME]}］" if known else f"［{what}］"


def place(latitude: object, longitude: object) -> str:
    """Return the label of a place, to about a hundred metres; without figures where they are none of this earth's.

    >>> place("30.267446", 120.152792), place("30.2", "?"), place(None, 12)
    ('［位置：北纬30.267，东经120.153］', '［位置］', '［位置］')
    """
    try:
        north, east = float(str(latitude)), float(str(longitude))
    except ValueError:
        return label("位置")
    if not (abs(north) <= 90 and abs(east) <= 180):
        return label("位置")
    return label(
        "位置",
        f"{'北' if north >= 0 else '南'}纬{abs(north):.3f}，{'东' if east >= 0 else '西'}经{abs(east):.3f}",
    )
