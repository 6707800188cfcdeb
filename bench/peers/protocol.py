"""What all peers share: inputs, the way times are taken, and the answer.

Times are taken as `bench/src/clock.rs` takes them.
"""

import argparse
import importlib.metadata
import json
import os
import pathlib
import platform
import statistics
import time

import numpy as np
from safetensors.numpy import load_file

THREADS = os.cpu_count()


class Peer:
    """One script's inputs and answer."""

    def __init__(self, description):
        parser = argparse.ArgumentParser(description=description)
        parser.add_argument("--inputs", type=pathlib.Path, required=True)
        parser.add_argument("--json", type=pathlib.Path, required=True)
        arguments = parser.parse_args()
        self.inputs = load_file(arguments.inputs / "inputs.safetensors")
        self.settings = json.loads((arguments.inputs / "settings.json").read_text())
        self.out = arguments.json
        self.versions = {"python": platform.python_version()}
        self.absent = {}
        self.entries = []

    def wants(self, name):
        return name in self.settings["names"]

    def uses(self, *packages):
        """Notes the versions of packages; false, with the reason noted, where one is missing."""
        for package in packages:
            try:
                self.versions[package] = importlib.metadata.version(package)
            except importlib.metadata.PackageNotFoundError:
                self.absent[package] = "not installed"
                return False
        return True

    def time(self, work, prepare=lambda: (), once=False):
        """Quartiles of the times of `work(*prepare())`."""
        protocol = self.settings["protocol"]
        warm_up, least, total = protocol["warm_up"], protocol["samples"], protocol["seconds"]
        if once:
            warm_up, least, total = 0, 1, 0.0
        begun = time.perf_counter()
        for _ in range(warm_up):
            work(*prepare())
            if time.perf_counter() - begun > protocol["patience"] / 4:
                break
        begun, times = time.perf_counter(), []
        while True:
            prepared = prepare()
            started = time.perf_counter()
            work(*prepared)
            times.append(time.perf_counter() - started)
            if len(times) >= least and sum(times) >= total:
                break
            if time.perf_counter() - begun > protocol["patience"]:
                break
        q1, q3 = np.percentile(times, [25, 75])
        median = statistics.median(times)
        return {"median": median, "q1": float(q1), "q3": float(q3), "samples": len(times)}

    def difference(self, name, theirs):
        """The largest absolute difference from our result, where there is one."""
        ours = self.inputs.get(f"{name}.result")
        if ours is None:
            return None
        theirs = np.asarray(theirs)
        if ours.shape != theirs.shape:
            raise ValueError(f"{name}: {ours.shape} here, {theirs.shape} there")
        return float(np.abs(ours.astype(np.float64) - theirs).max())

    def add(self, name, library, what, seconds, difference=None, **quality):
        self.entries.append(
            dict(
                name=name,
                library=library,
                what=what,
                seconds=seconds,
                difference=difference,
                quality=quality,
            )
        )

    def answer(self):
        answer = dict(versions=self.versions, absent=self.absent, entries=self.entries)
        self.out.write_text(json.dumps(answer))
