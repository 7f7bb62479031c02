#!/usr/bin/env python3
"""Makes the golden file statistics_golden.json beside this script.

    python3 make_statistics_fixtures.py

Made with scipy 1.17.1 and numpy 2.4.6, Python 3.11; one numpy generator with seed 5. Running it again gives the same
bytes. Everything is scipy's own: binomtest, beta, t, wilcoxon, spearmanr and permutation_test (exhaustive), numpy's quantile, and
Holm's correction from its definition as the largest of the products so far. Read by
Tests/ListeningTests/Statistics/StatisticsGoldenTests.swift.
"""

import json
import pathlib

import numpy
from scipy import special, stats

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
}
text = json.dumps(golden, indent=1)
(HERE / "statistics_golden.json").write_text(text + "\n")
print(f"statistics_golden.json: {len(text)} bytes")
