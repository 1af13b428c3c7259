"""Verb results."""

from argparse import ArgumentParser, Namespace
from dataclasses import replace
from pathlib import Path

from ..engine.sizes import size

HELP = "train and measure all variants with all seeds, and write the results page; goes on where it was interrupted"


def add_arguments(parser: ArgumentParser):
    parser.add_argument("--runs", type=Path, default=Path("runs/results"), help="finished runs and their trainings (default %(default)s)")
    parser.add_argument("--cache", type=Path, default=Path("data-cache"), help="rendered pictures (default %(default)s)")
    parser.add_argument("--out", type=Path, default=Path("RESULTS.md"), help="page to write (default %(default)s)")
    parser.add_argument("--minutes-per-run", type=float, help="training time of each; 60 unless --steps-per-run is given")
    parser.add_argument("--steps-per-run", type=int, help="end each training after so many steps, equal on busy machines too")
    parser.add_argument(
        "--packages", type=Path, metavar="FOLDER", help="begin with the packages in this folder: heads on the detector's trunk, the recognizer's convolutions"
    )
    parser.add_argument("--seeds", type=_integers, default=(0, 1, 2), help="comma-separated (default 0,1,2)")
    parser.add_argument("--only", type=lambda text: text.split(","), metavar="NAMES", help="run only these variants, comma-separated")
    parser.add_argument("--videos", type=int, default=200, help="test videos of the detector (default %(default)s)")
    parser.add_argument("--clips", type=int, default=360, help="test clips of the recognizer (default %(default)s)")
    parser.add_argument("--sequences", type=int, default=3000, help="training sequences of the detector; with --packages twice as many clips for the recognizer (default %(default)s)")
    parser.add_argument("--clip-size", type=size, metavar="WxH", help="of the recognizer's pictures (default: as shipped)")
    parser.add_argument("--threads", type=int, help="threads of the network on a CPU (default: torch's choice)")
    parser.add_argument("--workers", type=int, default=1, help="rendering processes (default %(default)s)")
    parser.add_argument("--report-only", action="store_true", help="write the page from the runs that are there")
    parser.add_argument("--strips", type=Path, metavar="VIDEO", help="draw why, as `explain` does, at three moments of this video")
    parser.add_argument("--append", type=Path, metavar="FILE", help="Markdown to add to the end of the page")


def _integers(text: str) -> tuple:
    return tuple(int(part) for part in text.split(",") if part)


def run(args: Namespace) -> int:
    from ..results.pictures import draw_strips
    from ..results.plan import plan
    from ..results.report import Report
    from ..results.runner import Runner
    from ..results.settings import Settings

    minutes, steps = args.minutes_per_run, args.steps_per_run
    settings = Settings(
        minutes=60.0 if minutes is None and steps is None else minutes,
        steps=steps,
        packages=args.packages,
        seeds=args.seeds,
        videos=args.videos,
        clips=args.clips,
        sequences=args.sequences,
        threads=args.threads,
        workers=args.workers,
    )
    recognizer = settings.recognizer.network
    everything = plan(recognizer=replace(recognizer, input_size=args.clip_size or recognizer.input_size))
    if not args.report_only:
        Runner(everything.named(args.only), settings, args.runs, args.cache, lambda text: print(text, flush=True)).run()
    runner = Runner(everything, settings, args.runs, args.cache)
    strips = draw_strips(runner, args.strips, args.out) if args.strips else {}
    pictures = {caption: path.name for caption, path in strips.items()}
    page = Report(everything, settings, runner.records(), pictures).text()
    args.out.write_text(page + ("\n" + args.append.read_text() if args.append else ""))
    print(f"wrote {args.out}")
    return 0
