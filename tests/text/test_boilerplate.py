"""What invites, credits or gives notice, by its first words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.text.boilerplate import is_boilerplate


@pytest.mark.parametrize("text", [
    "Read more", "- READ NEXT: the quay", "Related articles:", "Follow our reporter on Twitter", "You can follow her",
    "Subscribe to our letter", "This story was first published in May", "This site uses cookies.", "* © Harbour Post",
    "Read: the quay is shut.", "MORE: the quay", "Listen: the quay at night.", "You might also like: quays.",
    "This is a developing story.", "Check back for more.", "With reporting by Jane Orr.", "Pictures by Jane Orr.",
    "Caption: the quay in winter.", "FILE PHOTO: the quay.", "Pictured: the quay.", "Posted at 9.14 a.m.",
    "For more information, contact the harbour.", "Get our free newsletter.", "Follow our live blog here.",
    "12 comments", "3 min read", "Foto: A. Orr", "Lea también", "S\u00edguenos en la red", "À LIRE", "Suscr\u00edbete",
])  # fmt: skip
def test_invitations_credits_and_notices(text: str) -> None:
    assert is_boilerplate(text)


@pytest.mark.parametrize("text", [
    "Reporting by the Post showed it.", "More ships came.", "Files were lost.", "Updated plans were shown.",
    "Pictures by children hang there.", "Above all, it rained.", "This story is old.", "Published plans show it.",
    "Reading more helps.", "Read it.", "This story began in May.", "We use the quay.", "12 comments came in.",
    "Follow the quay on foot", "Subscribers left.", "Leave a light on.", "", "...", "The quay was sold. Read more",
])  # fmt: skip
def test_other_sentences(text: str) -> None:
    assert not is_boilerplate(text)


@given(st.text(), st.sampled_from(["- ", "“", "* ", "... "]))
def test_marks_before_the_words_change_nothing(text: str, marks: str) -> None:
    assert is_boilerplate(marks + text) == is_boilerplate(text)
