"""What an index keeps of a document comes back as it was."""

from __future__ import annotations

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from qa.backends.shared.record import document_of, is_text_of, record_of, reference_of
from qa.types import Document, DocumentRef

texts = st.none() | st.text(min_size=1)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(
    st.builds(
        Document,
        id=st.text(min_size=1),
        text=st.text(),
        title=st.text(),
        date=texts,
        source=texts,
        path=texts,
        url=texts,
        language=texts,
        sha256=texts,
        body_start=st.integers(0, 9),
        author=texts,
        meta=st.dictionaries(st.text(min_size=1), values, max_size=3),
        places=st.lists(st.tuples(st.integers(0, 99), st.dictionaries(st.text(), st.integers())), max_size=3).map(
            tuple
        ),
    )
)
def test_any_document(document):
    assert document_of(document.id, document.text, record_of(document)) == document
    assert reference_of(document.id, record_of(document)) == DocumentRef.of(document)
    assert is_text_of(document.text, record_of(document))


def test_equal_documents_have_equal_records():
    one = Document("a", "Text.", meta={"x": 1, "y": 2})
    other = Document("a", "Text.", meta={"y": 2, "x": 1})
    assert record_of(one) == record_of(other)


def test_a_record_tells_its_text_from_any_other():
    record = record_of(Document("a", "Text."))
    assert hashlib.sha256(b"Text.").hexdigest() in record
    assert not is_text_of("text.", record)
