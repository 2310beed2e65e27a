"""The code that lets one more device in: how long, how often, and what a guesser gets."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandmate.web.pairing_code import (
    VALID_S,
    WRONG_MOST,
    WRONG_WITHIN_S,
    PairingCode,
    Verdict,
)

CODE = "12345678"
WRONG = "87654321"


def asked(now_s: float = 0.0) -> PairingCode:
    code = PairingCode(lambda: CODE)
    assert code.renew(now_s) == "1234 5678"
    return code


@pytest.mark.parametrize(
    "typed", ["1234 5678", "12345678", " 1234-5678 ", "1234\N{NO-BREAK SPACE}5678"]
)
def test_it_lets_one_device_in(typed: str):
    code = asked()
    assert code.use(typed, 1.0) is Verdict.RIGHT
    assert code.use(typed, 1.0) is Verdict.OVER


@pytest.mark.parametrize(
    "typed", ["", "1234567", "123456789", WRONG, "é" * 8, "\ud800", "12345678x"]
)
def test_another_one_does_not(typed: str):
    code = asked()
    assert code.use(typed, 1.0) is Verdict.WRONG
    assert code.use(CODE, 1.0) is Verdict.RIGHT


def test_none_holds_before_one_was_asked_for():
    assert PairingCode().use("", 0.0) is Verdict.OVER


def test_it_is_over_after_ten_minutes():
    assert asked().use(CODE, VALID_S - 0.1) is Verdict.RIGHT
    assert asked().use(CODE, VALID_S) is Verdict.OVER


def test_five_wrong_tries_in_a_minute_are_its_end():
    code = asked()
    verdicts = [code.use(WRONG, float(n)) for n in range(WRONG_MOST)]
    assert verdicts == [Verdict.WRONG] * (WRONG_MOST - 1) + [Verdict.TOO_MANY]
    assert code.use(CODE, 5.0) is Verdict.OVER
    code.renew(6.0)
    assert code.use(WRONG, 6.0) is Verdict.WRONG
    assert code.use(CODE, 6.0) is Verdict.RIGHT


def test_wrong_tries_that_are_far_apart_are_not():
    code = asked()
    apart_s = WRONG_WITHIN_S / (WRONG_MOST - 1) + 0.1
    verdicts = {code.use(WRONG, n * apart_s) for n in range(20)}
    assert verdicts == {Verdict.WRONG}


def test_a_new_one_ends_the_one_before():
    drawn = iter(["11111111", "22222222"])
    code = PairingCode(lambda: next(drawn))
    code.renew(0.0)
    code.renew(1.0)
    assert code.use("11111111", 1.0) is Verdict.WRONG
    assert code.use("22222222", 1.0) is Verdict.RIGHT


def test_codes_are_eight_digits_and_differ():
    code = PairingCode()
    shown = {code.renew(0.0) for _ in range(50)}
    assert all(re.fullmatch(r"\d{4} \d{4}", one) for one in shown)
    assert len(shown) > 45


STEPS = st.lists(
    st.tuples(st.sampled_from(["renew", "right", "wrong"]), st.floats(0.0, 200.0)), max_size=60
)


@given(STEPS)
def test_whatever_is_tried_a_code_is_used_once_in_time_and_guessed_at_seldom(
    steps: list[tuple[str, float]],
):
    code, now_s = PairingCode(lambda: CODE), 0.0
    asked_s: float | None = None
    wrong_s: list[float] = []
    for step, pause_s in steps:
        now_s += pause_s
        if step == "renew":
            code.renew(now_s)
            asked_s, wrong_s = now_s, []
            continue
        verdict = code.use(CODE if step == "right" else WRONG, now_s)
        holds = asked_s is not None and now_s - asked_s < VALID_S
        assert (verdict is Verdict.OVER) == (not holds)
        if not holds:
            asked_s = None
        elif step == "right":
            assert verdict is Verdict.RIGHT
            asked_s = None
        else:
            wrong_s.append(now_s)
            lately = [at_s for at_s in wrong_s if now_s - at_s <= WRONG_WITHIN_S]
            assert (verdict is Verdict.TOO_MANY) == (len(lately) >= WRONG_MOST)
            if verdict is Verdict.TOO_MANY:
                asked_s = None
