# Values on their way in and out: numbers, tensors (lists, tuples, numpy, torch), dictionaries, objects with their fields.
# Not here: which values are wanted (scenario.py).
# Invariant: encode() returns plain JSON that holds no NaN or infinity but as a string, and never more than LIMIT numbers.
import math
import sys

from whygrad_host.guard import TooMuch

LIMIT = 1000000
_DTYPES = {'float64': 'float64', 'float32': 'float32', 'float16': 'float32', 'bfloat16': 'float32', 'bool': 'bool',
           'int64': 'int64', 'int32': 'int32', 'int16': 'int32', 'int8': 'int32', 'uint8': 'int32', 'uint16': 'int32',
           'uint32': 'int64', 'uint64': 'int64', 'longdouble': 'float64', 'float128': 'float64'}
# Libraries whose arrays say by __array__ what they hold.
_ARRAY_LIBRARIES = frozenset(['jax', 'jaxlib', 'tensorflow', 'pandas', 'cupy', 'xarray', 'autograd'])


class Missing(Exception):
    """A library that a value needs is not installed."""


def library(name):
    """A library if the program has loaded it; values of libraries that nobody loaded cannot turn up."""
    return sys.modules.get(name)


def needed(name):
    try:
        return __import__(name)
    except ImportError:
        raise Missing('%s is not installed' % name) from None


# --- out --------------------------------------------------------------------------------------------------------------

def encode(value, depth=4):
    return _Encoder().encode(value, depth)


class _Encoder:
    def __init__(self):
        self.count = 0
        self.path = set()

    def spend(self, many):
        self.count += many
        if self.count > LIMIT:
            raise TooMuch('the answer holds more than %d numbers' % LIMIT)

    def spend_at_least(self, value):
        """Refuses nested lists that are too long before every entry is looked at."""
        many = 1
        while isinstance(value, (list, tuple, range)) and len(value) > 0:
            many *= len(value)
            value = value[0]
        if self.count + many > LIMIT:
            raise TooMuch('the answer holds more than %d numbers' % LIMIT)

    def encode(self, value, depth):
        self.spend(1)
        if value is None:
            return {'none': True}
        kind = type(value)
        if kind is bool:
            return {'number': int(value), 'as': 'bool'}
        if kind is int:
            return {'number': number(value), 'as': 'int'}
        if kind is float:
            return {'number': number(value), 'as': 'float'}
        if isinstance(value, str):
            return {'text': value[:10000]}
        known = self.array(value)
        if known is not None:
            return known
        if isinstance(value, (list, tuple, range)):
            return self.sequence(value, depth)
        return self.rest(value, depth)

    def array(self, value):
        np = library('numpy')
        if np is not None and isinstance(value, getattr(np, 'generic', ())):
            if value.dtype.kind == 'b':
                return {'number': int(value), 'as': 'bool'}
            if value.dtype.kind in 'iu':
                return {'number': number(int(value)), 'as': 'int'}
            if value.dtype.kind == 'f':
                return {'number': number(float(value)), 'as': 'float'}
            return {'text': str(value)}
        if np is not None and isinstance(value, getattr(np, 'ndarray', ())):
            return self.numpy(value, 'numpy')
        torch = library('torch')
        if torch is not None and isinstance(value, getattr(torch, 'Tensor', ())):
            return self.torch(value)
        module = (getattr(type(value), '__module__', '') or '').split('.')[0]
        if np is not None and module in _ARRAY_LIBRARIES and hasattr(value, '__array__'):
            return self.numpy(np.asarray(value), 'numpy')
        return None

    def numpy(self, value, form):
        if value.dtype.kind not in 'fiub':
            if value.dtype.kind == 'O':
                return self.sequence(value.tolist(), 3)
            return {'text': str(value)[:1000]}
        self.spend(int(value.size))
        return tensor(value.ravel().tolist(), value.shape, value.dtype.name, form)

    def torch(self, value):
        plain = value.detach()
        if plain.is_complex() or plain.layout is not library('torch').strided:
            return {'text': str(plain)[:1000]}
        self.spend(int(plain.numel()))
        return tensor(plain.cpu().reshape(-1).tolist(), plain.shape, str(plain.dtype).split('.')[-1], 'torch')

    def sequence(self, value, depth):
        form = 'tuple' if isinstance(value, tuple) else 'list'
        names = getattr(value, '_fields', None)
        if names is None:
            self.spend_at_least(value)
            shape = _shape(value)
            if shape is not None:
                flat = []
                _flatten(value, flat)
                self.spend(len(flat))
                return tensor(flat, shape, _dtype_of(flat), form)
        if depth <= 0:
            return {'items': [], 'as': form}
        if id(value) in self.path:
            return {'text': '…'}
        self.path.add(id(value))
        out = {'items': [self.encode(item, depth - 1) for item in value], 'as': form}
        self.path.discard(id(value))
        if names is not None:
            out['names'] = [str(name) for name in names]
        return out

    def rest(self, value, depth):
        if isinstance(value, dict):
            return self.fields(value, {str(key): item for key, item in value.items()}, depth, {'as': 'dict'})
        if isinstance(value, (set, frozenset)):
            return self.sequence(list(value), depth)
        if isinstance(value, (int, float)):
            return self.encode(float(value) if isinstance(value, float) else int(value), depth)
        if callable(value) and not hasattr(type(value), '__dict__') or isinstance(value, _FUNCTIONS):
            return {'function': getattr(value, '__qualname__', None) or getattr(value, '__name__', type(value).__name__)}
        if isinstance(value, (complex, bytes)) or isinstance(value, type(sys)):
            return {'text': str(value)[:1000]}
        kind = type(value)
        methods = [name for name in dir(kind) if not name.startswith('__') or name in _OPERATORS]
        methods = [name for name in methods if callable(getattr(kind, name, None))]
        about = {'as': 'object', 'class': kind.__name__, 'methods': methods[:200]}
        return self.fields(value, _own_fields(value), depth, about)

    def fields(self, owner, fields, depth, about):
        about['fields'] = {}
        if depth <= 0 or id(owner) in self.path:
            return about
        self.path.add(id(owner))
        for name, item in list(fields.items())[:300]:
            about['fields'][name] = self.encode(item, depth - 1)
        self.path.discard(id(owner))
        return about


def _f():
    pass


_FUNCTIONS = (type(_f), type(len), type([].append), type(_Encoder().encode), type, type(str.join), staticmethod, classmethod, property)
_OPERATORS = frozenset(['__call__', '__add__', '__radd__', '__mul__', '__rmul__', '__sub__', '__rsub__', '__neg__', '__truediv__',
                        '__rtruediv__', '__pow__', '__matmul__', '__getitem__', '__array__', '__len__'])


def _own_fields(value):
    fields = dict(getattr(value, '__dict__', None) or {})
    for kind in type(value).__mro__:
        slots = kind.__dict__.get('__slots__', ())
        for name in [slots] if isinstance(slots, str) else slots:
            if hasattr(value, name):
                fields.setdefault(name, getattr(value, name))
    return {name: item for name, item in fields.items() if not isinstance(item, _FUNCTIONS) or isinstance(item, type(_f))}


def number(value):
    if isinstance(value, int):
        return value if -9007199254740992 <= value <= 9007199254740992 else number(_as_float(value))
    if math.isfinite(value):
        return value
    return 'NaN' if value != value else 'Infinity' if value > 0 else '-Infinity'


def _as_float(value):
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def tensor(flat, shape, dtype, form):
    dtype = _DTYPES.get(dtype, 'float64')
    if dtype == 'bool':
        flat = [int(item) for item in flat]
    elif dtype.startswith('float'):
        if not all(map(math.isfinite, flat)):
            flat = [number(item) for item in flat]
    else:
        flat = [number(item) for item in flat]
    return {'tensor': flat, 'shape': list(shape), 'dtype': dtype, 'as': form}


def _leaf(value):
    if isinstance(value, (int, float)):
        return True
    np = library('numpy')
    return np is not None and isinstance(value, getattr(np, 'generic', ())) and value.dtype.kind in 'fiub'


def _shape(value):
    """The shape of nested lists or tuples of numbers, or None where they are ragged or hold other things."""
    if not isinstance(value, (list, tuple, range)):
        return () if _leaf(value) else None
    if getattr(value, '_fields', None) is not None:
        return None
    if len(value) == 0:
        return (0,)
    first = _shape(value[0])
    if first is None:
        return None
    if first == ():
        return (len(value),) if all(_leaf(item) for item in value) else None
    for item in value:
        if not isinstance(item, (list, tuple, range)) or _shape(item) != first:
            return None
    return (len(value),) + first


def _flatten(value, out):
    if isinstance(value, (list, tuple, range)):
        for item in value:
            _flatten(item, out)
    elif isinstance(value, bool):
        out.append(value)
    else:
        out.append(value.item() if hasattr(value, 'dtype') else value)


def _dtype_of(flat):
    if flat and all(isinstance(item, bool) for item in flat):
        return 'bool'
    return 'int64' if flat and all(isinstance(item, int) for item in flat) else 'float64'


# --- in ---------------------------------------------------------------------------------------------------------------

def decode(value):
    """The Python value of a wire value that holds no reference."""
    if 'tensor' in value:
        return _make[value['as']](value)
    if 'number' in value:
        return _scalar(value['number'], value['as'])
    if 'text' in value:
        return value['text']
    if 'items' in value:
        items = [decode(item) for item in value['items']]
        return tuple(items) if value['as'] == 'tuple' else items
    if 'fields' in value:
        fields = {_key(name): decode(item) for name, item in value['fields'].items()}
        return fields if value['as'] == 'dict' else _record(fields)
    return None


def _key(name):
    return int(name) if name.lstrip('-').isdigit() else name


def _record(fields):
    import types

    return types.SimpleNamespace(**{str(name): item for name, item in fields.items()})


def _scalar(item, form):
    item = float(item)
    return bool(item) if form == 'bool' else int(item) if form == 'int' else item


def _flat(value):
    form = {'b': 'bool', 'i': 'int'}.get(value['dtype'][0], 'float')
    if form == 'float':
        return [float(item) for item in value['tensor']]
    return [_scalar(item, form) for item in value['tensor']]


def _nested(value):
    return _nest(iter(_flat(value)), value['shape'], tuple if value['as'] == 'tuple' else list)


def _nest(items, shape, kind):
    if not shape:
        return next(items)
    return kind([_nest(items, shape[1:], kind) for _ in range(shape[0])])


def _numpy(value):
    np = needed('numpy')
    return np.array(_flat(value), dtype=value['dtype']).reshape(value['shape'])


def _torch(value):
    torch = needed('torch')
    return torch.tensor(_flat(value), dtype=getattr(torch, value['dtype'])).reshape(value['shape'])


_make = {'list': _nested, 'tuple': _nested, 'numpy': _numpy, 'torch': _torch, 'typed': _numpy}
