"""Golden values from llama.cpp: tokens, logits and greedy continuations of a few prompts.

    pip install llama-cpp-python==0.3.36
    python3 make.py MODEL.gguf OUT.json

Keys and values are kept in f32, so that what differs from other engines is arithmetic on the same
weights alone.
"""

import json
import sys

import llama_cpp

CHAT = (
    "<|im_start|>system\nYou control a phone.<|im_end|>\n"
    "<|im_start|>user\nSet an alarm for 7:30.<|im_end|>\n"
    "<|im_start|>assistant\n"
)
STORY = "The capital of France is Paris. The capital of Germany is Berlin. The capital of Italy is"
SCREEN = (
    "<button id=4 text='Save'>12:45</button>\n<input id=10 text='Na\u00efve caf\u00e9'>\n"
    "\u4f60\u597d, 3.14159 and 2026-11-22\n\n  def f(x):\n\treturn x  # \U0001f600\nIt's we'll I'VE\n"
)
TEXTS = [
    "",
    " ",
    "a",
    "  two  spaces   three",
    "line\nbreak\r\n\r\nbreak\n\n\nend ",
    "tabs\t\tand trailing   ",
    "don't I'LL we'Re 'tis",
    "1234567890 12.5% 3/4 \u0663\u0664",
    "caf\u00e9 cafe\u0301 \u00df \u0130 \ufb01",
    "\u65e5\u672c\u8a9e \ud55c\uad6d\uc5b4 \u0627\u0644\u0639\u0631\u0628\u064a\u0629 \u0939\u093f\u0928\u094d\u0926\u0940",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f600\U0001f3fd",
    "<button id=4 text='Save'>ok</button><p>x</p>",
    '{"name":"set_alarm","arguments":{"hour":7,"minute":30}}',
    "https://example.com/a?b=c&d=%20#e",
    "a\u00a0b\u200bc\u3000d",
    "x" * 40 + "!!!???...---___***",
    "CamelCaseWord snake_case_word SCREAMING kebab-case",
]
FIXED = [0, 1, 2, 13, 100, 1000, 10000, 40000]


def logits(model, tokens):
    model.reset()
    model.eval(tokens)
    return model.scores[len(tokens) - 1].tolist()


def main(path, out):
    model = llama_cpp.Llama(
        path, n_ctx=512, logits_all=True, n_threads=2, verbose=False, flash_attn=False, type_k=0, type_v=0
    )
    cases = []
    for prompt in (CHAT, STORY, SCREEN):
        tokens = model.tokenize(prompt.encode(), add_bos=True, special=True)
        scores = logits(model, tokens)
        top = sorted(range(len(scores)), key=lambda i: -scores[i])[:20]
        greedy = []
        last = scores
        for _ in range(16):
            best = max(range(len(last)), key=last.__getitem__)
            greedy.append(best)
            model.eval([best])
            last = model.scores[len(tokens) + len(greedy) - 1].tolist()
        cases.append(
            {
                "prompt": prompt,
                "tokens": tokens,
                "top": [[i, round(scores[i], 4)] for i in top],
                "fixed": [[i, round(scores[i], 4)] for i in FIXED],
                "greedy": greedy,
            }
        )
    texts = [[t, model.tokenize(t.encode(), add_bos=False, special=False)] for t in TEXTS]
    with open(out, "w") as file:
        json.dump({"llama_cpp_python": llama_cpp.__version__, "cases": cases, "texts": texts}, file, indent=None)
        file.write("\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
