"""Addresses as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.address import names_a_house, read_address, read_address_in_english, read_house


@pytest.mark.parametrize(
    ("words", "address"),
    [
        ("哦不对，地址是人民路21号3单元401", "人民路21号3单元401"),
        ("建国路88号阳光小区3栋201", "建国路88号阳光小区3栋201"),
        ("幸福里小区", "幸福里小区"),
        ("和平街5号院1号楼803，昨晚十点左右断的", "和平街5号院1号楼803"),
        ("我住在北京市海淀区中关村大街1号", "北京市海淀区中关村大街1号"),
        ("阳光小区3-2-501", "阳光小区3-2-501"),
        ("我家宽带断网了，从昨天晚上开始的", None),
        ("我家里网断了", None),
        ("江景花园5号楼602断网了从今天早上开始的明天下午来修", "江景花园5号楼602"),
        ("我的宽带断了，江景花园5号楼602室，帮我登记", "江景花园5号楼602室"),
        ("江景花园5栋3单元11楼2号", "江景花园5栋3单元11楼2号"),
        ("江景花园5号楼602，25号上午来", "江景花园5号楼602"),
        ("江景花园五号楼二单元三零一室", "江景花园五号楼二单元三零一室"),
        ("江景花园 5号楼 602", "江景花园 5号楼 602"),
        ("我家宽带断了江景花园5号楼", "江景花园5号楼"),
        ("建设路66号金色家园今天中午就没网", "建设路66号金色家园"),
        ("建设路66号金色家园2号楼1单元301室", "建设路66号金色家园2号楼1单元301室"),
        ("建国路88号万科金域3栋201", "建国路88号万科金域3栋201"),
        ("把宽带移到中山路8号海天公寓2单元1102", "中山路8号海天公寓2单元1102"),
        ("家住人民路12号2单元301", "人民路12号2单元301"),
        ("我在幸福里小区5号楼", "幸福里小区5号楼"),
        ("我妈家建国路12号", "建国路12号"),
        ("碧桂园5栋302", "碧桂园5栋302"),
        ("人民路21号，13800138000", "人民路21号"),
        ("我家路由器坏了", None),
        ("你们5G覆盖到农村了吗", None),
        ("夜里断的", None),
        ("家庭宽带坏了", None),
        ("校园网", None),
        ("我们小区信号太差了", None),
        ("明天上午", None),
    ],
)
def test_an_address_is_taken_out_of_the_words_around_it(words: str, address: str | None) -> None:
    assert read_address(words) == address


AREAS = st.sampled_from(["江景花园", "建设路66号", "建设路66号金色家园", "北京市海淀区中关村大街1号", "碧桂园"])
ROOMS = st.integers(101, 3299)


@given(
    st.sampled_from(["", "地址是", "我家住在", "我家宽带断了", "不对，是", "宽带坏了，"]),
    AREAS,
    st.integers(1, 99),
    st.integers(1, 9),
    ROOMS,
    st.sampled_from(["", "断网了", "，昨天晚上断的", "。明天上午来", "从今天早上开始的", "就没网"]),
)
def test_any_address_is_read_down_to_the_room_and_no_further(
    before: str, area: str, building: int, unit: int, room: int, after: str
) -> None:
    for house in (
        f"{building}号楼{room}室",
        f"{building}栋{unit}单元{room}",
        f"{building}号楼{unit}单元{room}室",
        f"{building}座{room}",
        f"{building}栋{unit}单元{room // 100}楼{room % 100 + 1}号",
        f"{building}-{unit}-{room}",
    ):
        assert read_address(f"{before}{area}{house}{after}") == f"{area}{house}"
        assert read_house(house) == house


@pytest.mark.parametrize("words", ["25号上午", "602", "13800138000", "2026-12-01", "明天"])
def test_no_house_is_made_of_other_numbers(words: str) -> None:
    assert read_house(words) is None


def test_an_area_without_a_house_is_told_apart() -> None:
    assert not names_a_house("幸福里小区")
    assert names_a_house("幸福里小区五号楼二单元301")
    assert read_house("五号楼二单元301") == "五号楼二单元301"


@pytest.mark.parametrize(
    ("words", "address"),
    [
        ("66 Jianshe Road, Building 3, Room 501.", "66 Jianshe Road, Building 3, Room 501"),
        ("we tried that. its room 1203 Tower B, Fenghui Plaza", "room 1203 Tower B, Fenghui Plaza"),
        ("address should be room 1203, Tower B, Fenghui Plaza", "room 1203, Tower B, Fenghui Plaza"),
        (
            "address is just sunshine garden building 3 room 502. and its the mobile signal",
            "sunshine garden building 3 room 502",
        ),
        (
            "office internet slow, Fenghui Plaza Tower B room 1203, since this morning",
            "Fenghui Plaza Tower B room 1203",
        ),
        ("I live at Jianguo Road 93, tower 5, room 2803", "Jianguo Road 93, tower 5, room 2803"),
        ("No. 5 dormitory, room 416, Zhejiang University", "No. 5 dormitory, room 416, Zhejiang University"),
        ("I moved to Kerry Tower 5, room 12, Shanghai", "Kerry Tower 5, room 12, Shanghai"),
        ("Riverside Mews building 5 unit 2, 301", "Riverside Mews building 5 unit 2, 301"),
        ("flat 3b, 12 Renmin Road, it stopped yesterday", "flat 3b, 12 Renmin Road"),
        ("wrong address, it's building 3", "building 3"),
        ("no 5G in my apartment, only one bar of 4G", None),
        ("Friday 27 November, morning", None),
        ("the whole building, for 3 days", None),
    ],
)
def test_an_english_address_is_taken_out_of_the_words_around_it(words: str, address: str | None) -> None:
    assert read_address_in_english(words) == address


def test_a_part_of_a_house_alone_is_no_whole_address_in_english() -> None:
    assert read_address_in_english("it's building 3", whole=True) is None
    assert read_address_in_english("it's building 3, sunshine garden", whole=True) == "building 3, sunshine garden"


AREAS_IN_ENGLISH = st.sampled_from(["66 Jianshe Road", "sunshine garden", "Fenghui Plaza", "Park View Residence"])


@given(
    st.sampled_from(["", "it's ", "address is ", "we live at ", "sorry, it should be ", "no signal at "]),
    AREAS_IN_ENGLISH,
    st.integers(1, 99),
    ROOMS,
    st.sampled_from(["", ".", ". please hurry", ", since yesterday", " but it is my mobile", ", tomorrow morning"]),
)
def test_any_english_address_is_read_down_to_the_room_and_no_further(
    before: str, area: str, building: int, room: int, after: str
) -> None:
    for house in (f"{area}, building {building}, room {room}", f"room {room}, tower {building}, {area}"):
        assert read_address_in_english(f"{before}{house}{after}") == house
