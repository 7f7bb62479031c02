#!/usr/bin/env python3
"""Makes the golden file statistics_golden.json beside this script.

    python3 make_statistics_fixtures.py

Made with scipy 1.17.1 and numpy 2.4.6, Python 3.11; one numpy generator with seed 5. Running it again gives the same
bytes. Everything but the last three tables is scipy's own: binomtest, beta, t, wilcoxon, spearmanr and permutation_test (exhaustive), numpy's quantile, and
Holm's correction from its definition as the largest of the products so far. Read by
Tests/ListeningTests/Statistics/StatisticsGoldenTests.swift; mixed, sensitivity and bradley_terry by ModelGoldenTests.swift.
"""

import json
import pathlib

import numpy
from scipy import optimize, special, stats

HERE = pathlib.Path(__file__).parent
random = numpy.random.default_rng(5)


def binomial(k, n, p):
    interval = stats.binomtest(k, n).proportion_ci(0.95, method="exact")
    return {
        "successes": k,
        "trials": n,
        "probability": p,
        "at_least": stats.binom.sf(k - 1, n, p),
        "two_sided": stats.binomtest(k, n, p).pvalue,
        "lower": interval.low,
        "upper": interval.high,
    }


def signed_rank(differences):
    differences = numpy.array(differences, dtype=float)
    exact = stats.PermutationMethod(n_resamples=1 << 20)
    result = stats.wilcoxon(differences, zero_method="pratt", method=exact)
    return {"differences": differences.tolist(), "p_value": result.pvalue, "smaller_sum": result.statistic}


def sign_flip(differences):
    differences = numpy.array(differences, dtype=float)
    result = stats.permutation_test(
        (differences,), lambda x, axis: numpy.mean(x, axis=axis), permutation_type="samples",
        vectorized=True, n_resamples=numpy.inf)
    return {"differences": differences.tolist(), "p_value": result.pvalue}


def quantiles(values):
    return {"values": values, "quantiles": numpy.quantile(values, [0.025, 0.25, 0.5, 0.75, 0.975]).tolist()}


def holm(p_values):
    order = numpy.argsort(p_values, kind="stable")
    scaled = [(len(p_values) - rank) * p_values[i] for rank, i in enumerate(order)]
    adjusted = numpy.minimum(1, numpy.maximum.accumulate(scaled))
    result = numpy.empty(len(p_values))
    result[order] = adjusted
    return {"p_values": p_values, "adjusted": result.tolist()}


def mixed(cells):
    """Cells: (listener, item, value), each pair once. Fits by least squares; weights give every listener the same say."""
    who, what, y = (numpy.array(column) for column in zip(*cells))
    listeners, items, n = len(set(who.tolist())), len(set(what.tolist())), len(y)
    a = (who[:, None] == numpy.unique(who)).astype(float)
    b = (what[:, None] == numpy.unique(what)).astype(float)

    def left(design):
        fit = design @ numpy.linalg.lstsq(design, y, rcond=None)[0]
        return float(((y - fit) ** 2).sum())

    rest = left(numpy.hstack([a, b]))
    freedom = [listeners - 1, items - 1, n - listeners - items + 1]
    ml, mi, mr = (left(b) - rest) / freedom[0], (left(a) - rest) / freedom[1], rest / freedom[2]
    # Expected squares: rest + k * component, with k from the trace of the projected design.
    def k(own, other, degrees):
        projection = other @ numpy.linalg.pinv(other)
        return numpy.trace(own.T @ (own - projection @ own)) / degrees

    weight = (a / a.sum(0)).sum(1) / listeners
    shares = [((a.T @ weight) ** 2).sum(), ((b.T @ weight) ** 2).sum(), (weight**2).sum()]
    cl, ci = shares[0] / k(a, b, freedom[0]), shares[1] / k(b, a, freedom[1])
    c = shares[2]
    dl, di, dr = freedom
    if ml <= 1.15 * mr and mi <= 1.15 * mr:
        variance, degrees = c * (dl * ml + di * mi + dr * mr) / sum(freedom), sum(freedom)
    elif ml > 1.15 * mr and mi > 1.15 * mr:
        terms = numpy.array([cl * ml, ci * mi, (c - cl - ci) * mr])
        variance = max(terms.sum(), c * mr)
        satterthwaite = variance**2 / (terms**2 / freedom).sum()
        degrees = 0.7 * satterthwaite + 0.3 * min(satterthwaite, dl if terms[0] > terms[1] else di)
    else:
        share, square, d, other, e = (
            (cl, ml, dl, (di * mi + dr * mr) / (di + dr), di + dr) if ml > 1.15 * mr
            else (ci, mi, di, (dl * ml + dr * mr) / (dl + dr), dl + dr))
        terms = numpy.array([share * square, (c - share) * other])
        variance = max(terms.sum(), c * other)
        degrees = max(terms.sum() ** 2 / (terms**2 / [d, e]).sum(), min(d, e))
    value, error = float(weight @ y), float(numpy.sqrt(variance))
    reach = stats.t.ppf(0.975, degrees) * error
    return {
        "listeners": who.tolist(), "items": what.tolist(), "values": y.tolist(), "squares": [ml, mi, mr],
        "value": value, "standard_error": error, "freedom": float(degrees),
        "p_value": 2 * stats.t.sf(abs(value) / error, degrees), "lower": value - reach, "upper": value + reach,
        "item_ratio": mi / mr, "item_p": stats.f.sf(mi / mr, di, dr),
    }


def cells(listeners, items, listener, item, noise, missing=0.0):
    own, what = random.normal(0, listener, listeners), random.normal(0, item, items)
    values = 1 + own[:, None] + what + random.normal(0, noise, (listeners, items))
    there = random.uniform(size=values.shape) >= missing
    return [(i, j, round(float(values[i, j]), 3)) for i in range(listeners) for j in range(items) if there[i, j]]


def sensitivity(share):
    """Macmillan and Creelman 2005, chapter 9."""
    phi = stats.norm.cdf

    def solve(second):
        both = lambda d: phi(d / 2**0.5) * phi(d / second) + phi(-d / 2**0.5) * phi(-d / second) - share
        return optimize.brentq(both, 0, 30, xtol=1e-14, rtol=1e-14)

    return {"share": share, "differencing": solve(6**0.5), "independent": solve(2)}


def bradley_terry(wins):
    """Maximum likelihood by BFGS and a root of the gradient; sandwich by listener, or Fisher's for one listener."""
    wins = numpy.array(wins, dtype=float)
    total = wins.sum(0)
    count = len(total)

    def gradient(w, v):
        p = 1 / (1 + numpy.exp(v[None, :] - v[:, None]))
        return (w - (w + w.T) * p).sum(1)

    full = lambda free: numpy.concatenate([free, [-free.sum()]])
    start = optimize.minimize(
        lambda f: (total * numpy.log1p(numpy.exp(full(f)[None, :] - full(f)[:, None]))).sum(), numpy.zeros(count - 1)).x
    values = full(optimize.root(lambda f: gradient(total, full(f))[:-1], start, tol=1e-14).x)
    p = 1 / (1 + numpy.exp(values[None, :] - values[:, None]))
    information = -(total + total.T) * p * (1 - p)
    numpy.fill_diagonal(information, 0)
    numpy.fill_diagonal(information, -information.sum(1))
    inverse = numpy.linalg.pinv(information)
    if len(wins) > 1:
        g = numpy.array([gradient(w, values) for w in wins])
        covariance = len(wins) / (len(wins) - 1) * inverse @ g.T @ g @ inverse
        quantile = stats.t.ppf(0.975, len(wins) - 1)
    else:
        covariance, quantile = inverse, stats.norm.ppf(0.975)
    reach = quantile * numpy.sqrt(numpy.diag(covariance))
    return {
        "wins": wins.tolist(), "values": values.tolist(), "lower": (values - reach).tolist(),
        "upper": (values + reach).tolist(),
    }


def compared(listeners, truth, times):
    wins = numpy.zeros((listeners, len(truth), len(truth)))
    for w in wins:
        for i in range(len(truth)):
            for j in range(i + 1, len(truth)):
                own = random.normal(0, 0.3)
                first = random.binomial(times, 1 / (1 + numpy.exp(truth[j] - truth[i] + own)))
                tie = 0.5 if 0 < first and random.uniform() < 0.3 else 0
                w[i, j], w[j, i] = first - tie, times - first + tie
    return wins.tolist()


golden = {
    "binomial": [
        binomial(*case)
        for case in [
            (0, 1, 0.5), (1, 1, 0.5), (12, 16, 0.5), (9, 10, 0.5), (18, 25, 0.5), (8, 16, 0.5), (0, 16, 0.5),
            (16, 16, 0.5), (7, 20, 1 / 3), (3, 40, 0.2), (60, 100, 0.5), (531, 1000, 0.5), (900, 1000, 0.5),
            (1000, 1000, 0.5), (5200, 10000, 0.5), (11, 13, 0.9),
        ]
    ],
    "beta": [
        {"x": x, "a": a, "b": b, "value": special.betainc(a, b, x)}
        for a, b in [(0.5, 0.5), (1, 3), (12, 5), (0.5, 4.5), (200, 300), (3000, 2)]
        for x in [1e-6, 0.03, 0.4, 0.5, 0.97, 0.999]
    ],
    "student": [
        {"freedom": f, "p": p, "quantile": stats.t.ppf(p, f)}
        for f in [1, 2, 3, 7, 19, 200]
        for p in [0.6, 0.95, 0.975, 0.9995]
    ],
    "normal": [{"z": z, "value": stats.norm.cdf(z)} for z in [-12.0, -3.0, -1.96, 0.0, 0.5, 2.5]],
    "signed_rank": [
        signed_rank([1, 2, 3, 4, 5]),
        signed_rank([0.5, -1.5, 2, 2, -0.5, 0, 3]),
        signed_rank([0, 0, 1, -1, 2, 2, 2, -3]),
        signed_rank(random.integers(-3, 4, 14).tolist()),
        signed_rank(random.normal(0.4, 1, 15).tolist()),
    ],
    "sign_flip": [
        sign_flip([1.0, 2.0, 3.0, 4.0, 5.0]),
        sign_flip([12.5, -3.0, 8.0, 0.0, 5.5, 5.5]),
        sign_flip([0.1, 0.2, -0.3, 0.4, 0.5, -0.1]),
        sign_flip(random.normal(4, 10, 10).round(2).tolist()),
        sign_flip(random.normal(8, 10, 13).round(2).tolist()),
    ],
    "quantiles": [
        quantiles([3.0]),
        quantiles([40.0, 10.0]),
        quantiles([5.0, 1.0, 1.0, 4.0, 2.0]),
        quantiles(random.uniform(0, 100, 12).round(1).tolist()),
    ],
    "spearman": [
        {"a": a, "b": b, "value": stats.spearmanr(a, b).statistic}
        for a, b in [
            ([1.0, 2.0, 3.0], [2.0, 1.0, 3.0]),
            ([1.0, 1.0, 2.0, 5.0, 5.0], [3.0, 2.0, 2.0, 9.0, 7.0]),
            (random.uniform(0, 100, 20).round(0).tolist(), random.uniform(0, 100, 20).round(0).tolist()),
        ]
    ],
    "holm": [
        holm([0.01, 0.04, 0.03]),
        holm([0.5, 0.5, 0.9]),
        holm([0.001]),
        holm([0.04, 0.001, 0.02, 0.02, 0.3]),
    ],
    "mixed": [
        mixed(cells(*case))
        for case in [
            (5, 4, 1, 1, 1), (8, 6, 0, 0, 1), (6, 9, 0, 2, 1), (12, 4, 2, 0, 1), (10, 8, 1, 1, 1, 0.3),
            (7, 12, 0, 1.5, 1, 0.4), (20, 5, 0.5, 0, 1, 0.2),
        ]
    ],
    "sensitivity": [sensitivity(share) for share in [0.501, 0.55, 0.64, 0.75, 0.9, 0.99, 0.99999]],
    "bradley_terry": [
        bradley_terry(compared(*case))
        for case in [(8, [0.5, 0, -0.5], 4), (1, [0.3, 0, -0.3], 12), (12, [1, 0.2, -0.2, -1], 3), (5, [0, 0], 6)]
    ],
}
text = json.dumps(golden, indent=1)
(HERE / "statistics_golden.json").write_text(text + "\n")
print(f"statistics_golden.json: {len(text)} bytes")
