"""Logistic regression with an L2 penalty by Newton's method; federated, the sites send gradient and Hessian only.

The sum over the sites is exactly the pooled problem's, so the federated fit equals the pooled one.
"""

from collections.abc import Callable

import numpy as np

from ..agreed.arrays import Array
from ..models.risk import sigmoid

STEPS = 12


def design(scaled: Array, rest: Array) -> Array:
    """(n, 1 + features) float64: a one for the intercept, then the inputs."""
    return np.concatenate([np.ones((len(scaled), 1)), scaled, rest], axis=1, dtype=np.float64)


def derivatives(coefficients: Array, inputs: Array, labels: Array) -> tuple[Array, Array]:
    """Gradient (d,) and Hessian (d, d) of the summed cross-entropy."""
    risk = sigmoid(inputs @ coefficients)
    return inputs.T @ (risk - labels), (inputs * (risk * (1 - risk))[:, None]).T @ inputs


def fit(width: int, ask: Callable[[Array], tuple[Array, Array]], penalty: float = 1.0) -> Array:
    """Coefficients (width,) after Newton steps on what `ask` returns for the present ones.

    Args:
        penalty: of half the squared coefficients, without the intercept (1/C in scikit-learn's terms).
    """
    coefficients = np.zeros(width)
    ridge = np.full(width, penalty)
    ridge[0] = 1e-6
    for _step in range(STEPS):
        gradient, hessian = ask(coefficients)
        change = np.linalg.solve(hessian + np.diag(ridge), gradient + ridge * coefficients)
        # A full step may overshoot where the classes are nearly separated.
        coefficients = coefficients - change * min(1.0, 5.0 / max(1e-12, float(np.abs(change).max())))
        if np.abs(change).max() < 1e-8:
            break
    return coefficients
