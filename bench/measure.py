"""Processor time and peak memory of a process with all its threads, on one core."""

import glob
import os
import statistics
import subprocess
import tempfile
import time
from dataclasses import dataclass


@dataclass
class Usage:
    user: float
    system: float
    wall: float
    peak_mib: float
    out: str
    err: str

    @property
    def cpu(self):
        return self.user + self.system


def of_threads(pid):
    """Processor seconds of each thread that there is now."""
    used = {}
    for task in glob.glob(f"/proc/{pid}/task/*"):
        try:
            with open(task + "/schedstat") as f:
                used[task] = int(f.read().split()[0]) / 1e9
        except OSError:
            pass  # it has just ended
    return used


def run(command, cores=None, env=None, codes=(0,), cwd=None, threads=None):
    """Runs it to its end; `cores` is the set it may use. Raises where its exit code is another.
    `threads`, a dict, gets the processor time of each thread, looked at 50 times a second."""
    def pin():
        if cores:
            os.sched_setaffinity(0, cores)

    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        began = time.monotonic()
        process = subprocess.Popen(command, stdout=out, stderr=err, preexec_fn=pin, cwd=cwd,
                                   env={**os.environ, **(env or {})})
        while threads is not None and os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT |
                                                os.WNOHANG) is None:
            threads.update(of_threads(process.pid))
            time.sleep(0.02)
        _, status, used = os.wait4(process.pid, 0)
        wall = time.monotonic() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        texts = []
        for stream in (out, err):
            stream.seek(0)
            texts.append(stream.read().decode(errors="replace"))
        if process.returncode not in codes:
            raise RuntimeError(f"{command}: exit code {process.returncode}\n{texts[1][-2000:]}")
        return Usage(used.ru_utime, used.ru_stime, wall, used.ru_maxrss / 1024, *texts)


def in_turn(times, *sides):
    """Runs the sides in turn, `times` over: a list of results for each side."""
    results = [[] for _ in sides]
    for _ in range(times):
        for side, kept in zip(sides, results):
            kept.append(side())
    return results


def median(values):
    return statistics.median(values)


def spread(values):
    return f"{min(values):.2f} to {max(values):.2f}"
