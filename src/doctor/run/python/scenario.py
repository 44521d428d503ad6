# Runs scenarios: steps with names of their own over a loaded program.
# Not here: loading, limits from outside.
# Invariant: a fault of the program is told in the outcome with its step; the next scenario starts from the same state.
import random
import sys

from whygrad_host import guard, paths, values
from whygrad_host.loading import code_of, line_of, sentence


class BadRequest(Exception):
    """A step that cannot be understood."""


def run(program, scenario, limit):
    """The outcome of one scenario."""
    one = _Scenario(program, scenario)
    error = None
    try:
        with guard.Alarm(limit):
            one.go()
    except BaseException as fault:
        error = {'step': one.step, 'type': code_of(fault), 'message': sentence(fault)}
        line = line_of(fault, program.path)
        if line is not None:
            error['line'] = line
    finally:
        one.undo()
    names = guard.replaced()
    if names:
        error = {'step': one.step, 'type': 'run-builtins',
                 'message': 'the program replaces what Python has built in: ' + ', '.join(names[:5])}
    out = {'steps': one.outcomes, 'values': one.values}
    if error is not None:
        out['error'] = error
    if one.recorded is not None:
        out['recorded'] = one.recorded
    return out


class _Scenario:
    def __init__(self, program, scenario):
        self.program = program
        self.space = program.module.__dict__
        self.scenario = scenario
        self.names = {}
        self.outcomes = []
        self.values = {}
        self.step = -1
        self.undoing = []
        self.recorded = [] if scenario.get('record') else None

    def go(self):
        self.program.snapshot.restore()
        seed(self.scenario.get('seed', 0))
        for name in self.scenario.get('record') or []:
            self.record(name)
        wanted = self.scenario.get('want')
        for self.step, step in enumerate(self.scenario['steps']):
            self.outcomes.append({})
            result = self.do(step, self.outcomes[-1])
            if 'let' in step:
                self.names[step['let']] = result
            if wanted is None:
                self.outcomes[-1]['result'] = values.encode(result)
        for path in wanted or []:
            self.values[path] = values.encode(self.get(path))

    def undo(self):
        for change in reversed(self.undoing):
            change()

    # --- steps ---

    def do(self, step, outcome):
        if 'call' in step:
            return self.call(step, outcome)
        if 'grad' in step:
            return self.grad(step)
        if 'set' in step:
            return self.set(step['set'], self.arg(step['value'], []))
        if 'get' in step:
            return self.get(step['get'])
        if 'value' in step:
            return self.arg(step['value'], [])
        raise BadRequest('an unknown step')

    def call(self, step, outcome):
        owner, function = self.function(step['call'])
        args = self.args(step['args'])
        named = {name: self.arg(each, args) for name, each in (step.get('named') or {}).items()}
        result = function(*args, **named)
        if self.scenario.get('watch'):
            outcome['args'] = [values.encode(each) for each in args]
            outcome['shares'] = [k for k, each in enumerate(args) if _shares(result, each)]
            if owner is not None and not isinstance(owner, type(sys)):
                outcome['object'] = values.encode(owner, 3)
        return result

    def grad(self, step):
        torch = values.needed('torch')
        _, function = self.function(step['grad'])
        args = self.args(step['args'])
        for k in step['wrt']:
            args[k] = args[k].detach().clone().requires_grad_(True)
        out = function(*args)
        first = out[0] if isinstance(out, (tuple, list)) else out
        upstream = step.get('upstream')
        if upstream is None:
            generator = torch.Generator().manual_seed(self.scenario.get('seed', 0) + 1)
            upstream = torch.randn(first.shape, generator=generator, dtype=torch.float64).to(first.dtype)
        else:
            upstream = torch.as_tensor(self.arg(upstream, args), dtype=first.dtype).reshape(first.shape)
        first.backward(upstream)
        return [first, upstream] + [args[k].grad for k in step['wrt']]

    def set(self, path, value):
        first, steps = paths.split(path)
        if not steps:
            if first in self.names:
                self.names[first] = value
                return value
            self.keep(first)
            self.space[first] = value
            return value
        owner = paths.follow(self.first(first), steps[:-1])
        paths.put(owner, steps[-1][0], steps[-1][1], value)
        return value

    def keep(self, name):
        space = self.space
        if name in space:
            old = space[name]
            self.undoing.append(lambda: space.__setitem__(name, old))
        else:
            self.undoing.append(lambda: space.pop(name, None))

    # --- names ---

    def first(self, name):
        if name in self.names:
            return self.names[name]
        if name in self.space:
            return self.space[name]
        raise paths.NoSuchName('the program has no %r' % name)

    def get(self, path):
        if path in self.program.lifted:
            return self.program.lifted[path]
        first, steps = paths.split(path)
        return paths.follow(self.first(first), steps)

    def function(self, path):
        """What a call calls, and the object that it belongs to."""
        if path in self.program.lifted:
            return None, self.program.lifted[path]
        first, steps = paths.split(path)
        owner = paths.follow(self.first(first), steps[:-1]) if steps else None
        value = paths.follow(owner, steps[-1:]) if steps else self.first(first)
        if not callable(value):
            raise TypeError('%s is no function' % path)
        return owner, value

    def args(self, given):
        out = []
        for each in given:
            out.append(self.arg(each, out))
        return out

    def arg(self, given, before):
        if 'ref' in given:
            return self.get(given['ref'])
        if 'same' in given:
            return before[given['same']]
        if 'function' in given:
            return self.function(given['function'])[1]
        if 'items' in given:
            items = [self.arg(each, before) for each in given['items']]
            return tuple(items) if given['as'] == 'tuple' else items
        if 'fields' in given and given['as'] == 'dict':
            return {values._key(name): self.arg(each, before) for name, each in given['fields'].items()}
        return values.decode(given)

    # --- recording ---

    def record(self, path):
        first, steps = paths.split(path)
        owner = paths.follow(self.space.get(first), steps[:-1]) if steps else self.space
        name = steps[-1][1] if steps else first
        kept = owner.get(name) if owner is self.space else vars(owner).get(name) if hasattr(owner, '__dict__') else None
        if not callable(kept):
            return
        wrapped = self.wrapper(path, kept, bool(steps) and isinstance(owner, type))
        if owner is self.space:
            owner[name] = wrapped
            self.undoing.append(lambda: owner.__setitem__(name, kept))
        else:
            setattr(owner, name, wrapped)
            self.undoing.append(lambda: setattr(owner, name, kept))

    def wrapper(self, path, function, bound):
        recorded = self.recorded

        def wrapped(*args, **named):
            caller = sys._getframe(1).f_code
            note = None
            if len(recorded) < 200:
                note = {'function': path, 'by': getattr(caller, 'co_qualname', caller.co_name),
                        'args': [values.encode(each) for each in (args[1:] if bound else args)],
                        'named': {name: values.encode(each) for name, each in named.items()},
                        'returned': {'none': True}}
                recorded.append(note)
            result = function(*args, **named)
            if note is not None:
                note['returned'] = values.encode(result)
            return result

        wrapped.__dict__.update(getattr(function, '__dict__', {}))
        return wrapped


def _shares(result, arg):
    if result is arg and isinstance(arg, (list, dict)):
        return True
    np = values.library('numpy')
    if np is not None and isinstance(result, getattr(np, 'ndarray', ())) and isinstance(arg, np.ndarray):
        return bool(np.shares_memory(result, arg))
    torch = values.library('torch')
    if torch is not None and isinstance(result, getattr(torch, 'Tensor', ())) and isinstance(arg, torch.Tensor):
        return result.storage().data_ptr() == arg.storage().data_ptr()
    return False


_unseeded = {}


def seed(value):
    """Seeds every generator of random numbers that the program may use without seeding it."""
    random.seed(value)
    np = values.library('numpy')
    if np is not None and hasattr(np, 'random'):
        np.random.seed(value & 0xffffffff)
        _seed_new_generators(np, value)
    torch = values.library('torch')
    if torch is not None and hasattr(torch, 'manual_seed'):
        torch.manual_seed(value)


def _seed_new_generators(np, value):
    make = _unseeded.setdefault('numpy', getattr(np.random, 'default_rng', None))
    if make is not None:
        np.random.default_rng = lambda seed=None: make(value if seed is None else seed)
