"""Matrix products of spaCy's networks by onnxruntime, which takes a third of the time that spaCy's own library does."""

from typing import Any, Final

from spacy.language import Language
from thinc.api import NumpyOps

from kg.extraction.encoder import packaged, session

_PRODUCT: Final = session(packaged("product"))


class Products(NumpyOps):  # type: ignore[misc]
    """What spaCy computes with, but for the product that its layers are made of: a matrix by another one turned."""

    def gemm(self, x: Any, y: Any, out: Any = None, trans1: bool = False, trans2: bool = False) -> Any:
        """``x`` (rows, n) by the turned ``y`` (columns, n), in 32 bits; any other product is left to spaCy."""
        if trans1 or not trans2:
            return super().gemm(x, y, out=out, trans1=trans1, trans2=trans2)
        # One row alone would be added up in another order than the same row among others.
        [found] = _PRODUCT.run(None, {"x": x if len(x) > 1 else x.repeat(2, axis=0), "y": y})
        found = found[: len(x)]
        if out is None:
            return found
        out[:] = found
        return out


def take_over(nlp: Language) -> None:
    """Have the networks of a pipeline compute their products here."""
    products = Products()
    for _, component in nlp.pipeline:
        model = getattr(component, "model", None)
        if model is not None:
            for node in model.walk():
                node.ops = products
