# A module's data as it was after loading, to start every scenario from the same state.
# Not here: names that a scenario sets by itself (scenario.py).
# Invariant: restore() changes containers and arrays in place, so that whatever refers to them sees the old contents again.
import copy

from whygrad_host.values import library

# Data beyond this many numbers is left alone: copying it before each scenario would take longer than the scenario.
LIMIT = 100000


class Snapshot:
    def __init__(self, module, names):
        self.space = module.__dict__
        self.plain = {}
        self.mutable = []
        self.module = module.__name__
        seen = set()
        for name in names:
            if name in self.space:
                value = self.space[name]
                self.plain[name] = value
                self._collect(value, seen, 0)

    def _collect(self, value, seen, depth):
        if id(value) in seen or depth > 4 or len(seen) > 2000:
            return
        seen.add(id(value))
        restore = self._restorer(value)
        if restore is None:
            return
        self.mutable.append(restore)
        if isinstance(value, dict):
            inner = list(value.values())
        elif isinstance(value, list):
            inner = value if len(value) <= 1000 else []
        else:
            inner = list(getattr(value, '__dict__', {}).values())
        for each in inner:
            self._collect(each, seen, depth + 1)

    def _restorer(self, value):
        np, torch = library('numpy'), library('torch')
        if np is not None and isinstance(value, getattr(np, 'ndarray', ())):
            return _array(value) if value.size <= LIMIT and value.dtype.kind != 'O' and value.flags.writeable else None
        if torch is not None and isinstance(value, getattr(torch, 'Tensor', ())):
            return _tensor(value) if value.numel() <= LIMIT else None
        if np is not None and isinstance(value, getattr(np.random, 'Generator', ())):
            return _generator(value)
        if type(value) is list:
            return _list(value) if len(value) <= LIMIT else None
        if type(value) is dict:
            return _dict(value) if len(value) <= LIMIT else None
        if type(value).__module__ == self.module and hasattr(value, '__dict__') and not isinstance(value, type):
            return _dict(value.__dict__)
        return None

    def restore(self):
        for name, value in self.plain.items():
            if self.space.get(name) is not value:
                self.space[name] = value
        for restore in self.mutable:
            restore()


def _array(value):
    kept = value.copy()

    def restore():
        value[...] = kept
    return restore


def _tensor(value):
    kept = value.detach().clone()
    grad = value.grad

    def restore():
        value.data.copy_(kept)
        value.grad = grad
    return restore


def _generator(value):
    kept = copy.deepcopy(value.bit_generator.state)

    def restore():
        value.bit_generator.state = copy.deepcopy(kept)
    return restore


def _list(value):
    kept = list(value)

    def restore():
        value[:] = kept
    return restore


def _dict(value):
    kept = dict(value)

    def restore():
        value.clear()
        value.update(kept)
    return restore
