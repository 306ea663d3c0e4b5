"""A mobile number is the same eleven digits, whichever interface it comes by."""

from datetime import date

import pytest
from pydantic import TypeAdapter, ValidationError

from app.api.partners import Asking, Offer
from backends.registration.port import Applicant, Problem
from backends.registration.rules import TERMS, problem
from channels.fields import MobileNumber
from channels.rest.receive import RestMetadata
from channels.sms.sandbox import ShortMessage
from channels.sms.senders import is_person
from channels.web.receive import Phone

WELL = "13800138000"
NOT_WELL = ("23800138000", "12800138000", "1380013800", "138001380000", "+8613800138000", "", f"{WELL}\n")
OTHER_SCRIPTS = ("13٠٠٠٠٠٠٠٠٠", "1३८००१३८०००")


@pytest.mark.parametrize("number", [*NOT_WELL, *OTHER_SCRIPTS])
def test_programs_send_eleven_plain_digits(number: str) -> None:
    assert TypeAdapter(MobileNumber).validate_python(WELL) == WELL
    with pytest.raises(ValidationError):
        TypeAdapter(MobileNumber).validate_python(number)


@pytest.mark.parametrize("takes", [Asking, Offer, RestMetadata, ShortMessage])
def test_every_interface_takes_the_same_number(takes: type[Asking]) -> None:
    fields = takes.model_json_schema()["properties"]
    assert TypeAdapter(MobileNumber).json_schema()["pattern"] in str(fields["phone"])


def test_who_applies_leaves_a_phone_in_plain_digits() -> None:
    def found(phone: str) -> Problem | None:
        return problem(Applicant("王一", "11010519491231002X", phone, "13900001111", "p1", TERMS), date(2026, 11, 26))

    assert found(WELL) is not Problem.PHONE
    assert {found(each) for each in (*NOT_WELL, *OTHER_SCRIPTS)} == {Problem.PHONE}


@pytest.mark.parametrize("number", OTHER_SCRIPTS)
def test_digits_of_another_script_are_no_phone_of_ours(number: str) -> None:
    assert not is_person(number)
    assert TypeAdapter(Phone).validate_python("１３８-0013-8000") == WELL
