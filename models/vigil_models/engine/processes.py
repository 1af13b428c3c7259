"""The processes of one training, as torchrun starts them; one process without it."""

from __future__ import annotations

import os
from dataclasses import dataclass

import torch
from torch import distributed, nn

from .common import pick_device


@dataclass(frozen=True)
class Processes:
    """This process among all that train together; they exchange gradients through NCCL, on CPUs through Gloo."""

    rank: int
    count: int
    device: torch.device

    @staticmethod
    def start(threads: int | None = None) -> "Processes":
        """Join the others, if torchrun started any."""
        count = int(os.environ.get("WORLD_SIZE", "1"))
        if count == 1:
            return Processes(0, 1, pick_device(threads))
        device = pick_device(threads)
        if device.type == "cuda":
            device = torch.device("cuda", int(os.environ["LOCAL_RANK"]))
            torch.cuda.set_device(device)
        distributed.init_process_group("nccl" if device.type == "cuda" else "gloo")
        return Processes(int(os.environ["RANK"]), count, device)

    def stop(self) -> None:
        if self.count > 1:
            distributed.destroy_process_group()

    @property
    def is_first(self) -> bool:
        """The one that writes and reports."""
        return self.rank == 0

    def shared(self, module: nn.Module) -> nn.Module:
        """The module with gradients averaged over all processes."""
        if self.count == 1:
            return module
        devices = [self.device] if self.device.type == "cuda" else None
        return nn.parallel.DistributedDataParallel(module, device_ids=devices)
