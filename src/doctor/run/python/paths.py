# Names with fields and items: `h`, `h.grads[0].dx`, `cache["z"]`.
# Not here: what is done with what they lead to (scenario.py).
# Invariant: only names, fields and literal keys are followed; text never becomes code.
import re

_STEP = re.compile(r'\.([^\W\d]\w*)|\[(-?\d+)\]|\["([^"]*)"\]|\[\'([^\']*)\'\]')
_FIRST = re.compile(r'[^\W\d]\w*')


class NoSuchName(Exception):
    """A path leads nowhere."""


def split(path):
    """The first name, and the steps from there: ('field', name) or ('item', key)."""
    first = _FIRST.match(path)
    if first is None:
        raise NoSuchName('%r is no path' % path)
    steps, at = [], first.end()
    while at < len(path):
        step = _STEP.match(path, at)
        if step is None:
            raise NoSuchName('%r is no path' % path)
        field, index, double, single = step.groups()
        if field is not None:
            steps.append(('field', field))
        elif index is not None:
            steps.append(('item', int(index)))
        else:
            steps.append(('item', double if double is not None else single))
        at = step.end()
    return first.group(), steps


def follow(value, steps):
    for kind, key in steps:
        value = _one(value, kind, key)
    return value


def _one(value, kind, key):
    if kind == 'field':
        try:
            return getattr(value, key)
        except AttributeError:
            if isinstance(value, dict) and key in value:
                return value[key]
            raise NoSuchName('%s has no %r' % (type(value).__name__, key)) from None
    try:
        return value[key]
    except (KeyError, IndexError, TypeError):
        raise NoSuchName('%s has no item %r' % (type(value).__name__, key)) from None


def put(owner, kind, key, value):
    if kind == 'field' and not (isinstance(owner, dict) and not hasattr(owner, key)):
        setattr(owner, key, value)
    else:
        owner[key] = value
