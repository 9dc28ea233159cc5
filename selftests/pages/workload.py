# SPDX-License-Identifier: GPL-2.0-or-later
# What a Python program typically keeps in memory: parsed source, code
# objects, tables of records, text. Grows until it is stopped.
import ast
import glob
import os
import time

files = sorted(glob.glob(os.path.join(os.path.dirname(os.__file__), "*.py")))
kept = []
while True:
    for path in files:
        try:
            text = open(path, encoding="utf-8").read()
            tree = ast.parse(text)
            code = compile(tree, path, "exec")
        except (OSError, SyntaxError, ValueError):
            continue
        words = text.split()
        index = {word: number for number, word in enumerate(words)}
        rows = [{"file": path, "line": number, "size": len(line), "time": time.time()}
                for number, line in enumerate(text.splitlines())]
        kept.append((tree, code, index, rows))
