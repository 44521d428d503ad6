# The same training on one process and on four gloo processes, each with its part of the vocabulary.
# The programs whole.py and split.py are written by whygrad from loss.md (see `run`).
import sys

import torch
import torch.distributed as dist
import torch.multiprocessing as mp
from torch.profiler import ProfilerActivity, profile

import split
import whole

ROWS, WORDS, FEATURES, STEPS = [int(a) for a in sys.argv[1:] if a] or [64, 8191, 32, 5]
RATE, SMOOTHING, Z_LOSS = 0.5, 0.1, 1e-3
torch.set_default_dtype(torch.float64)


def parts(n, count, rank):
    """Where part `rank` of `count` begins and ends; parts need not be equal."""
    return n * rank // count, n * (rank + 1) // count


def data(first, last):
    draw = torch.Generator().manual_seed(0)
    x = torch.randn(ROWS, FEATURES, generator=draw)
    labels = torch.randint(WORDS, (ROWS,), generator=draw)
    weights = torch.randn(FEATURES, WORDS, generator=draw)[:, first:last].contiguous()
    y = torch.zeros(ROWS, last - first)
    mine = (labels >= first) & (labels < last)
    y[mine.nonzero()[:, 0], labels[mine] - first] = 1.0
    return x, weights / FEATURES**0.5, y


def peak(step):
    """The most bytes that a step holds at once above what was there before."""
    with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as p:
        step()
    events = [e for e in p.profiler.kineto_results.events() if e.name() == '[memory]']
    when = 'start_ns' if hasattr(events[0], 'start_ns') else 'start_us'
    live = most = 0
    for e in sorted(events, key=lambda e: getattr(e, when)()):
        live += e.nbytes()
        most = max(most, live)
    return most


def train(loss, first, last):
    x, weights, y = data(first, last)
    weights.requires_grad_()
    losses = []

    def step():
        value = loss(x, weights, y)
        (gradient,) = torch.autograd.grad(value, [weights])
        with torch.no_grad():
            weights.sub_(RATE * gradient)
        losses.append(value.item())

    for _ in range(STEPS - 1):
        step()
    return losses, peak(step)


def arguments(function):
    """The loss of x, W and y, whatever the order of the document's letters."""
    import inspect

    names = [n for n in inspect.signature(function).parameters]
    scalars = {'epsilon': SMOOTHING, 'lambda_2': Z_LOSS}
    return lambda x, W, y: function(**{n: {'x': x, 'W': W, 'y': y, **scalars}[n] for n in names if n in 'xWy' or n in scalars})


def work(rank, results):
    torch.set_num_threads(1)
    dist.init_process_group('gloo', init_method='tcp://127.0.0.1:29533', rank=rank, world_size=4)
    results.put((rank, *train(arguments(split.split), *parts(WORDS, 4, rank))))
    dist.barrier()


if __name__ == '__main__':
    torch.set_num_threads(1)
    alone, memory = train(arguments(whole.whole), 0, WORDS)
    context = mp.get_context('fork')
    results = context.SimpleQueue()
    processes = [context.Process(target=work, args=(rank, results)) for rank in range(4)]
    for p in processes:
        p.start()
    four = sorted(results.get() for _ in processes)
    for p in processes:
        p.join()
    print(f'{ROWS} rows, {WORDS} words, {FEATURES} features')
    for n, value in enumerate(alone):
        print(f'step {n + 1}: loss on one process {value:.6f}, on four {four[0][1][n]:.6f}')
    print(f'one process held {memory / 2**20:.1f} MiB above its data')
    for rank, losses, held in four:
        first, last = parts(WORDS, 4, rank)
        print(f'process {rank}, words {first} to {last - 1}: {held / 2**20:.1f} MiB, {held / memory:.2f} of that')
