"""Flower's SuperExec with an executor of ours; the keeper starts it beside the SuperLink, with the same arguments.

Flower's executor starts whatever app a task names, and hands the task's token over on a command line, which every user of a
machine can read.
"""

import os
import subprocess
import sys
from pathlib import Path

from flwr.supercore.cli.flower_superexec import flower_superexec
from flwr.supercore.constant import ExecutorType, TaskType
from flwr.supercore.superexec import run_superexec as superexec
from flwr.supercore.superexec.executor.subprocess_executor import SubprocessExecutor
from flwr.supercore.superexec.executor.types import ExecutionSpec, Executor, LaunchResult

from .app_bundle import bundle_hash
from .launching import TASK_TOKENS


class InstalledAppOnly(SubprocessExecutor):
    """Starts the installed ServerApp and nothing else; its token lies in a file of this user."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def launch(self, spec: ExecutionSpec) -> LaunchResult:
        if spec.task_type != TaskType.SERVER_APP or spec.fab_hash != bundle_hash():
            return LaunchResult.failed(f"Only the installed ServerApp is started, no {spec.task_type} of {spec.fab_hash}.")
        for old in self.folder.iterdir():
            old.unlink()
        token = self.folder / str(spec.task_id)
        token.touch(mode=0o600)
        token.write_text(spec.token)
        command = [
            *(str(Path(sys.executable).with_name(spec.task_type.value)), "--runtime-api-address", spec.runtime_api_address),
            *("--token-file", str(token), "--parent-pid", str(os.getpid())),
            *("--root-certificates", str(spec.root_certificates_path)),
        ]
        # Its reports go to the web application and its log to the SuperLink.
        subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return LaunchResult.accepted()


def main() -> None:
    folder = Path(os.environ[TASK_TOKENS])

    def get_executor(executor_type: ExecutorType, **others: object) -> Executor:
        return InstalledAppOnly(folder)

    vars(superexec)["get_executor"] = get_executor
    flower_superexec()


if __name__ == "__main__":
    main()
