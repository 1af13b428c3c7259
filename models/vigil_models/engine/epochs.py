"""Training in epochs over a stored data set: several processes, gradient accumulation, mixed precision, resuming.

A step takes the same samples in the same order however many processes share it, and draws the same random numbers: one
process that accumulates and several that do not take the same step (apart from batch norms that train).
"""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Iterator

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset, Sampler

from .common import Budget, CsvLog, Every, RunningMeans, clock, load_checkpoint, save_checkpoint
from .processes import Processes
from .recipes import Optimisation


@dataclass(frozen=True)
class EpochTraining:
    """What a run of a recipe adds to it."""

    directory: Path
    at_once: int = 1  # samples that a process computes together; the rest of its share of a step is accumulated
    workers: int = 2
    mixed_precision: bool = False
    minutes: float | None = None  # end after so many at the latest
    steps: int | None = None
    resume: bool = False
    seed: int = 0
    checkpoint_minutes: float = 10.0


class EpochSampler(Sampler):
    """(epoch, index) of this process's samples, in the order of the steps; a step has ``batch`` over all processes.

    Every epoch is another shuffle; what does not fill a step is left out, and a set smaller than a step is repeated.
    """

    def __init__(self, size: int, batch: int, processes: Processes, seed: int, epoch: int, first_step: int = 0) -> None:
        if batch % processes.count:
            raise ValueError(f"a step of {batch} samples does not divide into {processes.count} processes")
        self.size, self.batch, self.processes = size, batch, processes
        self.seed, self.epoch, self.first_step = seed, epoch, first_step

    @property
    def steps(self) -> int:
        """Of a whole epoch."""
        return max(1, self.size // self.batch)

    def __len__(self) -> int:
        return (self.steps - self.first_step) * self.batch // self.processes.count

    def __iter__(self) -> Iterator[tuple[int, int]]:
        generator = torch.Generator().manual_seed(self.seed * 100_003 + self.epoch)
        order = torch.randperm(self.size, generator=generator).tolist()
        share = self.batch // self.processes.count
        for step in range(self.first_step, self.steps):
            first = step * self.batch + self.processes.rank * share
            yield from ((self.epoch, order[position % self.size]) for position in range(first, first + share))


class EpochTrainer:
    """Trains a module that maps a batch to its losses by name, whose sum is minimised.

    Writes ``last.pt`` and ``train.csv``. ``content`` gives what a checkpoint holds beside ``resume``.

    :param groups: parameters with their factor on the rate (``rate``) and their ``weight_decay``
    :param dataset: maps (epoch, index) to a sample
    """

    def __init__(
        self,
        training: EpochTraining,
        optimisation: Optimisation,
        module: nn.Module,
        groups: list[dict],
        dataset: Dataset,
        collate: Callable,
        content: Callable[[int], dict],
        processes: Processes,
    ) -> None:
        share = training.at_once * processes.count
        if optimisation.batch % share:
            raise ValueError(
                f"a step of {optimisation.batch} samples does not divide into {processes.count} processes with "
                f"{training.at_once} at once; change --at-once"
            )
        if not len(dataset):
            raise ValueError("the data set has no samples to learn from")
        self.training, self.optimisation, self.processes = training, optimisation, processes
        self.module, self.dataset, self.collate, self.content = module, dataset, collate, content
        self.accumulated = optimisation.batch // share
        self.optimizer = torch.optim.SGD(groups, lr=optimisation.schedule.rate, momentum=optimisation.momentum)
        scaled = training.mixed_precision and processes.device.type == "cuda"
        self.scaler = torch.cuda.amp.GradScaler(enabled=scaled)
        self.per_epoch = EpochSampler(len(dataset), optimisation.batch, processes, training.seed, 0).steps
        self.budget = self._start()

    def train(self) -> int:
        """Train until all epochs are done or the budget is used; returns the number of steps."""
        budget, schedule = self.budget, self.optimisation.schedule
        shared = self.processes.shared(self.module)
        log = self._log()
        report, checkpoint, means = Every(30), Every(60 * self.training.checkpoint_minutes), RunningMeans()
        batches: Iterator = iter(())
        while not self._agreed(budget.progress >= 1):
            epoch, step = divmod(budget.step, self.per_epoch)
            if step == 0 or budget.step == self._first:
                batches = iter(self._loader(epoch, step))
            rate = schedule.at(epoch, budget.step)
            means.add(self.optimisation.batch, **self._step(shared, batches, rate))
            budget.step += 1
            finished = budget.progress >= 1
            if self.processes.is_first and (report.due() or finished):
                self._report(epoch, rate, means, log)
                means.reset()
            if self.processes.is_first and (checkpoint.due() or finished or budget.step % self.per_epoch == 0):
                self._save()
        if log is not None:
            log.close()
        return budget.step

    def _step(self, shared: nn.Module, batches: Iterator, rate: float) -> dict[str, float]:
        for group in self.optimizer.param_groups:
            group["lr"] = rate * group["rate"]
        self.module.train()
        self.optimizer.zero_grad(set_to_none=True)
        sums: dict[str, float] = {}
        for number in range(self.accumulated):
            position = self.processes.rank * self.accumulated + number
            torch.manual_seed((self.training.seed * 1_000_003 + self.budget.step) * self.optimisation.batch + position)
            last = number == self.accumulated - 1
            with nullcontext() if last or self.processes.count == 1 else shared.no_sync():
                with self._precision():
                    parts: dict[str, Tensor] = shared(next(batches))
                loss = torch.stack([part.float() for part in parts.values()]).sum() / self.accumulated
                if not torch.isfinite(loss) and not self.scaler.is_enabled():
                    raise ValueError(f"the loss became {loss.item()} at step {self.budget.step}: resume with a lower --rate")
                self.scaler.scale(loss).backward()
            for name, part in parts.items():
                sums[name] = sums.get(name, 0.0) + part.item() / self.accumulated
        self.scaler.unscale_(self.optimizer)
        nn.utils.clip_grad_norm_([p for g in self.optimizer.param_groups for p in g["params"]], self.optimisation.clip_norm)
        self.scaler.step(self.optimizer)
        self.scaler.update()
        return sums

    def _precision(self):
        if not self.training.mixed_precision:
            return nullcontext()
        kind = self.processes.device.type
        return torch.autocast(kind, dtype=torch.float16 if kind == "cuda" else torch.bfloat16)

    def _agreed(self, finished: bool) -> bool:
        """Whether to end: what the first process says, since clocks differ."""
        if self.processes.count == 1:
            return finished
        flag = torch.tensor(float(finished), device=self.processes.device)
        torch.distributed.broadcast(flag, 0)
        return bool(flag.item())

    def _loader(self, epoch: int, first_step: int) -> DataLoader:
        sampler = EpochSampler(
            len(self.dataset), self.optimisation.batch, self.processes, self.training.seed, epoch, first_step
        )
        settings = {"batch_size": self.training.at_once, "num_workers": self.training.workers, "collate_fn": self.collate}
        return DataLoader(self.dataset, sampler=sampler, **settings)

    def _log(self) -> CsvLog | None:
        if not self.processes.is_first:
            return None
        return CsvLog(self.training.directory / "train.csv", ["step", "epoch", "seconds", "rate", "losses", "samples_per_s"])

    def _report(self, epoch: int, rate: float, means: RunningMeans, log: CsvLog) -> None:
        losses = "  ".join(f"{name} {means[name]:.3f}" for name in means.names)
        speed = f"rate {rate:.2e}  {means.rate:.1f} samples/s  left {clock(self.budget.seconds_left)}"
        print(f"epoch {epoch} step {self.budget.step:6d}  {losses}  {speed}", flush=True)
        log.write(
            step=self.budget.step, epoch=epoch, seconds=self.budget.seconds, rate=rate, losses=losses, samples_per_s=means.rate
        )

    def _save(self) -> None:
        resume = {
            "optimizer": self.optimizer.state_dict(),
            "scaler": self.scaler.state_dict(),
            "seconds": self.budget.seconds,
            "per_epoch": self.per_epoch,
        }
        save_checkpoint(self.training.directory / "last.pt", {**self.content(self.budget.step), "resume": resume})

    def _start(self) -> Budget:
        training, path = self.training, self.training.directory / "last.pt"
        steps = self.per_epoch * self.optimisation.schedule.epochs
        steps = steps if training.steps is None else min(steps, training.steps)
        self._first = 0
        if not training.resume:
            if path.exists():
                raise ValueError(
                    f"{training.directory} holds an earlier training: add --resume to go on with it, or choose another --name"
                )
            return Budget(training.minutes, steps)
        stored = load_checkpoint(path)
        if stored["resume"].get("per_epoch") != self.per_epoch:
            raise ValueError(f"{path} is of a training with another data set or batch")
        self._first = stored["step"]
        self.optimizer.load_state_dict(stored["resume"]["optimizer"])
        self.scaler.load_state_dict(stored["resume"]["scaler"])
        return Budget(training.minutes, steps, stored["resume"]["seconds"], stored["step"])
