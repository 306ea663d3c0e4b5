"""Who may become a customer without coming to a hall: pure functions. The figures are ours, in the spirit of the law.

Every number has an owner who is known by name and resident ID (电话用户真实身份信息登记规定), and an owner has at most
five at one carrier; who is younger than sixteen comes with a guardian.
"""

import re
from datetime import date

from stdnum.cn import ric
from stdnum.exceptions import ValidationError

from backends.registration.port import Applicant, Problem
from core.spelled import MOBILE

LEAST_AGE = 16
MOST_NUMBERS = 5
# The terms that an applicant agrees to, as app/static/register.html shows them.
TERMS = "2026-11"
_NAME = re.compile(r"[\u3400-\u9fff]+(?:·[\u3400-\u9fff]+)*")
_LEAST_NAME, _MOST_NAME = 2, 30


def problem(applicant: Applicant, today: date) -> Problem | None:
    """Return what is wrong with an application by itself, or None; nothing of what is stored is looked at."""
    if not (_LEAST_NAME <= len(applicant.name) <= _MOST_NAME and _NAME.fullmatch(applicant.name)):
        return Problem.NAME
    if not re.fullmatch(MOBILE, applicant.phone):
        return Problem.PHONE
    try:
        ric.validate(applicant.id_number)
        born = ric.get_birth_date(applicant.id_number)
    except ValidationError:
        return Problem.ID_NUMBER
    if born > today:
        return Problem.ID_NUMBER
    if years(born, today) < LEAST_AGE:
        return Problem.TOO_YOUNG
    return Problem.TERMS if applicant.terms != TERMS else None


def years(born: date, today: date) -> int:
    """Return the age in whole years; who is born on 29 February has a birthday on 1 March in other years.

    >>> years(date(2010, 11, 26), date(2026, 11, 25)), years(date(2010, 11, 26), date(2026, 11, 26))
    (15, 16)
    """
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
