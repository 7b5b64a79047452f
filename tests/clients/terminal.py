"""A program in a pseudo-terminal of its own, as a person at a keyboard would use it."""
import os
import pty
import select
import subprocess
import time


def run(words, cwd, env, answers=(), timeout=120):
    """(exit status, what was on the screen). answers: pairs of a text that appears on the screen, and what is then typed."""
    ours, its = pty.openpty()
    process = subprocess.Popen(["setsid", "--ctty", *words], cwd=cwd, env=env, stdin=its, stdout=its, stderr=its)
    os.close(its)
    data, screen, seen, waiting, end = b"", "", 0, list(answers), time.monotonic() + timeout
    try:
        while select.select([ours], [], [], max(0, end - time.monotonic()))[0]:
            try:
                data += os.read(ours, 65536)
            except OSError:  # EIO: every program on the terminal has ended
                break
            screen = data.decode(errors="replace").replace("\r\n", "\n")
            if waiting and waiting[0][0] in screen[seen:]:
                seen = len(screen)
                os.write(ours, waiting.pop(0)[1].encode())
        else:
            raise AssertionError(f"{words} did not end; the screen was:\n{screen}")
        status = process.wait(timeout=10)
    finally:
        process.kill()
        process.wait()
        os.close(ours)
    if waiting:
        raise AssertionError(f"{waiting[0][0]!r} never appeared; the screen was:\n{screen}")
    return status, screen
