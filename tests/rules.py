#!/usr/bin/env python3
"""Every rule that a request can break has a case: each text of a refusal in api/ is expected, literally, by a test in tests/api/.

A rule is a place in api/*.c that refuses a request (err_set or call_error with ERR_INVALID, or one of the short forms). Of its text the
part that is longest without a conversion must be found in a string of a test. Prints the rules without a case: the list must be empty.
"""
import pathlib
import re
import sys

LITERAL = r'"((?:[^"\\\n]|\\.)*)"'
# What refuses: name -> whether the argument before the text is a key that the text begins with.
CALLS = {"err_set": False, "call_error": False, "refuse": True, "parameter_fail": True}
CONVERSION = re.compile(r"%(?:[-+ #0]*\d*(?:\.\*|\.\d+)?(?:hh|h|ll|l|z|j)?[diouxXeEfgGcsp]|%)")


def literals(text):
    """String literals, of which those that follow each other are one."""
    text = re.sub(r'%"\s*PRI[a-zA-Z]\d+(\s*"|)', lambda m: "%d" if m.group(1) else '%d"', text)
    for run in re.finditer(rf"{LITERAL}(?:\s*\\?\s*{LITERAL})*", text):
        yield run.start(), "".join(re.findall(LITERAL, run.group()))


def plain(text):
    """Without what C and JSON escape; apostrophes stand for quotation marks."""
    return text.replace("\\", "").replace('"', "'")


def call_end(text, start):
    depth, i = 0, start
    while i < len(text):
        if text[i] == '"':
            i = re.compile(LITERAL).match(text, i).end()
            continue
        depth += text[i] == "("
        depth -= text[i] == ")"
        if depth == 0:
            return i
        i += 1
    raise ValueError("a call without end")


def rules(path):
    text = path.read_text()
    for call in re.finditer(r"\b(" + "|".join(CALLS) + r")\(", text):
        name = call.group(1)
        arguments = text[call.end():call_end(text, call.end() - 1)]
        if name in ("err_set", "call_error") and "ERR_INVALID" not in arguments:
            continue
        found = [plain(s) for _, s in literals(arguments)]
        if not found:
            continue  # the declaration, or a text that was made elsewhere
        sentence = [s for s in found if " " in s]
        if not sentence:
            continue
        format = sentence[0]
        if CALLS[name] and len(found) > 1 and found[0] != format:
            format = f".{found[0]} {format}"
        yield text.count("\n", 0, call.start()) + 1, format


def main(root):
    root = pathlib.Path(root)
    corpus = "\n".join(plain(s) for path in sorted((root / "tests/api").glob("*.c")) for _, s in literals(path.read_text()))
    total, uncovered = 0, []
    for path in sorted((root / "api").glob("*.c")):
        for line, format in rules(path):
            part = max(CONVERSION.split(format), key=len).strip()
            if not re.search("[A-Za-z]", part):
                continue  # hands a text on
            total += 1
            if part not in corpus:
                uncovered.append(f"{path.relative_to(root)}:{line}: {format}")
    print("1..2")
    print(f"{'ok' if total > 100 else 'not ok'} 1 - {total} rules are found in api/")
    print(f"{'not ok' if uncovered else 'ok'} 2 - each has a case in tests/api/")
    for rule in uncovered:
        print(f"# without a case: {rule}")
    return bool(uncovered) or total <= 100


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "."))
