"""An OpenAI-compatible server around a tiny randomly initialised transformer.

    python tests/language_model/tiny_server.py

It prints its base URL and serves until it is stopped. The model is a real GPT-2 of two
layers with random weights (seed 0) over the bytes of the text, so it writes noise; the
protocol, the sampling and the streaming are real.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import GPT2Config, GPT2LMHeadModel

CONTEXT = 256


def make_tokenizer() -> Tokenizer:
    """Make a tokenizer of bytes, in which every text can be written."""
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE({letter: at for at, letter in enumerate(letters)}, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


class TinyModel:
    """The model and its tokenizer."""

    def __init__(self) -> None:
        torch.manual_seed(0)
        torch.set_num_threads(1)
        config = GPT2Config(
            vocab_size=256, n_positions=CONTEXT, n_embd=32, n_layer=2, n_head=2,
            bos_token_id=0, eos_token_id=0,
        )  # fmt: skip
        self.tokenizer = make_tokenizer()
        self.model = GPT2LMHeadModel(config)
        self.model.train(False)

    def write(self, prompt: str, count: int) -> Iterator[str]:
        """Sample tokens one after another."""
        ids = self.tokenizer.encode(prompt).ids[-CONTEXT // 2 :]
        for _ in range(count):
            with torch.inference_mode():
                logits = self.model(torch.tensor([ids[-CONTEXT:]])).logits[0, -1]
            ids.append(int(torch.multinomial(torch.softmax(logits, -1), 1)))
            yield self.tokenizer.decode(ids[-1:])


class Handler(BaseHTTPRequestHandler):
    """The chat completions endpoint, streaming."""

    tiny: TinyModel

    def do_POST(self) -> None:
        """Write a reply piece by piece."""
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        prompt = "\n".join(each["content"] for each in body["messages"])
        count = min(int(body.get("max_completion_tokens") or body.get("max_tokens") or 60), 60)
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.end_headers()
        for piece in self.tiny.write(prompt, count):
            self._event({"choices": [{"index": 0, "delta": {"content": piece}}]})
        end = {"index": 0, "delta": {}, "finish_reason": "length"}
        self._event({"choices": [end]})
        used = len(self.tiny.tokenizer.encode(prompt).ids)
        usage = {"prompt_tokens": used, "completion_tokens": count, "total_tokens": used + count}
        self._event({"choices": [], "usage": usage})
        self.wfile.write(b"data: [DONE]\n\n")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing."""

    def _event(self, record: dict[str, Any]) -> None:
        full = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "tiny"}
        self.wfile.write(b"data: %s\n\n" % json.dumps(full | record).encode())


def main() -> None:
    """Serve on a free port."""
    Handler.tiny = TinyModel()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    sys.stdout.write(f"http://127.0.0.1:{server.server_address[1]}/v1\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main()
