"""Turns docs/openapi.yaml into a C file that holds it as JSON: embed_openapi.py VERSION OPENAPI.YAML OUTPUT"""

import json
import sys

import yaml


def main(version, source, output):
    with open(source, encoding="utf-8") as file:
        document = yaml.safe_load(file)
    document["info"]["version"] = version
    text = json.dumps(document, separators=(",", ":"), allow_nan=False).encode("ascii")
    with open(output, "w", encoding="ascii") as out:
        out.write('#include "api/openapi.h"\n\n')
        # An array of bytes: standard C promises string literals of 4095 characters only.
        out.write("const char openapi_text[] = {")
        for i, byte in enumerate(text + b"\0"):
            out.write("\n    " if i % 24 == 0 else " ")
            out.write(f"{byte},")
        out.write("\n};\n")


main(*sys.argv[1:])
