"""Addresses as people write them."""

import pytest

from core.address import names_a_house, read_address, read_house


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
        ("明天上午", None),
    ],
)
def test_an_address_is_taken_out_of_the_words_around_it(words: str, address: str | None) -> None:
    assert read_address(words) == address


def test_an_area_without_a_house_is_told_apart() -> None:
    assert not names_a_house("幸福里小区")
    assert names_a_house("幸福里小区五号楼二单元301")
    assert read_house("五号楼二单元301") == "五号楼二单元301"
