"""The network: a BERT encoder that reads a window of text once, and what is asked about mentions of that window.

A pair is two states, one for each mention. Each starts as the mean of its mention's tokens behind layer ``entry`` plus
what it is (its entity type, first or second), and goes through the layers above, where it sees the text and the other
of the pair; the text never sees a pair. So the text is encoded once for any number of pairs (the scheme of PL-Marker:
Ye et al., "Packed Levitated Marker for Entity and Relation Extraction", ACL 2022). What is known of a pair besides the
text (:mod:`kg.extraction.features`) joins it before the last layers.

A link asks less, of the states below the last layer alone: whether a reference means an entity, whether a quantity is
an entity's, whether two mentions are worth asking about as a pair (the scorer of spans of Lee et al., "End-to-end
Neural Coreference Resolution", EMNLP 2017).
"""

import copy
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of the encoder and of what it tells apart."""

    vocabulary: int = 30522
    positions: int = 512
    width: int = 384
    inner: int = 1536
    heads: int = 12
    layers: int = 5
    entry: int = 2
    tags: int = 15
    entity_types: int = 8
    hints: int = 10
    link_kinds: int = 10
    distances: int = 8
    cases: int = 7
    features: int = 36
    relations: int = 21
    core: int = 23
    links: int = 3


class _Attention(torch.autograd.Function):
    """Attention as one operator of onnxruntime, in place of the dozen that torch writes."""

    @staticmethod
    def forward(ctx: Any, query: Tensor, key: Tensor, value: Tensor, heads: int) -> Tensor:  # noqa: ARG004
        return query + key + value

    @staticmethod
    def symbolic(g: Any, query: Any, key: Any, value: Any, heads: int) -> Any:
        return g.op("com.microsoft::MultiHeadAttention", query, key, value, num_heads_i=heads).setType(query.type())


class Layer(nn.Module):
    """One BERT layer whose attention can be asked for the text's keys and values, and be given them."""

    def __init__(self, shape: Shape, dropout: float) -> None:
        super().__init__()
        self.heads = shape.heads
        self.size = shape.width // shape.heads
        self.query = nn.Linear(shape.width, shape.width)
        self.key = nn.Linear(shape.width, shape.width)
        self.value = nn.Linear(shape.width, shape.width)
        self.out = nn.Linear(shape.width, shape.width)
        self.norm_out = nn.LayerNorm(shape.width, eps=1e-12)
        self.up = nn.Linear(shape.width, shape.inner)
        self.down = nn.Linear(shape.inner, shape.width)
        self.norm_down = nn.LayerNorm(shape.width, eps=1e-12)
        self.dropout = nn.Dropout(dropout)

    def split(self, states: Tensor) -> Tensor:
        """(batch, length, width) as (batch, heads, length, width of a head)."""
        return states.reshape(states.shape[0], -1, self.heads, self.size).transpose(1, 2)

    def attend(self, query: Tensor, key: Tensor, value: Tensor, bias: Tensor) -> Tensor:
        """The text's attention to itself; all (batch, length, width). ``bias`` is added to the scores.

        In an export there is one window a batch and no padding, so ``bias`` is 0.
        """
        if torch.onnx.is_in_onnx_export():
            mixed: Tensor = _Attention.apply(query, key, value, self.heads)
            return mixed
        split = [self.split(t) for t in (query, key, value)]
        attended = nn.functional.scaled_dot_product_attention(*split, attn_mask=bias.to(query.dtype))
        return attended.transpose(1, 2).reshape(query.shape)

    def forward(self, states: Tensor, key: Tensor, value: Tensor, bias: Tensor) -> Tensor:
        """``states`` attend to ``key`` and ``value``, both made of them by this layer."""
        return self.above(states, self.attend(self.query(states), key, value, bias))

    def above(self, states: Tensor, mixed: Tensor) -> Tensor:
        """What stands over the attention: its output, and the feed-forward part."""
        states = self.norm_out(states + self.dropout(self.out(mixed)))
        inner = nn.functional.gelu(self.up(states))
        return self.norm_down(states + self.dropout(self.down(inner)))

    def pairs(self, flat: Tensor, key: Tensor, value: Tensor, bias: Tensor) -> Tensor:
        """States of pairs (batch, pairs x 2, width) attend to the text and to their own pair."""
        batch = flat.shape[0]
        query, own_key, own_value = (self.split(p(flat)) for p in (self.query, self.key, self.value))
        scale = self.size**-0.5
        to_text = query @ self.split(key).transpose(-1, -2) * scale + bias
        grouped, own_key, own_value = (
            t.reshape(batch, self.heads, -1, 2, self.size) for t in (query, own_key, own_value)
        )
        to_own = (grouped @ own_key.transpose(-1, -2) * scale).reshape(batch, self.heads, -1, 2)
        weights = torch.cat([to_text, to_own], dim=-1).softmax(-1)
        from_text = weights[..., :-2] @ self.split(value)
        of_own = weights[..., -2:].reshape(batch, self.heads, -1, 2, 2)
        from_own = (of_own @ own_value).reshape(batch, self.heads, -1, self.size)
        mixed = (from_text + from_own).transpose(1, 2).reshape(batch, -1, self.heads * self.size)
        return self.above(flat, mixed)


def _bias(mask: Tensor, like: Tensor) -> Tensor:
    """What is added to the scores of attention, so that none goes to padding."""
    return (1.0 - mask[:, None, None, :].to(like.dtype)) * -10000.0


class Text(nn.Module):
    """Encodes windows: BIO scores for each token, and what pairs and links need of the text."""

    def __init__(self, shape: Shape, dropout: float = 0.15) -> None:
        super().__init__()
        self.shape = shape
        self.words = nn.Embedding(shape.vocabulary, shape.width)
        self.places = nn.Embedding(shape.positions, shape.width)
        self.segment = nn.Parameter(torch.zeros(shape.width))
        self.cases = nn.Embedding(shape.cases, shape.width)
        self.hints = nn.Embedding(shape.hints, shape.width)
        nn.init.zeros_(self.cases.weight)
        nn.init.zeros_(self.hints.weight)
        self.norm = nn.LayerNorm(shape.width, eps=1e-12)
        self.dropout = nn.Dropout(dropout)
        self.layers = nn.ModuleList(Layer(shape, dropout) for _ in range(shape.layers))
        self.tag = nn.Linear(shape.width, shape.tags)

    def forward(
        self, ids: Tensor, cases: Tensor, hints: Tensor, mask: Tensor
    ) -> tuple[Tensor, Tensor, Tensor, list[Tensor], list[Tensor]]:
        """Tag scores (batch, length, tags); states behind ``entry`` and below the last layer; keys and values above it.

        The last layer is the pairs' alone: the text only gives them its keys and values there. The inputs are (batch,
        length); states, keys and values (batch, length, width), the latter one for each layer.
        """
        states = entered = self.enter(ids, cases, hints, mask)
        bias = _bias(mask, states)
        keys, values = [], []
        for number, layer in enumerate(self.layers[self.shape.entry :], start=self.shape.entry):
            key, value = layer.key(states), layer.value(states)
            keys.append(key)
            values.append(value)
            if number + 1 < self.shape.layers:
                states = layer(states, key, value, bias)
        states = self.dropout(states)
        return self.tag(states), entered, states, keys, values

    def enter(self, ids: Tensor, cases: Tensor, hints: Tensor, mask: Tensor) -> Tensor:
        """States behind ``entry`` (batch, length, width) alone."""
        where = torch.arange(ids.shape[1], device=ids.device)
        words = self.words(ids) + self.places(where) + self.segment + self.cases(cases) + self.hints(hints)
        states: Tensor = self.dropout(self.norm(words))
        bias = _bias(mask, states)
        for layer in self.layers[: self.shape.entry]:
            states = layer(states, layer.key(states), layer.value(states), bias)
        return states


class Pairs(nn.Module):
    """Classifies pairs of mentions of windows that :class:`Text` has encoded. Shares its layers."""

    def __init__(self, shape: Shape, layers: nn.ModuleList, dropout: float = 0.15) -> None:
        super().__init__()
        self.shape = shape
        self.layers = layers
        self.kind = nn.Embedding(shape.entity_types, shape.width)
        self.role = nn.Parameter(torch.zeros(2, shape.width))
        nn.init.normal_(self.kind.weight, std=0.02)
        nn.init.normal_(self.role, std=0.02)
        self.norm = nn.LayerNorm(shape.width, eps=1e-12)
        self.dropout = nn.Dropout(dropout)
        self.hidden = nn.Linear(3 * shape.width + shape.features, shape.width)
        self.relation = nn.Linear(shape.width, shape.relations)
        self.core = nn.Linear(shape.width, shape.core)
        nn.init.constant_(self.relation.bias, -4.0)
        # The first features are what the patterns say of each relation: the network starts from believing them.
        self.known = nn.Linear(shape.features, shape.relations, bias=False)
        with torch.no_grad():
            self.known.weight.copy_(6.0 * torch.eye(shape.relations, shape.features))

    def forward(
        self,
        entered: Tensor,
        keys: list[Tensor],
        values: list[Tensor],
        mask: Tensor,
        spans: Tensor,
        kinds: Tensor,
        features: Tensor,
    ) -> tuple[Tensor, Tensor]:
        """Scores of relations and CORE classes, each (batch, pairs, classes).

        ``spans`` (batch, pairs x 2, length) weighs the tokens of each mention, summing to one; ``kinds`` (batch, pairs,
        2) are entity types; ``features`` (batch, pairs, features) what is known besides.
        """
        batch, width = entered.shape[0], self.shape.width
        known = (self.kind(kinds) + self.role).reshape(batch, -1, width)
        states = self.norm(spans @ entered + known)
        bias = _bias(mask, states)
        for number in range(self.shape.layers - self.shape.entry):
            states = self.layers[self.shape.entry + number].pairs(states, keys[number], values[number], bias)
        both = states.reshape(batch, -1, 2 * width)
        product = both[..., :width] * both[..., width:]
        together = torch.cat([self.dropout(torch.cat([both, product], dim=-1)), features], dim=-1)
        hidden = self.dropout(nn.functional.gelu(self.hidden(together)))
        return self.relation(hidden) + self.known(features), self.core(hidden)


class Links(nn.Module):
    """Scores whether a reference means an entity, a quantity is an entity's, two mentions are related at all."""

    def __init__(self, shape: Shape, dropout: float = 0.15) -> None:
        super().__init__()
        self.shape = shape
        self.kind = nn.Embedding(shape.link_kinds, 32)
        self.distance = nn.Embedding(shape.distances, 32)
        self.dropout = nn.Dropout(dropout)
        self.hidden = nn.Linear(3 * shape.width + 3 * 32, shape.width)
        self.link = nn.Linear(shape.width, shape.links)
        nn.init.constant_(self.link.bias, -1.5)

    def forward(self, states: Tensor, spans: Tensor, kinds: Tensor, distances: Tensor) -> Tensor:
        """Scores (batch, links, 3): that they are the same, that the quantity is the entity's, that they are related.

        ``spans`` (batch, links x 2, length) weighs tokens, the entity's mention first; ``kinds`` (batch, links, 2) what
        they are; ``distances`` (batch, links) how far apart, as a number of its embedding.
        """
        width = self.shape.width
        both = (spans @ states).reshape(states.shape[0], -1, 2 * width)
        product = both[..., :width] * both[..., width:]
        known = self.kind(kinds).reshape(states.shape[0], -1, 64)
        together = torch.cat([both, product, known, self.distance(distances)], dim=-1)
        return self.link(self.dropout(nn.functional.gelu(self.hidden(self.dropout(together)))))


class Network(nn.Module):
    """All parts."""

    def __init__(self, shape: Shape, dropout: float = 0.15) -> None:
        super().__init__()
        self.shape = shape
        self.text = Text(shape, dropout)
        self.pairs = Pairs(shape, self.text.layers, dropout)
        self.links = Links(shape, dropout)

    def load_bert(self, weights: dict[str, Tensor]) -> None:
        """Start from a BERT checkpoint by its usual names."""
        text = self.text
        with torch.no_grad():
            text.words.weight.copy_(weights["embeddings.word_embeddings.weight"])
            text.places.weight.copy_(weights["embeddings.position_embeddings.weight"])
            text.segment.copy_(weights["embeddings.token_type_embeddings.weight"][0])
            parts = {"embeddings.LayerNorm": text.norm}
            for number, layer in enumerate(text.layers):
                assert isinstance(layer, Layer)
                prefix = f"encoder.layer.{number}."
                parts |= {
                    prefix + "attention.self.query": layer.query,
                    prefix + "attention.self.key": layer.key,
                    prefix + "attention.self.value": layer.value,
                    prefix + "attention.output.dense": layer.out,
                    prefix + "attention.output.LayerNorm": layer.norm_out,
                    prefix + "intermediate.dense": layer.up,
                    prefix + "output.dense": layer.down,
                    prefix + "output.LayerNorm": layer.norm_down,
                }
            for name, part in parts.items():
                part.weight.copy_(weights[name + ".weight"])
                part.bias.copy_(weights[name + ".bias"])


class Core(nn.Module):
    """Says CORE's class of the one pair that a window's hints mark, by layers of its own over the text's ``entry``.

    The layers start as a trained network's; that network stays as it is.
    """

    def __init__(self, network: Network, dropout: float = 0.1) -> None:
        super().__init__()
        shape = network.shape
        self.layers = copy.deepcopy(network.text.layers[shape.entry :])
        for layer in self.layers:
            layer.dropout = nn.Dropout(dropout)
        self.dropout = nn.Dropout(dropout)
        self.hidden = nn.Linear(3 * shape.width, shape.width)
        self.core = nn.Linear(shape.width, shape.core)

    def forward(self, entered: Tensor, mask: Tensor, spans: Tensor) -> Tensor:
        """Scores (batch, classes). ``spans`` (batch, 2, length) weighs the tokens of both ends, each summing to one."""
        states = self.dropout(entered)
        bias = _bias(mask, states)
        for layer in self.layers:
            states = layer(states, layer.key(states), layer.value(states), bias)
        first, second = (spans @ states).unbind(1)
        together = self.dropout(torch.cat([first, second, first * second], dim=-1))
        scores: Tensor = self.core(self.dropout(nn.functional.gelu(self.hidden(together))))
        return scores
