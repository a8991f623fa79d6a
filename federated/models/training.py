"""Local training of the network: weights in, weights out."""

import math
from dataclasses import dataclass

import numpy as np
import torch

from ..agreed.arrays import Array
from ..agreed.contracts import Contract, Training
from .memory import Memory, with_own_head
from .network import Network, build, load_weights, logits_of, weights_of


def learning_rate(training: Training, round_number: int) -> float:
    """Of one round, counted from 1."""
    if training.schedule == "constant":
        return training.learning_rate
    done = (round_number - 1) / training.rounds
    return training.learning_rate * (0.02 + 0.98 * (1 + math.cos(math.pi * done)) / 2)


def positive_weight(training: Training, labels: Array) -> float:
    """What a defect counts against a good row: the root of their ratio in labels (n,), within 1 and the contract's most."""
    positives = float(labels.sum())
    ratio = math.sqrt((len(labels) - positives) / positives) if positives else 1.0
    return min(training.positive_weight, max(1.0, ratio))


@dataclass(frozen=True)
class Trained:
    """What one round at one site gave.

    Attributes:
        weights: (parameters,) float32.
        memory: what the next round goes on from.
        loss: mean training loss of the last epoch.
        gradient: (parameters,) float32, mean of the round's gradients as they came; None where nothing moved them.
    """

    weights: Array
    memory: Memory
    loss: float
    gradient: Array | None = None


def train_locally(
    contract: Contract,
    weights: Array,
    memory: Memory,
    inputs: tuple[Array, Array, Array],
    labels: Array,
    *,
    round_number: int,
    seed: int,
    correction: Array | None = None,
) -> Trained:
    """One round at one site.

    Args:
        correction: (parameters,) float32 by which every gradient moves, see Strategy.correction.
        weights: (parameters,) float32 as received.
        labels: (n,) of 0 and 1.
        seed: draws batches and dropout; the same inputs and seed give the same weights.
    """
    training = contract.training
    network = build(contract)
    load_weights(network, with_own_head(weights, memory, training.head_pull))
    optimizer = torch.optim.AdamW(
        network.parameters(),
        lr=learning_rate(training, round_number),
        weight_decay=training.weight_decay,
        fused=True,
    )
    restore(optimizer, network, memory)
    torch.manual_seed(seed)
    order = np.random.default_rng(seed)
    data = [torch.from_numpy(array) for array in inputs]
    target = torch.from_numpy(labels.astype(np.float32))
    loss_of = torch.nn.BCEWithLogitsLoss(pos_weight=torch.tensor(positive_weight(training, labels)))
    start = torch.from_numpy(weights_of(network)) if training.proximal else None
    drift = Drift(network, correction) if correction is not None else None
    network.train()
    loss_sum = 0.0
    for _epoch in range(training.local_epochs):
        loss_sum = 0.0
        shuffled = torch.from_numpy(order.permutation(len(labels)))
        for batch in torch.split(shuffled, training.batch_size):
            optimizer.zero_grad(set_to_none=True)
            loss = loss_of(network(*(part[batch] for part in data)), target[batch])
            loss_sum += float(loss.detach()) * len(batch)
            if start is not None:
                now = torch.nn.utils.parameters_to_vector(network.parameters())
                loss = loss + training.proximal / 2 * (now - start).square().sum()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), training.clip_norm)
            if drift is not None:
                drift.correct()
            optimizer.step()
    trained = weights_of(network)
    memory = remember(optimizer, network, trained, training.head_pull)
    return Trained(trained, memory, loss_sum / max(1, len(labels)), None if drift is None else drift.mean())


class Drift:
    """Moves every gradient of a round by the same correction, and keeps the mean of what they were."""

    def __init__(self, network: Network, correction: Array) -> None:
        self.parameters = list(network.parameters())
        self.change = torch.split(torch.from_numpy(correction), [p.numel() for p in self.parameters])
        self.total, self.steps = torch.zeros(len(correction)), 0

    def correct(self) -> None:
        """Note the gradients, then move them."""
        self.total += torch.cat([_gradient(parameter).reshape(-1) for parameter in self.parameters])
        self.steps += 1
        for parameter, change in zip(self.parameters, self.change, strict=True):
            _gradient(parameter).add_(change.view_as(parameter))

    def mean(self) -> Array:
        """(parameters,) float32."""
        return (self.total / max(1, self.steps)).numpy()


def _gradient(parameter: torch.nn.Parameter) -> torch.Tensor:
    assert parameter.grad is not None
    return parameter.grad


def network_logits(contract: Contract, weights: Array, inputs: tuple[Array, Array, Array]) -> Array:
    """(n,) float64 under the weights."""
    network = build(contract)
    load_weights(network, weights)
    return logits_of(network, inputs)


def first_weights(contract: Contract) -> Array:
    """(parameters,) float32, the same at every site."""
    return weights_of(build(contract, contract.training.seed))


def restore(optimizer: torch.optim.AdamW, network: Network, memory: Memory) -> None:
    if memory.moments is None:
        return
    place = 0
    first, second = (torch.from_numpy(np.array(moment)) for moment in memory.moments)
    for parameter in network.parameters():
        end = place + parameter.numel()
        optimizer.state[parameter] = {
            "step": torch.tensor(float(memory.steps)),
            "exp_avg": first[place:end].reshape(parameter.shape).clone(),
            "exp_avg_sq": second[place:end].reshape(parameter.shape).clone(),
        }
        place = end


def remember(optimizer: torch.optim.AdamW, network: Network, trained: Array, pull: float) -> Memory:
    """What the next round goes on from; `trained` is (parameters,) float32."""
    states = [optimizer.state[parameter] for parameter in network.parameters()]
    moments = [torch.cat([state[name].reshape(-1) for state in states]).numpy() for name in ("exp_avg", "exp_avg_sq")]
    head = trained[-network.head_size :].copy() if pull < 1 else None
    return Memory(moments=np.stack(moments), steps=int(states[0]["step"]), head=head)
