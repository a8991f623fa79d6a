"""The network: a piecewise-linear embedding of every numeric feature, then an MLP with one output.

Embedding: Gorishniy et al. 2022, arXiv:2203.05556, section 3.1, in rank space, so that its bins are quantiles. The scaled
value stands beside the bins and keeps far tails apart. No batch normalisation: it breaks under non-IID data
(arXiv:2505.21877).
"""

from itertools import pairwise

import numpy as np
import torch
from torch import Tensor, nn

from ..agreed.arrays import Array
from ..agreed.contracts import Contract
from ..agreed.size import MOST_FOR_PRODUCTS, rest_width


class Embedding(nn.Module):
    """(batch, numeric × width) of ranks and scaled values."""

    def __init__(self, numeric: int, bins: int, width: int) -> None:
        super().__init__()
        bound = (bins + 1) ** -0.5
        self.bins = bins
        self.weight = nn.Parameter(torch.empty(numeric, bins + 1, width).uniform_(-bound, bound))
        self.bias = nn.Parameter(torch.empty(numeric, 1, width).uniform_(-bound, bound))

    def forward(self, ranks: Tensor, scaled: Tensor) -> Tensor:
        return torch.relu(torch.baddbmm(self.bias, self.pieces(ranks, scaled), self.weight)).transpose(0, 1).flatten(1)

    def pieces(self, ranks: Tensor, scaled: Tensor) -> Tensor:
        """(numeric, batch, bins + 1): how far each bin is filled, then the scaled value."""
        filled = (ranks.unsqueeze(-1) * self.bins - torch.arange(self.bins, dtype=ranks.dtype)).clamp(0, 1)
        return torch.cat([filled, scaled.unsqueeze(-1)], dim=-1).transpose(0, 1)


class Network(nn.Module):
    """
    Args:
        numeric: number of numeric features.
        rest: width of the one-hot part.
    """

    def __init__(
        self, *, numeric: int, rest: int, bins: int, width: int, products: bool, hidden: tuple[int, ...], dropout: float
    ) -> None:
        super().__init__()
        self.bins = bins
        self.pairs: Tensor
        pairs = torch.triu_indices(numeric, numeric) if products else torch.empty((2, 0), dtype=torch.long)
        self.register_buffer("pairs", pairs, persistent=False)
        self.embedding = Embedding(numeric, bins, width)
        sizes = (numeric * (width + 1) + self.pairs.shape[1] + rest, *hidden)
        self.blocks = nn.ModuleList(nn.Linear(a, b) for a, b in pairwise(sizes))
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(sizes[-1], 1)

    def forward(self, ranks: Tensor, scaled: Tensor, rest: Tensor) -> Tensor:
        """Logits (batch,) of the inputs that `Preparation.inputs` makes."""
        # The scaled values once more, past the embedding, and their products: what depends on torque times speed stays
        # simple (5 points on ai4i2020). A wide embedding fits noise: 4 instead of 16 outputs a feature gave 2 points.
        near = scaled.clamp(-3, 3)
        products = near[:, self.pairs[0]] * near[:, self.pairs[1]] / 2
        hidden = torch.cat([self.embedding(ranks, scaled), scaled, products, rest], dim=1)
        for block in self.blocks:
            hidden = self.dropout(torch.relu(block(hidden)))
        return self.head(hidden).squeeze(-1)

    @property
    def head_size(self) -> int:
        return self.head.weight.numel() + self.head.bias.numel()


def build(contract: Contract, seed: int = 0) -> Network:
    """The contract's network with its first weights, the same for the same seed."""
    torch.manual_seed(seed)
    model = contract.model
    return Network(
        numeric=len(contract.ranges),
        rest=rest_width(contract),
        bins=model.bins,
        width=model.width,
        products=model.products and len(contract.ranges) <= MOST_FOR_PRODUCTS,
        hidden=model.hidden,
        dropout=model.dropout,
    )


def weights_of(network: Network) -> Array:
    """All parameters as one (parameters,) float32 vector; the output layer stands last."""
    return torch.cat([p.detach().reshape(-1) for p in network.parameters()]).numpy().copy()


def load_weights(network: Network, weights: Array) -> None:
    """Copies (parameters,) float32 into the network's own memory: kernels choose their path by alignment, and the same
    weights must give the same bits however they arrived."""
    vector = torch.from_numpy(np.array(weights, dtype=np.float32))
    place = 0
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.copy_(vector[place : place + parameter.numel()].view_as(parameter))
            place += parameter.numel()


def logits_of(network: Network, inputs: tuple[Array, Array, Array], batch: int = 8192) -> Array:
    """(n,) float64."""
    network.eval()
    found = [np.empty(0)]
    with torch.inference_mode():
        for start in range(0, len(inputs[0]), batch):
            part = [torch.from_numpy(array[start : start + batch]) for array in inputs]
            found.append(network(*part).double().numpy())
    return np.concatenate(found)
