"""The network: a BERT encoder that reads a window of text once, and pairs of mentions that read that window.

A pair is two states, one for each mention. Each starts as the mean of its mention's tokens behind layer ``entry`` plus
what it is (its entity type, first or second), and goes through the layers above, where it sees the text and the other
of the pair; the text never sees a pair. So the text is encoded once for any number of pairs (the scheme of PL-Marker:
Ye et al., "Packed Levitated Marker for Entity and Relation Extraction", ACL 2022).
"""

import math
from dataclasses import dataclass

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
    layers: int = 6
    entry: int = 2
    tags: int = 15
    entity_types: int = 8
    cases: int = 7
    relations: int = 21
    statuses: int = 6
    core: int = 23


class Layer(nn.Module):
    """One BERT layer whose attention can be asked for the text's keys and values, and be given them."""

    def __init__(self, shape: Shape, dropout: float) -> None:
        super().__init__()
        self.heads = shape.heads
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
        batch, length, width = states.shape
        return states.view(batch, length, self.heads, width // self.heads).transpose(1, 2)

    def forward(self, states: Tensor, keys: Tensor, values: Tensor, bias: Tensor) -> Tensor:
        """``states`` attend to ``keys`` and ``values`` (split by head); ``bias`` is added to the scores."""
        query = self.split(self.query(states))
        mixed = nn.functional.scaled_dot_product_attention(query, keys, values, attn_mask=bias.to(query.dtype))
        return self.above(states, mixed.transpose(1, 2).reshape(states.shape))

    def above(self, states: Tensor, mixed: Tensor) -> Tensor:
        """What stands over the attention: its output, and the feed-forward part."""
        states = self.norm_out(states + self.dropout(self.out(mixed)))
        inner = nn.functional.gelu(self.up(states))
        return self.norm_down(states + self.dropout(self.down(inner)))

    def pairs(self, states: Tensor, keys: Tensor, values: Tensor, bias: Tensor) -> Tensor:
        """``states`` (batch, pairs, 2, width) attend to the text and to their own pair."""
        batch, pairs, two, width = states.shape
        flat = states.reshape(batch, pairs * two, width)
        query, own_key, own_value = (self.split(p(flat)) for p in (self.query, self.key, self.value))
        size = query.shape[-1]
        to_text = query @ keys.transpose(-1, -2) / math.sqrt(size) + bias
        shape = (batch, self.heads, pairs, two, size)
        grouped, own_key, own_value = (t.reshape(shape) for t in (query, own_key, own_value))
        to_own = (grouped @ own_key.transpose(-1, -2) / math.sqrt(size)).reshape(batch, self.heads, pairs * two, two)
        weights = torch.cat([to_text, to_own], dim=-1).softmax(-1)
        length = keys.shape[2]
        from_text = weights[..., :length] @ values
        from_own = (weights[..., length:].reshape(batch, self.heads, pairs, two, two) @ own_value).reshape(
            from_text.shape
        )
        mixed = (from_text + from_own).transpose(1, 2).reshape(flat.shape)
        return self.above(flat, mixed).reshape(states.shape)


class Text(nn.Module):
    """Encodes windows: BIO scores for each token, and what pairs need of the text."""

    def __init__(self, shape: Shape, dropout: float = 0.1) -> None:
        super().__init__()
        self.shape = shape
        self.words = nn.Embedding(shape.vocabulary, shape.width)
        self.places = nn.Embedding(shape.positions, shape.width)
        self.segment = nn.Parameter(torch.zeros(shape.width))
        self.cases = nn.Embedding(shape.cases, shape.width)
        self.hints = nn.Embedding(shape.entity_types, shape.width)
        nn.init.zeros_(self.cases.weight)
        nn.init.zeros_(self.hints.weight)
        self.norm = nn.LayerNorm(shape.width, eps=1e-12)
        self.dropout = nn.Dropout(dropout)
        self.layers = nn.ModuleList(Layer(shape, dropout) for _ in range(shape.layers))
        self.tag = nn.Linear(shape.width, shape.tags)

    def forward(self, ids: Tensor, cases: Tensor, hints: Tensor, mask: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Tag scores (batch, length, tags); states behind ``entry`` layers; keys and values of the layers above.

        The inputs are (batch, length); keys and values (layers above, batch, heads, length, size of a head).
        """
        where = torch.arange(ids.shape[1], device=ids.device)
        words = self.words(ids) + self.places(where) + self.segment + self.cases(cases) + self.hints(hints)
        states = self.dropout(self.norm(words))
        bias = (1.0 - mask[:, None, None, :].to(states.dtype)) * -10000.0
        entered = states
        keys, values = [], []
        for number, layer in enumerate(self.layers):
            if number == self.shape.entry:
                entered = states
            key, value = layer.split(layer.key(states)), layer.split(layer.value(states))
            if number >= self.shape.entry:
                keys.append(key)
                values.append(value)
            states = layer(states, key, value, bias)
        return self.tag(self.dropout(states)), entered, torch.stack(keys), torch.stack(values)


class Pairs(nn.Module):
    """Classifies pairs of mentions of windows that :class:`Text` has encoded. Shares its layers."""

    def __init__(self, shape: Shape, layers: nn.ModuleList, dropout: float = 0.1) -> None:
        super().__init__()
        self.shape = shape
        self.layers = layers
        self.kind = nn.Embedding(shape.entity_types, shape.width)
        self.role = nn.Parameter(torch.zeros(2, shape.width))
        nn.init.normal_(self.kind.weight, std=0.02)
        nn.init.normal_(self.role, std=0.02)
        self.norm = nn.LayerNorm(shape.width, eps=1e-12)
        self.dropout = nn.Dropout(dropout)
        self.hidden = nn.Linear(3 * shape.width, shape.width)
        self.relation = nn.Linear(shape.width, shape.relations)
        self.status = nn.Linear(shape.width, shape.statuses)
        self.core = nn.Linear(shape.width, shape.core)

    def forward(
        self, entered: Tensor, keys: Tensor, values: Tensor, mask: Tensor, spans: Tensor, kinds: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Scores of relations, statuses and CORE classes, each (batch, pairs, classes).

        ``spans`` (batch, pairs, 2, length) weighs the tokens of each mention, summing to one; ``kinds`` (batch, pairs,
        2) are entity types.
        """
        pooled = torch.einsum("bpxl,blw->bpxw", spans, entered)
        states = self.norm(pooled + self.kind(kinds) + self.role)
        bias = (1.0 - mask[:, None, None, :].to(states.dtype)) * -10000.0
        for number in range(self.shape.layers - self.shape.entry):
            states = self.layers[self.shape.entry + number].pairs(states, keys[number], values[number], bias)
        first, second = states[:, :, 0], states[:, :, 1]
        together = self.dropout(torch.cat([first, second, first * second], dim=-1))
        hidden = self.dropout(nn.functional.gelu(self.hidden(together)))
        return self.relation(hidden), self.status(hidden), self.core(hidden)


class Network(nn.Module):
    """Both parts."""

    def __init__(self, shape: Shape, dropout: float = 0.1) -> None:
        super().__init__()
        self.shape = shape
        self.text = Text(shape, dropout)
        self.pairs = Pairs(shape, self.text.layers, dropout)

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
