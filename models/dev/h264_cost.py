"""What an H.264 camera costs as it is and when it is encoded as JPEG: CPU of capture and service, bytes in Kafka.

    python3 models/dev/h264_cost.py VIDEO

VIDEO is H.264 without B-frames. It is captured once and four times in a row, and what the longer run takes more is
divided by its further frames, so that starting does not count. Bytes are those of the shorter run, before Kafka compacts
anything. The service has the small test models, so that what is left is not the models'. Needs ffmpeg and a built
checkout; the command for VIDEO is in docs/performance.md.
"""

import os
import pathlib
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

HOME = pathlib.Path(__file__).resolve().parents[2]
PACKAGES = HOME / "streams/src/test/resources/packages"
JAVA = ["java", "-XX:TieredStopAtLevel=1", "-Xmx700m", f"-Dvigil.home={HOME}"]
JAVA += ["-cp", f"{HOME}/console/target/*:{HOME}/console/target/lib/*", "io.vigil.console.cli.Vigil"]
REPEATS = 4
RATES = ("15", "2")


class Process:
    """A command of Vigil that writes to a log file."""

    def __init__(self, work, name, *arguments, **variables):
        self.log = work / f"{name}.log"
        with self.log.open("w") as log:
            environment = {**os.environ, **variables}
            self.process = subprocess.Popen(JAVA + list(arguments), stdout=log, stderr=log, env=environment)

    def address(self, text):
        """What stands behind " on " in the line that has this text, once it is there."""
        for _ in range(1200):
            for line in self.log.read_text().splitlines():
                if text in line:
                    return line.split(" on ")[1].strip()
            time.sleep(0.1)
        sys.exit(f"{self.log} does not say {text}")

    def cpu_seconds(self):
        """Waits for its end."""
        _, status, usage = os.wait4(self.process.pid, 0)
        if os.waitstatus_to_exitcode(status) != 0:
            sys.exit(f"failed, see {self.log}")
        return usage.ru_utime + usage.ru_stime

    def stop(self):
        self.process.terminate()
        return self.cpu_seconds()


def outcomes(metrics):
    """Frames that have come to an end, from a metrics endpoint."""
    try:
        text = urllib.request.urlopen(metrics).read().decode()
    except urllib.error.URLError:
        return 0
    counted = ("vigil_frames_analysed_total", "vigil_frames_skipped_total", "vigil_dead_letters_total")
    return sum(float(line.split()[-1]) for line in text.splitlines() if line.startswith(counted))


def frames_in(video):
    """The number of frames of a video file."""
    asked = ["-select_streams", "v", "-count_packets", "-show_entries", "stream=nb_read_packets", "-of", "csv=p=0"]
    return int(subprocess.check_output(["ffprobe", "-v", "error", *asked, str(video)], text=True))


def log_bytes(work, partition):
    """Size of a partition's log."""
    return sum(file.stat().st_size for file in (work / "broker").rglob("*.log") if file.parent.name == partition)


def run(work, broker, encoding, video):
    """CPU seconds of each process and bytes of each partition for one video."""
    frames = frames_in(video)
    prefix = f"{encoding}{frames}."
    to = ["--bootstrap", broker, "--topic-prefix", prefix]
    Process(work, "topics", "topics", "create", *to, "--partitions", "1").cpu_seconds()
    cameras = work / "cameras.conf"
    cameras.write_text(f'cameras = [{{ id = street, source = "{video}", encoding = {encoding}, pacing = unpaced }}]\n')
    taken = {"capture": Process(work, "ingest", "ingest", *to, "--config", str(cameras)).cpu_seconds()}
    stored = {"frames": log_bytes(work, f"{prefix}frames-0")}
    for rate in RATES:
        name = f"{prefix}{rate}"
        models = ["--detector", str(PACKAGES / "tra-test"), "--recognizer", str(PACKAGES / "tam-test")]
        own = ["--application-id", name, "--state-dir", str(work / name), "--metrics-port", "0"]
        settings = {"VIGIL_ADMISSION_FRAMES_PER_SECOND": rate, "VIGIL_STREAM_THREADS": "1"}
        service = Process(work, name, "serve", *to, *own, *models, **settings)
        metrics = service.address("metrics on")
        while outcomes(metrics) < frames:
            time.sleep(0.2)
        taken[f"service at {rate}/s"] = service.stop()
        for store in ("group-frames", "support-frames", "clip-frames"):
            stored[f"{store} at {rate}/s"] = log_bytes(work, f"{name}-{store}-changelog-0")
    return frames, taken, stored


def main(video):
    work = pathlib.Path(tempfile.mkdtemp(prefix="h264-cost-"))
    longer = work / "longer.mp4"
    repeat = ["ffmpeg", "-v", "error", "-stream_loop", str(REPEATS - 1), "-i", str(video), "-c", "copy", str(longer)]
    subprocess.check_call(repeat)
    broker = Process(work, "broker", "broker", "--port", "0", "--data", str(work / "broker"))
    address = broker.address("broker ready on")
    for encoding in ("jpeg", "h264"):
        frames, taken, stored = run(work, address, encoding, pathlib.Path(video).resolve())
        more, longer_taken, _ = run(work, address, encoding, longer)
        for what, seconds in longer_taken.items():
            print(f"{encoding}: {what}: {(seconds - taken[what]) / (more - frames) * 1000:.2f} ms of CPU a frame")
        for what, size in stored.items():
            print(f"{encoding}: {what}: {size / frames / 1000:.1f} kB a frame", flush=True)
    broker.stop()


if __name__ == "__main__":
    main(sys.argv[1])
