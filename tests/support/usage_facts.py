# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads usage files and prices by itself and recomputes what an answer may say about them.

Shares no code and no intermediate result with the product: plain loops over the raw files, fractions for money.
"""
import collections
import csv
import datetime
import functools
import json
import math
import re
from fractions import Fraction

MINUTE = 60


class Prices:
    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            book = json.load(file)
        self.as_of = book["as_of"]
        self.models = {entry["model"]: entry for entry in book["models"]}
        self.aliases = book["aliases"]

    def find(self, model):
        for name in (model, self.aliases.get(model), re.sub(r"[-@](\d{4}-\d\d-\d\d|\d{8}|\d{3}|latest)$", "", model or "")):
            if name in self.models:
                return self.models[name]
            if name in self.aliases:
                return self.models[self.aliases[name]]
        return None

    @staticmethod
    def of(price, key, *fallbacks):
        for name in (key, *fallbacks):
            if name in price:
                return Fraction(price[name]) / 10**6
        return None

    def cost(self, price, call_or_sums):
        """Cost of tokens at list price; the test data stays below every long-context limit."""
        t = call_or_sums
        return (t["input"] * self.of(price, "input") + t["read"] * self.of(price, "cached_input", "input")
                + t["write"] * self.of(price, "cache_write_5m", "input") + t["output"] * self.of(price, "output"))


def number(text):
    return Fraction(str(text)) if text not in (None, "") else None


def seconds(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def call(time, model, **rest):
    base = dict(time=time, model=model, project=None, session=None, service=None, app=None, user=None, status=None,
                input=0, read=0, write=0, output=0, recorded=None, latency=None, ttft=None, hash=None)
    base.update(rest)
    return base


def read_csv(path):
    with open(path, encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            cached = int(row["cached_tokens"] or 0)
            yield call(seconds(row["timestamp"]), row["model"], service=row["service"], app=row["app"], user=row["user"],
                       status=row["status"], input=int(row["prompt_tokens"]) - cached, read=cached,
                       output=int(row["completion_tokens"]), recorded=number(row["cost_usd"]),
                       latency=number(row["latency_ms"]), ttft=number(row["ttft_ms"]), hash=row["prompt_hash"] or None)


def read_claude(paths):
    seen = set()
    for path in paths:
        with open(path, encoding="utf-8") as file:
            for line in file:
                entry = json.loads(line)
                if entry["type"] != "assistant":
                    continue
                key = (entry["message"]["id"], entry["requestId"])
                if key in seen:
                    continue
                seen.add(key)
                usage = entry["message"]["usage"]
                yield call(seconds(entry["timestamp"]), entry["message"]["model"],
                           project=entry["cwd"].replace("/", "-"), session=entry["sessionId"], app="Claude Code",
                           status="ok", input=usage["input_tokens"], read=usage["cache_read_input_tokens"],
                           write=usage["cache_creation_input_tokens"], output=usage["output_tokens"])


def read_unified(path):
    with open(path, encoding="utf-8") as file:
        for line in file:
            entry = json.loads(line, parse_float=str)
            usage = entry["response"]["usage"]
            latency = entry["performance"]["latency_ms"]
            yield call(entry["event_metadata"]["timestamp_utc"] / 1000, entry["request"]["model"]["name"],
                       service=entry["application_context"]["service_name"],
                       app=entry["application_context"]["app_name"], user=entry["identity_context"]["user_id"],
                       input=usage["prompt_tokens"], output=usage["completion_tokens"],
                       recorded=number(entry["finops"]["cost"]["total_cost_usd"]),
                       latency=number(latency["total_e2e"]), ttft=number(latency["time_to_first_token"]))


def nearest_rank(values, percent):
    values = sorted(values)
    return values[max(0, math.ceil(len(values) * percent / 100) - 1)] if values else None


class Group:
    """Sums over some calls."""

    def __init__(self, calls, prices):
        self.calls = calls
        self.n = len(calls)
        self.tokens = {key: sum(c[key] for c in calls) for key in ("input", "read", "write", "output")}
        self.tokens_in = self.tokens["input"] + self.tokens["read"] + self.tokens["write"]
        self.recorded = sum((c["recorded"] for c in calls if c["recorded"] is not None), Fraction(0))
        self.listed = sum((c["list"] for c in calls if c["recorded"] is None and c["list"] is not None), Fraction(0))
        self.cost = self.recorded + self.listed
        self.list_cost = sum((c["list"] for c in calls if c["list"] is not None), Fraction(0))
        self.list_input = sum((c["list"] - c["output"] * prices.of(prices.find(c["model"]), "output")
                               for c in calls if c["list"] is not None), Fraction(0))
        self.known = sum(c["status"] is not None for c in calls)
        self.errors = sum(c["status"] == "error" for c in calls)
        self.timeouts = sum(c["status"] == "timeout" for c in calls)
        failed = [c for c in calls if c["status"] in ("error", "timeout")]
        self.failed = len(failed)
        self.failed_cost = sum((c["cost"] for c in failed), Fraction(0))
        self.latency = [c["latency"] for c in calls if c["latency"] is not None]
        self.ttft = [c["ttft"] for c in calls if c["ttft"] is not None]


class Facts:
    def __init__(self, kind, paths, prices, service=None):
        self.prices = prices
        self.calls = list({"csv": lambda: read_csv(paths[0]), "claude": lambda: read_claude(paths),
                           "unified": lambda: read_unified(paths[0])}[kind]())
        if any(c["service"] == service for c in self.calls if service):
            self.calls = [c for c in self.calls if c["service"] == service]
        for c in self.calls:
            price = prices.find(c["model"])
            c["list"] = prices.cost(price, c) if price else None
            c["cost"] = c["recorded"] if c["recorded"] is not None else c["list"]
            moment = datetime.datetime.fromtimestamp(c["time"], datetime.timezone.utc)
            c["day"], c["hour"] = moment.date().isoformat(), moment.hour
        self.all = Group(self.calls, prices)
        self.models = self.by("model")
        days = sorted({c["day"] for c in self.calls})
        self.first, self.last = days[0], days[-1]
        span = (datetime.date.fromisoformat(self.last) - datetime.date.fromisoformat(self.first)).days + 1
        self.days = [(datetime.date.fromisoformat(self.first) + datetime.timedelta(days=i)).isoformat() for i in range(span)]
        by_day = self.by("day")
        self.daily = [by_day[d].cost if d in by_day else Fraction(0) for d in self.days]

    @functools.lru_cache(None)
    def by(self, column):
        groups = collections.defaultdict(list)
        for c in self.calls:
            groups[c[column]].append(c)
        return {key: Group(calls, self.prices) for key, calls in groups.items()}

    def within(self, first, last):
        return Group([c for c in self.calls if first <= c["day"] <= last], self.prices)

    def order(self):
        return sorted(self.calls, key=lambda c: c["time"])

    # What came again -------------------------------------------------------------------------------------------

    @functools.lru_cache(None)
    def repeats(self):
        groups = collections.defaultdict(list)
        for c in self.calls:
            if c["hash"]:
                groups[c["hash"]].append(c["cost"])
        hashed = sum(len(costs) for costs in groups.values())
        return dict(hashed=hashed, repeats=hashed - len(groups), most=max((len(c) for c in groups.values()), default=0),
                    cost=sum((sum(costs) - max(costs) for costs in groups.values()), Fraction(0)))

    @functools.lru_cache(None)
    def retries(self):
        before = {}
        found = collections.defaultdict(list)
        for c in self.order():
            if c["status"] is None:
                continue
            key = (c["session"], c["user"], c["service"], c["model"])
            last = before.get(key)
            if last and last["status"] in ("error", "timeout") and c["time"] - last["time"] <= 5 * MINUTE:
                found[c["model"]].append(c)
            before[key] = c
        return found

    @functools.lru_cache(None)
    def repeatable(self):
        """Tokens paid in full although they stood in the prompt of the call before: by model (tokens, calls)."""
        before = {}
        found = collections.defaultdict(lambda: [0, 0])
        for c in self.order():
            if c["session"] is None:
                continue
            key = (c["session"], c["model"])
            prompt = c["input"] + c["read"] + c["write"]
            if key in before and c["time"] - before[key][1] <= 5 * MINUTE:
                tokens = max(0, min(c["input"], min(before[key][0], prompt) - c["read"]))
                found[c["model"]][0] += tokens
                found[c["model"]][1] += tokens > 0
            before[key] = (prompt, c["time"])
        return found

    @functools.lru_cache(None)
    def sessions(self):
        found = collections.defaultdict(list)
        for c in self.order():
            if c["session"]:
                found[c["session"]].append(c)
        return found

    # Statistics ------------------------------------------------------------------------------------------------

    @functools.lru_cache(None)
    def trend(self, factor=1, days=None, skipped=0):
        y = [float(v) * factor for v in self.daily]
        n = len(y)
        mean_x, mean_y = (n - 1) / 2, sum(y) / n
        sxx = sum((x - mean_x) ** 2 for x in range(n))
        slope = sum((x - mean_x) * (v - mean_y) for x, v in enumerate(y)) / sxx
        residual = math.sqrt(sum((v - mean_y - slope * (x - mean_x)) ** 2 for x, v in enumerate(y)) / (n - 2))
        margin = student(n - 2) * residual / math.sqrt(sxx)
        ahead = days or min(n, 30)
        certain = slope - margin > 0 or slope + margin < 0
        if certain:
            middle = n + skipped + (ahead - 1) / 2 - mean_x
            expected = ahead * (mean_y + slope * middle)
            spread = student(n - 2) * residual * math.sqrt(ahead + ahead**2 / n + (ahead * middle) ** 2 / sxx)
        else:
            expected = ahead * mean_y
            deviation = math.sqrt(sum((v - mean_y) ** 2 for v in y) / (n - 1))
            spread = student(n - 1) * deviation * math.sqrt(ahead + ahead**2 / n)
        return dict(days=n, mean=mean_y, slope=slope, low=slope - margin, high=slope + margin, ahead=ahead,
                    expected=max(0, expected), expected_low=max(0, expected - spread), expected_high=expected + spread,
                    certain=certain)

    @functools.lru_cache(None)
    def outliers(self):
        y = [float(v) for v in self.daily]
        median = nearest_median(y)
        deviation = nearest_median([abs(v - median) for v in y])
        return median, {self.days[i]: 0.6745 * (v - median) / deviation for i, v in enumerate(y)
                        if abs(0.6745 * (v - median) / deviation) > 3.5}


def nearest_median(values):
    values = sorted(values)
    middle = len(values) // 2
    return values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) / 2


@functools.lru_cache(None)
def student(degrees):
    """97.5 % quantile of Student's t by bisection of its distribution, integrated with Simpson's rule."""
    scale = math.exp(math.lgamma((degrees + 1) / 2) - math.lgamma(degrees / 2)) / math.sqrt(degrees * math.pi)

    def density(x):
        return scale * (1 + x * x / degrees) ** (-(degrees + 1) / 2)

    def upto(x, steps=600):
        h = x / steps
        inner = sum((4 if i % 2 else 2) * density(i * h) for i in range(1, steps))
        return 0.5 + (density(0) + inner + density(x)) * h / 3

    low, high = 0.0, 100.0
    for _ in range(45):
        middle = (low + high) / 2
        low, high = (middle, high) if upto(middle) < 0.975 else (low, middle)
    return (low + high) / 2
