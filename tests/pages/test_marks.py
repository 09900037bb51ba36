"""Characters' boxes -> rectangles."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from qa.pages.marks import marks
from qa.types.pages import Mark

SIDES = st.integers(0, 300)
BOXES = st.builds(lambda x, y, w, h: Mark(x, y, x + w, y + h), SIDES, SIDES, st.integers(0, 20), st.integers(0, 20))


def test_words_of_a_line_are_one_mark():
    assert marks([Mark(0, 0, 5, 10), Mark(6, 3, 11, 10), Mark(18, 0, 23, 10)]) == (Mark(0, 0, 23, 10),)


def test_text_from_right_to_left_is_one_mark():
    assert marks([Mark(20, 0, 25, 10), Mark(13, 2, 19, 10)]) == (Mark(13, 0, 25, 10),)


def test_each_line_has_a_mark_of_its_own():
    lines = [Mark(50, 0, 90, 10), Mark(92, 0, 99, 10), Mark(0, 12, 5, 22), Mark(6, 12, 60, 22)]
    assert marks(lines) == (Mark(50, 0, 99, 10), Mark(0, 12, 60, 22))


def test_columns_side_by_side_are_not_joined():
    assert len(marks([Mark(0, 0, 5, 10), Mark(60, 0, 65, 10)])) == 2


def test_a_line_that_runs_up_the_page_is_one_mark():
    assert marks([Mark(0, 50, 10, 55), Mark(0, 43, 10, 49), Mark(2, 36, 10, 42)]) == (Mark(0, 36, 10, 55),)


def test_a_slanting_line_is_marked_by_character():
    assert len(marks([Mark(0, 0, 5, 5), Mark(8, 8, 13, 13), Mark(16, 16, 21, 21)])) == 3


@given(st.lists(BOXES, max_size=30))
def test_every_character_with_an_extent_is_marked(boxes):
    result = marks(boxes)
    for box in boxes:
        is_marked = any(
            one.left <= box.left and one.top <= box.top and box.right <= one.right and box.bottom <= one.bottom
            for one in result
        )
        assert is_marked or box.left == box.right or box.top == box.bottom
