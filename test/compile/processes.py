# Runs emitted torch programs on gloo processes: parts of unequal sizes, some empty, against the same program unsplit.
# Not here: what is emitted (shard.test.ts).
# Invariant: what is split is read from the docstring, as a person would; every process compares its own part.
import inspect, json, re, sys, warnings
import torch
import torch.distributed as dist
import torch.multiprocessing as mp

warnings.filterwarnings('ignore')


def about(f, names=None):
    """(name, size names, {axis: mesh}) for each argument and result that the docstring tells of."""
    out = []
    for line in f.__doc__.splitlines():
        found = re.match(r'\s+(\w+): (?:numbers|positions from 0), shape \((.*?),?\)(.*)', line)
        if found:
            split = {int(a) - 1: m for a, m in re.findall(r'axis (\d+) is split over (\w+)', found[3])}
            out.append((found[1], [s for s in found[2].split(', ') if s], split))
    return out


def whole_numbers(f):
    """The arguments that are positions."""
    return re.findall(r'\s+(\w+): positions from 0', f.__doc__)


def cuts(n, world, kind):
    """Where parts begin and end: unequal; for odd kinds the second process has nothing."""
    weights = [3, 0 if kind % 2 else 1, 2, 1][:world]
    at = [0]
    for w in weights:
        at.append(at[-1] + w)
    return [round(n * a / at[-1]) for a in at]


def load(text, name):
    space = {'__name__': 'emitted'}
    exec(text, space)
    return space[name]


def part(x, split, ranks, worlds, kind):
    for axis, mesh in split.items():
        c = cuts(x.shape[axis], worlds[mesh], kind)
        x = x.narrow(axis, c[ranks[mesh]], c[ranks[mesh] + 1] - c[ranks[mesh]])
    return x.clone()


def draw(told, seed, dtype, positions):
    torch.manual_seed(seed)
    sizes, values = {}, {}
    for name, shape, _ in told:
        dims = [int(s) if s.isdigit() else sizes.setdefault(s, 2 + (3 * len(sizes) + seed) % 7) for s in shape]
        v = 0.25 + 0.6 * torch.rand(dims, dtype=torch.float64)
        values[name] = v.to(dtype)
    for name in positions:
        values[name] = torch.randint(0, min([3, *sizes.values()]), values[name].shape)
    return values, sizes


def compare(job, groups, rank, world, kind):
    whole, split = load(job['whole'], job['name']), load(job['split'], job['name'])
    arguments = list(inspect.signature(whole).parameters)
    told = [t for t in about(split) if t[0] in arguments]
    results = [t for t in about(split) if t[0] not in arguments]
    plain = [t for t in about(whole) if t[0] in arguments]
    meshes = [m for m in inspect.signature(split).parameters if m in groups]
    ranks = {m: groups[m][1] for m in meshes}
    worlds = {m: groups[m][2] for m in meshes}
    worst = {}
    for dtype in (torch.float64, torch.float32):
        values, sizes = draw(plain, job['seed'], dtype, whole_numbers(whole))
        more = {a: sizes.get(a, 3) for a in arguments if a not in values}
        want = whole(*[values[a] for a in arguments if a in values], **more)
        mine = [part(values[name], s, ranks, worlds, kind) for name, _, s in told]
        wanted = inspect.signature(split).parameters
        known = {a: v for a, v in more.items() if a in wanted}
        # The size of a part that no argument has.
        for a, v in more.items():
            if f'{a}_here' in wanted:
                c = cuts(v, worlds['tp'], kind)
                known[f'{a}_here'] = c[ranks['tp'] + 1] - c[ranks['tp']]
        got = split(*mine, **{m: groups[m][0] for m in meshes}, **known)
        want, got = [r if isinstance(r, tuple) else (r,) for r in (want, got)]
        error = 0.0
        for w, g, (name, _, s) in zip(want, got, results):
            w = part(w, s, ranks, worlds, kind)
            if g.shape != w.shape or g.dtype != dtype:
                error = 1e300
            elif w.numel():
                scale = max(1.0, float(w.abs().max()))
                e = float((g - w).abs().max()) / scale
                error = max(error, min(e, 1e300) if e == e else 1e300)
        worst[str(dtype)[6:]] = error
    return worst


def work(rank, jobs, port, queue):
    torch.set_num_threads(1)
    dist.init_process_group('gloo', init_method=f'tcp://127.0.0.1:{port}', rank=rank, world_size=4)
    one = {w: dist.new_group(list(range(w))) for w in (2, 3, 4)}
    rows = [dist.new_group([0, 1]), dist.new_group([2, 3])]
    columns = [dist.new_group([0, 2]), dist.new_group([1, 3])]
    out = []
    for n, job in enumerate(jobs):
        for world in job['worlds']:
            if world == '2x2':
                groups = {'dp': (columns[rank % 2], rank // 2, 2), 'tp': (rows[rank // 2], rank % 2, 2)}
            elif rank < world:
                groups = {'tp': (one[world], rank, world)}
            else:
                continue
            try:
                out.append((n, str(world), compare(job, groups, rank, world, n)))
            except Exception as e:
                # The others wait for this one: without it they would wait for ever.
                queue.put((rank, [(n, str(world), {'fault': f'{type(e).__name__}: {e}'})]))
                raise
    queue.put((rank, out))
    dist.barrier()


if __name__ == '__main__':
    jobs = json.load(open(sys.argv[1]))
    context = mp.get_context('fork')
    queue = context.SimpleQueue()
    processes = [context.Process(target=work, args=(r, jobs, int(sys.argv[2]), queue), daemon=True) for r in range(4)]
    for p in processes:
        p.start()
    found = {}
    for _ in processes:
        rank, out = queue.get()
        for n, world, worst in out:
            at = found.setdefault(f'{n} {world}', {})
            for k, v in worst.items():
                at[k] = v if isinstance(v, str) else max(v, at.get(k, 0.0))
        if any('fault' in worst for _, _, worst in out):
            break
    for p in processes:
        p.kill()
    print(json.dumps(found))
