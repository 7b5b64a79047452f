"""Turns the numbered SQL files of this folder into one C file: embed.py OUTPUT FILE.sql ..."""

import os
import re
import sys


def main(output, paths):
    rows = []
    with open(output, "w", encoding="ascii") as out:
        out.write('#include "storage/migrate.h"\n')
        for expected, path in enumerate(sorted(paths, key=os.path.basename), start=1):
            name = os.path.basename(path)
            match = re.fullmatch(r"(\d{4})_[a-z0-9_]+\.sql", name)
            if match is None or int(match.group(1)) != expected:
                sys.exit(f"{name}: expected number {expected:04d} and a name in lower case")
            with open(path, "rb") as file:
                content = file.read()
            if any(byte == 0 or byte > 126 for byte in content):
                sys.exit(f"{name}: only ASCII is allowed")
            # An array of bytes: standard C promises string literals of 4095 characters only.
            out.write(f"\nstatic const char sql_{expected:04d}[] = {{")
            for i, byte in enumerate(content + b"\0"):
                out.write("\n    " if i % 24 == 0 else " ")
                out.write(f"{byte},")
            out.write("\n};\n")
            rows.append(f'    {{{expected}, "{name}", sql_{expected:04d}}},\n')
        out.write("\nconst struct migration migrations[] = {\n" + "".join(rows) + "};\n")
        out.write(f"const size_t n_migrations = {len(rows)};\n")


main(sys.argv[1], sys.argv[2:])
