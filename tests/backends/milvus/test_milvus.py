"""The parts of the milvus backend that need no server: terms, keys, conditions, credentials, versions and errors."""

from __future__ import annotations

import re
import subprocess
import sys
from contextlib import closing
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.backends.filters import Filter
from qa.backends.milvus.address import MilvusAddress, parse
from qa.backends.milvus.connection import MilvusCluster, check_version, connect, credentials
from qa.backends.milvus.failures import meaning
from qa.backends.milvus.generations import MilvusGeneration, number_of
from qa.backends.milvus.layout import condition, dense_index, key, pieces_schema, token, token_text
from qa.backends.milvus.pieces import PIECE, Kind, Pieces, packed, rows, unpacked
from qa.backends.shared.filtering import Columns
from qa.errors import ConfigError, IndexDamagedError, ServerError
from qa.types import DocumentRef

ADDRESS = MilvusAddress("news", "db.example.org")

terms = st.text(st.characters(), max_size=8) | st.sampled_from(["court", "zx", "zx61", "51.20", "año", "", "A"])


class TestTerms:
    @given(st.lists(terms, max_size=8))
    def test_no_two_are_written_alike(self, given):
        assert len({*map(token, given)}) == len({*given})

    @given(st.lists(terms, min_size=1, max_size=8))
    def test_no_tokenizer_can_split_or_change_them(self, given):
        text = token_text(given)
        assert len(re.findall(r"\w+", text.lower())) == len(text.split(" ")) == len(given)
        assert text.isascii()

    def test_common_ones_stay_readable(self):
        assert token_text(["court", "2024", "51.20"]) == "court 2024 zx35312e3230"


class TestConditions:
    EVERY = (
        DocumentRef("a", "", "2021-11-22", "Northern Star", None, "", author="Lund"),
        DocumentRef("b", "", "2024-07-31", "ÉCONOMIE du jour", None, ""),
        DocumentRef("c", "", None, None, None, ""),
    )

    def asked(self, **given: Any) -> str:
        return condition(Filter(**given), self.EVERY, Columns.of(self.EVERY))

    def test_dates_and_sources_are_the_keys_of_those_that_pass(self):
        assert self.asked() == ""
        assert self.asked(until="2024") == f"date in [{key('2021-11-22')}, {key('2024-07-31')}]"
        assert self.asked(since="2022") == f"date in [{key('2024-07-31')}]"
        assert self.asked(source="économie") == f"source in [{key('ÉCONOMIE du jour')}]"
        assert self.asked(source="o") == f"source in [{key('Northern Star')}, {key('ÉCONOMIE du jour')}]"
        assert self.asked(source="Gazette") == "source in [-1]"

    def test_other_fields_are_the_documents_that_pass(self):
        assert self.asked(where={"author": "lund"}) == f"document in [{key('a')}]"
        assert self.asked(where={"author": "nobody", "id": "a"}) == "document in [-1]"

    def test_keys_are_positive_and_differ_by_every_part(self):
        keys = {key("a"), key("a", 1), key("a", 11), key("a1", 1), key("b"), key("\udcff")}
        assert len(keys) == 6
        assert all(0 <= one < 2**63 for one in keys)


class TestNames:
    def test_a_generation_is_known_by_its_collections(self):
        cluster = MilvusCluster(ADDRESS, None, 1.0)
        generation = MilvusGeneration(cluster, 7)
        assert {number_of("news", name) for name in (generation.passages, generation.texts.collection)} == {7}

    @pytest.mark.parametrize(
        "other", ["news", "news_lock", "news_g7", "news_gx_texts", "news_2_g7_texts", "my_news_g7_texts"]
    )
    def test_nothing_else_is_taken_for_one(self, other):
        assert number_of("news", other) is None


class TestPieces:
    @pytest.mark.parametrize("size", [0, 1, PIECE, PIECE + 1, 3 * PIECE - 1])
    def test_data_of_any_size_is_put_together_again(self, tmp_path, size):
        data = bytes(i % 251 for i in range(size))
        made = list(rows(Kind.BODY, 5, data, 9))
        assert len(made) == max(1, -(-size // PIECE))
        assert len({row["number"] for row in made}) == len(made)
        assert all(len(row["payload"]) <= 65_535 and row["payload"].isascii() for row in made)
        with closing(connect(parse(f"milvus+lite:{tmp_path}/pieces.db", "milvus+lite:"), creates=True)) as cluster:
            cluster.create("pieces", pieces_schema(lite=True))
            pieces = Pieces(cluster, "pieces")
            pieces.write([*rows(Kind.BODY, 4, b"other"), *made[:1]])
            if len(made) > 1:
                with pytest.raises(IndexDamagedError, match="lacks a part"):
                    pieces.read(Kind.BODY, [5])
            assert len([*pieces.every(Kind.BODY)]) == 1 + (len(made) == 1)
            pieces.write(made)
            assert pieces.read(Kind.BODY, [3, 4, 5]) == {4: b"other", 5: data}
            assert sorted(pieces.every(Kind.BODY)) == sorted([b"other", data])

    def test_values_of_any_characters_are_packed(self):
        values = ["NUL \0", "\ud800", "𝔘", None, 1.5, [1, 2]]
        assert unpacked(packed(values)) == values


class TestCredentials:
    def test_they_are_the_token_or_user_and_password(self):
        assert credentials({}) == ""
        assert credentials({"QA_MILVUS_TOKEN": "t"}) == "t"
        assert credentials({"QA_MILVUS_USER": "u", "QA_MILVUS_PASSWORD": "p"}) == "u:p"
        assert credentials({"QA_MILVUS_TOKEN": "t", "QA_MILVUS_USER": "u"}) == "t"

    @pytest.mark.parametrize("name", ["QA_MILVUS_USER", "QA_MILVUS_PASSWORD"])
    def test_one_without_the_other_is_an_error_that_repeats_neither(self, name):
        with pytest.raises(ConfigError, match="QA_MILVUS_TOKEN") as raised:
            credentials({name: "s3cret"})
        assert "s3cret" not in str(raised.value)

    @pytest.mark.parametrize("name", ["QA_MILVUS_TOKEN", "QA_MILVUS_PASSWORD"])
    def test_what_a_server_says_is_repeated_without_them(self, monkeypatch, name):
        monkeypatch.setenv(name, "s3cret")
        error = meaning(RuntimeError("no quota for root:s3cret\nat node 3"), ADDRESS, 1.0)
        assert "s3cret" not in str(error)
        assert "no quota for root:*** at node 3" in str(error)


class TestVersions:
    @pytest.mark.parametrize("version", ["v2.5.0", "2.6.4", "v3.0-dev", "Managed (Compatible with Milvus 2.5)"])
    def test_new_ones_are_taken(self, version):
        check_version(ADDRESS, version)

    @pytest.mark.parametrize("version", ["v2.3.5-lite", "2.4.15", "v1.1.0", "unknown"])
    def test_old_ones_are_refused(self, version):
        with pytest.raises(ServerError, match=r"no BM25; use Milvus 2\.5 or newer"):
            check_version(ADDRESS, version)


class TestSettings:
    @pytest.mark.parametrize("value", ["0", "-1", "soon", "inf", "nan"])
    def test_a_timeout_is_a_number_of_seconds(self, monkeypatch, value):
        monkeypatch.setenv("QA_MILVUS_TIMEOUT", value)
        with pytest.raises(ConfigError, match="QA_MILVUS_TIMEOUT is"):
            connect(ADDRESS)

    def test_the_dense_index_is_one_of_three(self, monkeypatch):
        assert (dense_index(lite=False), dense_index(lite=True)) == ("HNSW", "FLAT")
        monkeypatch.setenv("QA_MILVUS_INDEX", "IVF_FLAT")
        assert dense_index(lite=False) == "IVF_FLAT"
        monkeypatch.setenv("QA_MILVUS_INDEX", "ANNOY")
        with pytest.raises(ConfigError, match="HNSW, IVF_FLAT or FLAT"):
            dense_index(lite=False)


@pytest.mark.parametrize(
    ("index", "package", "extra"),
    [("milvus://localhost/news", "pymilvus", "milvus"), ("milvus+lite:x.db", "milvus_lite", "milvus-lite")],
)
def test_a_missing_package_is_told_with_what_installs_it(tmp_path, index, package, extra):
    (tmp_path / "x.db").mkdir()
    code = f"import sys; sys.modules[{package!r}] = None; import qa; qa.open({index!r})"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    address = index.replace("localhost/", "localhost:19530/")
    assert f'ConfigError: {address} needs {package}; pip install "qa-cited[{extra}]"' in done.stderr
