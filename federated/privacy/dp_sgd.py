"""Local training under record-level differential privacy: DP-SGD (Abadi et al. 2016, arXiv:1607.00133) by Opacus.

Rows of a step are drawn by Poisson sampling, each row's gradient is clipped, noise is added to their sum; AdamW takes it.
Draws and noise come from a seed that only the site knows: whoever knew the noise could take it away again.
"""

import warnings

import numpy as np
import torch
from opacus import GradSampleModule
from opacus.grad_sample import register_grad_sampler
from opacus.optimizers import DPOptimizer
from torch import Tensor, nn

from ..agreed.arrays import Array
from ..agreed.contracts import Contract
from ..models.memory import Memory, with_own_head
from ..models.network import Embedding, build, load_weights, weights_of
from ..models.training import Trained, learning_rate, positive_weight, remember, restore
from .accounting import Spending


def embedding_gradients(layer: Embedding, activations: list[Tensor], backprops: Tensor) -> dict[nn.Parameter, Tensor]:
    """Each row's own gradient of the embedding, which Opacus does not know.

    Args:
        backprops: (batch, numeric times width), gradient of the loss by the layer's output.
    """
    pieces = layer.pieces(*activations)
    width = layer.weight.shape[2]
    below = torch.baddbmm(layer.bias, pieces, layer.weight) > 0
    arriving = backprops.reshape(len(backprops), -1, width).transpose(0, 1) * below
    return {
        layer.weight: torch.einsum("fbk,fbw->bfkw", pieces, arriving),
        layer.bias: arriving.transpose(0, 1).unsqueeze(2),
    }


register_grad_sampler(Embedding)(embedding_gradients)


def train_privately(
    contract: Contract,
    weights: Array,
    memory: Memory,
    inputs: tuple[Array, Array, Array],
    labels: Array,
    *,
    round_number: int,
    seed: int,
    spending: Spending,
) -> Trained:
    """One round at one site, with the arguments, shapes (parameters,) and results of `train_locally`.

    Args:
        seed: secret, and another one each round.
        spending: of the whole run; its steps are spread over the rounds.
    """
    training = contract.training
    network = build(contract)
    load_weights(network, with_own_head(weights, memory, training.head_pull))
    adam = torch.optim.AdamW(
        network.parameters(), lr=learning_rate(training, round_number), weight_decay=training.weight_decay
    )
    restore(adam, network, memory)
    torch.manual_seed(seed % 2**31)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        private = GradSampleModule(network)
    optimizer = DPOptimizer(
        adam,
        noise_multiplier=spending.noise,
        max_grad_norm=training.clip_norm,
        expected_batch_size=max(1, round(spending.rate * len(labels))),
        generator=torch.Generator().manual_seed(seed),
    )
    order = np.random.default_rng(seed)
    data = [torch.from_numpy(array) for array in inputs]
    target = torch.from_numpy(labels.astype(np.float32))
    loss_of = torch.nn.BCEWithLogitsLoss(pos_weight=torch.tensor(positive_weight(training, labels)))
    private.train()
    losses = []
    with warnings.catch_warnings():
        # Inputs have no gradients, which Opacus' hooks wonder at.
        warnings.simplefilter("ignore", UserWarning)
        for _step in range(spending.steps // training.rounds):
            batch = torch.from_numpy(np.flatnonzero(order.random(len(labels)) < spending.rate))
            if not len(batch):
                continue
            optimizer.zero_grad(set_to_none=True)
            loss = loss_of(private(*(part[batch] for part in data)), target[batch])
            loss.backward()
            losses.append(float(loss.detach()))
            optimizer.step()
    private.remove_hooks()
    trained = weights_of(network)
    return Trained(trained, remember(adam, network, trained, training.head_pull), float(np.mean(losses or [0.0])))
